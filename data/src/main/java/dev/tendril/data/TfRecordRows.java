package dev.tendril.data;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tendril.data.proto.Example;
import dev.tendril.data.proto.Feature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Reads TFRecord files of `tf.Example` messages. A feature without a list, or an empty one of
/// numbers, is a missing value; byte strings are UTF-8 text. Within a row the order of features
/// means nothing, so columns are taken in alphabetical order. Byte offsets in messages count
/// uncompressed bytes.
final class TfRecordRows implements RowSource {
  private static final int LARGEST_RECORD = 1 << 28;

  private final InputFile file;
  private final InputStream in;
  private final long bound;
  private long offset;
  private long start;

  TfRecordRows(InputFile file) throws IOException {
    this.file = file;
    this.bound = file.isGzip() ? Long.MAX_VALUE : file.size();
    this.in = file.open();
  }

  @Override
  public DataException failure(String message) {
    return new DataException(
        file.shown() + ": record at byte " + start + " (counted from 0): " + message);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  @Override
  public boolean next(Map<String, Cell> row) throws IOException {
    start = offset;
    byte[] header = in.readNBytes(TfRecords.HEADER);
    if (header.length == 0) {
      return false;
    }
    if (header.length < TfRecords.HEADER) {
      throw failure("the file ends within the record's length: it was cut off");
    }
    ByteBuffer head = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    long length = head.getLong();
    if (head.getInt() != TfRecords.checksum(header, 0, Long.BYTES)) {
      throw failure(
          "the checksum of its length is wrong: the file is damaged or not a TFRecord file");
    }
    offset += TfRecords.HEADER;
    if (length < 0 || length > LARGEST_RECORD || length > bound - offset) {
      throw failure(
          "its length of "
              + Long.toUnsignedString(length)
              + " bytes goes beyond "
              + (length >= 0 && length <= LARGEST_RECORD
                  ? "the end of the file: it was cut off"
                  : "the largest allowed, " + LARGEST_RECORD));
    }
    byte[] record = in.readNBytes((int) length);
    byte[] footer = in.readNBytes(TfRecords.FOOTER);
    if (record.length < length || footer.length < TfRecords.FOOTER) {
      throw failure("the file ends within the record: it was cut off");
    }
    if (ByteBuffer.wrap(footer).order(ByteOrder.LITTLE_ENDIAN).getInt()
        != TfRecords.checksum(record, 0, record.length)) {
      throw failure("the checksum of its content is wrong: the file is damaged");
    }
    offset += length + TfRecords.FOOTER;
    try {
      Map<String, Feature> features =
          new TreeMap<>(Example.parseFrom(record).getFeatures().getFeatureMap());
      for (Map.Entry<String, Feature> entry : features.entrySet()) {
        row.put(entry.getKey(), cell(entry.getKey(), entry.getValue()));
      }
    } catch (InvalidProtocolBufferException e) {
      throw failure("it is not a tf.Example message: " + e.getMessage());
    }
    return true;
  }

  private Cell cell(String name, Feature feature) {
    return switch (feature.getKindCase()) {
      case KIND_NOT_SET -> Cell.None.NONE;
      case BYTES_LIST -> {
        List<String> texts = new ArrayList<>(feature.getBytesList().getValueCount());
        for (ByteString bytes : feature.getBytesList().getValueList()) {
          if (!bytes.isValidUtf8()) {
            throw failure("column " + Shown.quoted(name) + ": a byte string is not UTF-8 text");
          }
          texts.add(bytes.toStringUtf8());
        }
        yield new Cell.Texts(texts);
      }
      case FLOAT_LIST -> {
        float[] values = new float[feature.getFloatList().getValueCount()];
        for (int i = 0; i < values.length; i++) {
          values[i] = feature.getFloatList().getValue(i);
        }
        yield values.length == 1
            ? Float.isNaN(values[0])
                ? Cell.None.NONE
                : new Cell.Numeric(values[0], Numbers.text(values[0]))
            : new Cell.Numbers(values);
      }
      case INT64_LIST -> {
        float[] values = new float[feature.getInt64List().getValueCount()];
        for (int i = 0; i < values.length; i++) {
          values[i] = feature.getInt64List().getValue(i);
        }
        yield values.length == 1
            ? new Cell.Numeric(values[0], Long.toString(feature.getInt64List().getValue(0)))
            : new Cell.Numbers(values);
      }
    };
  }
}
