package dev.tendril.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Tables of every semantic with awkward values, for round trips.
final class RandomFrames {
  private static final String[] PIECES = {
    "a", "B", "\"", ",", ";", "\n", "\r\n", "\t", "|", "é", "日本", "😀", "0", "1", "-", "x y", "'",
    "#", "."
  };

  private final SplittableRandom random;
  private final int rows;

  RandomFrames(SplittableRandom random, int rows) {
    this.random = random;
    this.rows = rows;
  }

  /// @param vectors whether to add a sequence of vectors, which CSV cannot hold
  Frame frame(boolean vectors) {
    List<Column> columns = new ArrayList<>();
    float[] numbers = new float[rows];
    float[] whole = new float[rows];
    byte[] flags = new byte[rows];
    for (int row = 0; row < rows; row++) {
      numbers[row] = number();
      whole[row] = random.nextInt(10) == 0 ? Float.NaN : random.nextInt(50);
      flags[row] = (byte) (random.nextInt(3) - 1);
    }
    columns.add(NumericalColumn.of("num, \"quoted\"", numbers));
    columns.add(BooleanColumn.of("flag", flags));
    columns.add(CategoricalColumn.of("cat", texts(8), VocabularyLimits.DEFAULT));
    columns.add(CategoricalColumn.of("rare", texts(rows), new VocabularyLimits(2, 5)));
    columns.add(TextColumn.of("text", texts(rows)));
    columns.add(CategoricalSetColumn.of("set", sets(), new VocabularyLimits(2, 12)));
    columns.add(DiscretizedColumn.of(Discretizer.describe("bins", false, whole, 8), whole));
    if (vectors) {
      columns.add(vectors());
    }
    return Frame.of(columns);
  }

  private float number() {
    return switch (random.nextInt(6)) {
      case 0 -> Float.NaN;
      case 1 -> random.nextInt(-5, 5);
      case 2 -> {
        float any = Float.intBitsToFloat(random.nextInt());
        yield Float.isNaN(any) ? -0f : any;
      }
      case 3 -> (1 << 24) + random.nextInt(1000);
      default -> (float) random.nextGaussian();
    };
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    do {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    } while (random.nextInt(3) > 0);
    return text.toString();
  }

  private List<@Nullable String> texts(int distinct) {
    String[] values = new String[Math.max(1, distinct)];
    Arrays.setAll(values, _ -> text());
    List<@Nullable String> texts = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      texts.add(random.nextInt(8) == 0 ? null : values[random.nextInt(values.length)]);
    }
    return texts;
  }

  private List<@Nullable List<String>> sets() {
    boolean cased = random.nextBoolean();
    List<@Nullable List<String>> sets = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      List<String> set = new ArrayList<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        set.add((cased && random.nextBoolean() ? "T" : "t") + random.nextInt(20));
      }
      if (cased) {
        set.add("Always");
      }
      sets.add(random.nextInt(6) == 0 ? null : set);
    }
    return sets;
  }

  private Column vectors() {
    int length = 1 + random.nextInt(4);
    int[] starts = new int[rows + 1];
    boolean[] missing = new boolean[rows];
    for (int row = 0; row < rows; row++) {
      missing[row] = random.nextInt(6) == 0;
      starts[row + 1] = starts[row] + (missing[row] ? 0 : random.nextInt(4));
    }
    float[] values = new float[starts[rows] * length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return VectorSequenceColumn.of("vectors", length, starts, values, missing);
  }

  /// Whether two tables are the same: fields, text and codes.
  static void assertSame(Frame expected, Frame actual) {
    org.junit.jupiter.api.Assertions.assertEquals(expected.schema(), actual.schema());
    org.junit.jupiter.api.Assertions.assertEquals(expected.fingerprint(), actual.fingerprint());
    for (int i = 0; i < expected.columns().size(); i++) {
      for (int row = 0; row < expected.rows(); row++) {
        org.junit.jupiter.api.Assertions.assertEquals(
            code(expected.column(i), row), code(actual.column(i), row));
      }
    }
  }

  private static String code(Column column, int row) {
    return switch (column) {
      case CategoricalColumn categories -> Integer.toString(categories.code(row));
      case CategoricalSetColumn sets -> {
        int[] codes = new int[sets.end(row) - sets.start(row)];
        Arrays.setAll(codes, i -> sets.code(sets.start(row) + i));
        Arrays.sort(codes);
        yield Arrays.toString(codes);
      }
      case NumericalColumn _,
          BooleanColumn _,
          HashColumn _,
          TextColumn _,
          DiscretizedColumn _,
          VectorSequenceColumn _ ->
          "";
    };
  }
}
