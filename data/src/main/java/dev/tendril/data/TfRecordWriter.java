package dev.tendril.data;

import com.google.protobuf.ByteString;
import dev.tendril.data.proto.BytesList;
import dev.tendril.data.proto.Example;
import dev.tendril.data.proto.Feature;
import dev.tendril.data.proto.Features;
import dev.tendril.data.proto.FloatList;
import dev.tendril.data.proto.Int64List;
import java.io.IOException;
import java.io.OutputStream;

/// Writes a table as TFRecord of `tf.Example` messages. A missing value is a feature without a
/// list. Vectors stand one after the other in one list, so they are read back only by a schema,
/// which knows their length. A bin is a number that falls into it, and a hash hexadecimal text.
final class TfRecordWriter {
  private TfRecordWriter() {}

  static void write(Frame frame, OutputStream out) throws IOException {
    for (int row = 0; row < frame.rows(); row++) {
      Features.Builder features = Features.newBuilder();
      for (Column column : frame.columns()) {
        features.putFeature(
            column.name(),
            column.isMissing(row) ? Feature.getDefaultInstance() : feature(column, row));
      }
      byte[] record = Example.newBuilder().setFeatures(features).build().toByteArray();
      out.write(TfRecords.header(record.length));
      out.write(record);
      out.write(TfRecords.footer(record));
    }
  }

  private static Feature feature(Column column, int row) {
    return switch (column) {
      case NumericalColumn numbers -> floats(numbers.value(row));
      case BooleanColumn flags ->
          Feature.newBuilder()
              .setInt64List(Int64List.newBuilder().addValue(flags.value(row)))
              .build();
      case HashColumn hashes -> texts("0x" + Long.toHexString(hashes.value(row)));
      case DiscretizedColumn bins -> floats(bins.details().representative(bins.bin(row)));
      case CategoricalColumn categories -> texts(Texts.notEmpty(column, row, categories.text(row)));
      case TextColumn texts -> texts(Texts.notEmpty(column, row, texts.text(row)));
      case CategoricalSetColumn sets -> {
        String[] items = new String[sets.end(row) - sets.start(row)];
        for (int i = 0; i < items.length; i++) {
          items[i] = sets.text(sets.start(row) + i);
        }
        yield texts(items);
      }
      case VectorSequenceColumn vectors -> {
        float[] values = new float[(vectors.end(row) - vectors.start(row)) * vectors.length()];
        for (int i = 0; i < values.length; i++) {
          values[i] =
              vectors.value(vectors.start(row) + i / vectors.length(), i % vectors.length());
        }
        yield floats(values);
      }
    };
  }

  private static Feature floats(float... values) {
    FloatList.Builder list = FloatList.newBuilder();
    for (float value : values) {
      list.addValue(value);
    }
    return Feature.newBuilder().setFloatList(list).build();
  }

  private static Feature texts(String... values) {
    BytesList.Builder list = BytesList.newBuilder();
    for (String value : values) {
      list.addValue(ByteString.copyFromUtf8(value));
    }
    return Feature.newBuilder().setBytesList(list).build();
  }
}
