package dev.tendril.data;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// Writes a table as JSON lines, with null for missing values so that every object has every key.
/// Sets are lists of strings, vectors lists of lists, a bin is a number that falls into it, and a
/// hash hexadecimal text. Infinity, which JSON has no number for, is a string.
final class JsonWriter {
  private JsonWriter() {}

  static void write(Frame frame, OutputStream out) throws IOException {
    JsonFactory factory =
        JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();
    try (JsonGenerator json =
        factory.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8)) {
      for (int row = 0; row < frame.rows(); row++) {
        json.writeStartObject();
        for (Column column : frame.columns()) {
          json.writeName(column.name());
          if (column.isMissing(row)) {
            json.writeNull();
          } else {
            write(json, column, row);
          }
        }
        json.writeEndObject();
        json.writeRaw('\n');
      }
    }
  }

  private static void write(JsonGenerator json, Column column, int row) {
    switch (column) {
      case NumericalColumn numbers -> write(json, numbers.value(row));
      case BooleanColumn flags -> json.writeBoolean(flags.value(row) == 1);
      case HashColumn hashes ->
          json.writeString("0x" + Long.toHexString(hashes.value(row)).toLowerCase(Locale.ROOT));
      case DiscretizedColumn bins -> write(json, bins.details().representative(bins.bin(row)));
      case CategoricalColumn categories ->
          json.writeString(Texts.notEmpty(column, row, categories.text(row)));
      case TextColumn texts -> json.writeString(Texts.notEmpty(column, row, texts.text(row)));
      case CategoricalSetColumn sets -> {
        json.writeStartArray();
        for (int at = sets.start(row); at < sets.end(row); at++) {
          json.writeString(sets.text(at));
        }
        json.writeEndArray();
      }
      case VectorSequenceColumn vectors -> {
        json.writeStartArray();
        for (int at = vectors.start(row); at < vectors.end(row); at++) {
          json.writeStartArray();
          for (int i = 0; i < vectors.length(); i++) {
            write(json, vectors.value(at, i));
          }
          json.writeEndArray();
        }
        json.writeEndArray();
      }
    }
  }

  private static void write(JsonGenerator json, float value) {
    if (Float.isInfinite(value)) {
      json.writeString(Numbers.text(value));
    } else {
      json.writeNumber(Numbers.text(value));
    }
  }
}
