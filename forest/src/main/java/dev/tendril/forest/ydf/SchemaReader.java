package dev.tendril.forest.ydf;

import com.google.protobuf.ByteString;
import dev.tendril.data.Field;
import dev.tendril.data.Schema;
import dev.tendril.data.Vocabulary;
import dev.tendril.forest.ydf.proto.CategoricalProto;
import dev.tendril.forest.ydf.proto.ColumnProto;
import dev.tendril.forest.ydf.proto.DataSpecProto;
import dev.tendril.forest.ydf.proto.NumericalProto;
import dev.tendril.forest.ydf.proto.VocabularyEntryProto;
import dev.tendril.learn.ModelException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes a [Schema] of a data specification. Columns keep their positions; types that nothing can
/// learn from (lists, numerical sets, unknown ones) become text.
final class SchemaReader {
  /// The largest total size of vocabularies that have no items, only a number of them.
  private static final int MAX_INTEGERIZED = 1 << 20;

  private final Path file;
  private int integerized;

  private SchemaReader(Path file) {
    this.file = file;
  }

  static Schema read(DataSpecProto spec, Path file) {
    SchemaReader reader = new SchemaReader(file);
    long rows = Math.max(0, spec.getCreatedNumRows());
    List<Field> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (ColumnProto column : spec.getColumnsList()) {
      String name = text(column.getName());
      if (!names.add(name)) {
        throw reader.refuse(name, "is there twice", "distinct names");
      }
      fields.add(
          new Field(
              name,
              column.getIsManualType(),
              rows,
              Math.max(0, column.getCountNas()),
              reader.details(name, column)));
    }
    return new Schema(fields);
  }

  private Field.Details details(String name, ColumnProto column) {
    return switch (column.getType()) {
      case 1 -> numerical(column.getNumerical());
      case 4 -> new Field.Categorical(vocabulary(name, column.getCategorical()));
      case 5 ->
          new Field.CategoricalSet(
              vocabulary(name, column.getCategorical()),
              column.getMultiValues().getMinObservedSize(),
              column.getMultiValues().getMaxObservedSize());
      case 7 ->
          new Field.Bool(column.getBoolean().getCountTrue(), column.getBoolean().getCountFalse());
      case 9 -> discretized(name, column);
      case 10 -> new Field.Hash();
      case 11 -> {
        int length = column.getVectorSequence().getVectorLength();
        if (length < 0) {
          throw refuse(name, "has vectors of length " + length, "a length of at least 0");
        }
        yield new Field.VectorSequence(
            length,
            column.getVectorSequence().getMinNumVectors(),
            column.getVectorSequence().getMaxNumVectors());
      }
      case 0, 2, 3, 6, 8 ->
          new Field.Text(Math.max(0, column.getCategorical().getNumberOfUniqueValues()));
      default -> throw refuse(name, "has type " + column.getType(), "a type from 0 to 11");
    };
  }

  private static Field.Numerical numerical(NumericalProto spec) {
    return new Field.Numerical(
        spec.getMean(), spec.getMinValue(), spec.getMaxValue(), spec.getStandardDeviation());
  }

  private Field.Discretized discretized(String name, ColumnProto column) {
    float[] boundaries = Protos.floats(column.getDiscretized().getBoundariesList());
    for (int i = 0; i < boundaries.length; i++) {
      if (Float.isNaN(boundaries[i]) || (i > 0 && boundaries[i] <= boundaries[i - 1])) {
        throw refuse(name, "has the bin boundary " + boundaries[i], "ascending boundaries");
      }
    }
    if (boundaries.length > Character.MAX_VALUE - 2) {
      throw refuse(name, "has " + boundaries.length + " bin boundaries", "at most 65533");
    }
    return new Field.Discretized(
        numerical(column.getNumerical()),
        boundaries,
        column.getDiscretized().getOriginalNumUniqueValues(),
        (int) Math.clamp(column.getDiscretized().getMaximumNumBins(), 0, (long) Integer.MAX_VALUE));
  }

  private Vocabulary vocabulary(String name, CategoricalProto spec) {
    return spec.getIsAlreadyIntegerized() || spec.getItemsCount() == 0
        ? integers(name, spec)
        : items(name, spec);
  }

  private Vocabulary items(String name, CategoricalProto spec) {
    int size = spec.getItemsCount();
    long declared = spec.getNumberOfUniqueValues();
    boolean outOfVocabulary = false;
    for (VocabularyEntryProto entry : spec.getItemsList()) {
      outOfVocabulary |= entry.getValue().getIndex() == 0;
    }
    size += outOfVocabulary ? 0 : 1;
    if (declared != size) {
      throw refuse(name, "has " + size + " values", "the " + declared + " that it announces");
    }
    @Nullable String[] items = new @Nullable String[size];
    long[] counts = new long[size];
    if (!outOfVocabulary) {
      items[0] = Vocabulary.OUT_OF_VOCABULARY;
    }
    for (VocabularyEntryProto entry : spec.getItemsList()) {
      long index = entry.getValue().getIndex();
      if (index < 0 || index >= size || items[(int) index] != null) {
        throw refuse(
            name,
            "has index " + index + " for value \"" + text(entry.getKey()) + "\"",
            "one index from 0 to " + (size - 1) + " a value");
      }
      items[(int) index] = text(entry.getKey());
      counts[(int) index] = entry.getValue().getCount();
    }
    List<String> named = new ArrayList<>(size);
    for (String item : items) {
      named.add(item == null ? "" : item);
    }
    return new Vocabulary(named, counts);
  }

  /// The vocabulary of a column whose values are small whole numbers: the values name themselves.
  /// Their counts are not known but for which is the largest, so that one counts 1 and others 0.
  private Vocabulary integers(String name, CategoricalProto spec) {
    long size = Math.max(1, spec.getNumberOfUniqueValues());
    integerized = (int) Math.min(Integer.MAX_VALUE, integerized + size);
    if (integerized > MAX_INTEGERIZED) {
      throw refuse(
          name, "brings the number of integer categories above " + MAX_INTEGERIZED, "fewer");
    }
    int shift = spec.getOffsetValueByOneDuringTraining() ? 1 : 0;
    String[] items = new String[(int) size];
    items[0] = Vocabulary.OUT_OF_VOCABULARY;
    for (int i = 1; i < items.length; i++) {
      items[i] = Integer.toString(i - shift);
    }
    long[] counts = new long[items.length];
    long mostFrequent = spec.getMostFrequentValue();
    if (mostFrequent >= 0 && mostFrequent < counts.length) {
      counts[(int) mostFrequent] = 1;
    }
    return new Vocabulary(Arrays.asList(items), counts);
  }

  /// UTF-8, or where the bytes are not that, each byte as the character of its number.
  static String text(ByteString bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException _) {
      return bytes.toString(StandardCharsets.ISO_8859_1);
    }
  }

  private ModelException refuse(String column, String what, String expected) {
    return new ModelException(
        file + ": column \"" + column + "\" " + what + "; expected " + expected);
  }
}
