package dev.tendril.forest;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Column;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VectorSequenceColumn;
import dev.tendril.data.VocabularyLimits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Models and rows, on which exported code is compared with its model.
///
/// @param frame rows for the model
record ExportCase(ForestModel model, Frame frame) {

  static Map<String, ExportCase> drawn() {
    Map<String, ExportCase> cases = new LinkedHashMap<>();
    for (String kind : RandomForests.KINDS) {
      RandomForests small = new RandomForests(kind.hashCode(), 300, 3);
      cases.put("small_" + kind, new ExportCase(small.model(kind), small.frame(200)));
      RandomForests large = new RandomForests(kind.hashCode() + 1, 5000, 90);
      cases.put("large_" + kind, new ExportCase(large.model(kind), large.frame(200)));
    }
    return cases;
  }

  static Map<String, ExportCase> golden(Golden... chosen) {
    Map<String, ExportCase> cases = new LinkedHashMap<>();
    for (Golden golden : chosen) {
      ForestModel model = ForestModel.load(golden.folder());
      Frame frame = golden.frame(model);
      int[] some = new int[Math.min(500, frame.rows())];
      Arrays.setAll(some, i -> i);
      cases.put(golden.name().toLowerCase(Locale.ROOT), new ExportCase(model, frame.rows(some)));
    }
    return cases;
  }

  /// Customers, some of whom were treated.
  static Frame campaign(int rows) {
    Random random = new Random(7);
    float[] age = new float[rows];
    float[] income = new float[rows];
    float[] spent = new float[rows];
    List<@Nullable String> color = new ArrayList<>();
    List<@Nullable String> group = new ArrayList<>();
    List<@Nullable String> bought = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      age[row] = random.nextInt(10) == 0 ? Float.NaN : random.nextFloat();
      income[row] = random.nextFloat();
      color.add(List.of("red", "green", "blue").get(random.nextInt(3)));
      boolean treated = random.nextBoolean();
      group.add(treated ? "treated" : "control");
      spent[row] = income[row] + random.nextFloat() + (treated && income[row] > 0.5f ? 1 : 0);
      bought.add(spent[row] > 1.2f ? "yes" : "no");
    }
    return Frame.of(
        List.of(
            NumericalColumn.of("age", age),
            NumericalColumn.of("income", income),
            NumericalColumn.of("spent", spent),
            CategoricalColumn.of("color", color, VocabularyLimits.NONE),
            CategoricalColumn.of("group", group, VocabularyLimits.NONE),
            CategoricalColumn.of("bought", bought, VocabularyLimits.NONE)));
  }

  /// With paths of up to three points, which tell as much as the income.
  static Frame withPaths(Frame frame) {
    Random random = new Random(8);
    float[] income = ((NumericalColumn) frame.column("income")).values();
    int[] starts = new int[income.length + 1];
    float[] values = new float[9 * income.length];
    for (int row = 0; row < income.length; row++) {
      starts[row + 1] = starts[row] + 1 + random.nextInt(3);
      for (int at = starts[row]; at < starts[row + 1]; at++) {
        values[3 * at] = income[row];
        values[3 * at + 1] = random.nextFloat();
      }
    }
    return Frame.of(
        List.of(
            VectorSequenceColumn.of(
                "path",
                3,
                starts,
                Arrays.copyOf(values, 3 * starts[income.length]),
                new boolean[income.length]),
            frame.column("bought")));
  }

  static Frame mapped(Frame frame, UnaryOperator<Float> map) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < frame.schema().size(); i++) {
      Column column = frame.column(frame.schema().field(i).name());
      if (column instanceof NumericalColumn numbers) {
        float[] values = numbers.values().clone();
        for (int row = 0; row < values.length; row++) {
          values[row] = map.apply(values[row]);
        }
        column = new NumericalColumn(frame.schema().field(i), values);
      }
      columns.add(column);
    }
    return Frame.of(columns);
  }
}
