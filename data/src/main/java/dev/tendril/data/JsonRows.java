package dev.tendril.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/// Reads JSON lines: one object a line, empty lines skipped. Lists of numbers, of strings, and of
/// lists of numbers are values; other nesting is not. A number keeps its text for the case that the
/// column is categorical.
final class JsonRows implements RowSource {
  private static final int LONGEST_LINE = 1 << 28;
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final InputFile file;
  private final InputStream in;
  private byte[] line = new byte[1 << 12];
  private int length;
  private long number;

  JsonRows(InputFile file) throws IOException {
    this.file = file;
    this.in = file.open();
  }

  @Override
  public DataException failure(String message) {
    return DataException.at(file.shown(), number, message);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  @Override
  public boolean next(Map<String, Cell> row) throws IOException {
    do {
      if (!readLine()) {
        return false;
      }
    } while (isBlank());
    int from =
        number == 1 && length > 2 && line[0] == (byte) 0xef && line[1] == (byte) 0xbb ? 3 : 0;
    try (JsonParser parser =
        JSON.createParser(ObjectReadContext.empty(), line, from, length - from)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw failure("the line is not a JSON object; expected one object {...} on every line");
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (row.put(name, cell(parser, name)) != null) {
          throw failure("the key " + Shown.quoted(name) + " appears twice in one object");
        }
      }
      if (parser.nextToken() != null) {
        throw failure("text follows the object; expected one object on every line");
      }
    } catch (JacksonException e) {
      throw failure("not valid JSON: " + firstLine(e.getOriginalMessage()));
    }
    return true;
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }

  private boolean readLine() throws IOException {
    length = 0;
    int c = in.read();
    if (c < 0) {
      return false;
    }
    number++;
    for (; c >= 0 && c != '\n'; c = in.read()) {
      if (length == line.length) {
        if (length >= LONGEST_LINE) {
          throw failure("the line is longer than " + LONGEST_LINE + " bytes");
        }
        line = Arrays.copyOf(line, 2 * length);
      }
      line[length++] = (byte) c;
    }
    return true;
  }

  private boolean isBlank() {
    for (int i = 0; i < length; i++) {
      if (line[i] > ' ' || line[i] < 0) {
        return false;
      }
    }
    return true;
  }

  private Cell cell(JsonParser parser, String name) {
    return switch (parser.currentToken()) {
      case VALUE_NULL -> Cell.None.NONE;
      case VALUE_TRUE -> new Cell.Flag(true);
      case VALUE_FALSE -> new Cell.Flag(false);
      case VALUE_STRING -> new Cell.Text(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> numeric(number(parser), parser);
      case START_ARRAY -> list(parser, name);
      default ->
          throw failure(
              "column "
                  + Shown.quoted(name)
                  + ": an object within an object is not a value; flatten it into columns");
    };
  }

  private static Cell numeric(float value, JsonParser parser) {
    return Float.isNaN(value) ? Cell.None.NONE : new Cell.Numeric(value, parser.getString());
  }

  /// The number, NaN for `NaN`.
  private static float number(JsonParser parser) {
    String text = parser.getString();
    long bits = FloatParser.parse(text.toCharArray(), 0, text.length());
    return bits == FloatParser.NOT_A_NUMBER ? Float.NaN : Float.intBitsToFloat((int) bits);
  }

  private Cell list(JsonParser parser, String name) {
    List<String> texts = new ArrayList<>();
    FloatList numbers = new FloatList();
    FloatList vectors = new FloatList();
    int vectorLength = -1;
    String only = "";
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      switch (parser.currentToken()) {
        case VALUE_STRING -> texts.add(parser.getString());
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
          numbers.add(number(parser));
          only = parser.getString();
        }
        case VALUE_NULL -> numbers.add(Float.NaN);
        case VALUE_TRUE -> numbers.add(1);
        case VALUE_FALSE -> numbers.add(0);
        case START_ARRAY -> {
          int before = vectors.size;
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (!parser.currentToken().isNumeric()) {
              throw mixed(name);
            }
            vectors.add(number(parser));
          }
          if (vectorLength >= 0 && vectorLength != vectors.size - before) {
            throw failure(
                "column "
                    + Shown.quoted(name)
                    + ": a vector of length "
                    + (vectors.size - before)
                    + " follows one of length "
                    + vectorLength
                    + "; all vectors need one length");
          }
          vectorLength = vectors.size - before;
        }
        default -> throw mixed(name);
      }
    }
    int kinds =
        (texts.isEmpty() ? 0 : 1) + (numbers.size == 0 ? 0 : 1) + (vectorLength < 0 ? 0 : 1);
    if (kinds > 1 || vectorLength == 0) {
      throw mixed(name);
    }
    if (vectorLength > 0) {
      return new Cell.Vectors(vectorLength, vectors.toArray());
    }
    if (numbers.size == 1) {
      return Float.isNaN(numbers.values[0])
          ? Cell.None.NONE
          : new Cell.Numeric(numbers.values[0], only);
    }
    return numbers.size > 0 ? new Cell.Numbers(numbers.toArray()) : new Cell.Texts(texts);
  }

  private DataException mixed(String name) {
    return failure(
        "column "
            + Shown.quoted(name)
            + ": a list must hold numbers only, strings only, or lists of numbers only");
  }

  private static final class FloatList {
    float[] values = new float[8];
    int size;

    void add(float value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    float[] toArray() {
      return Arrays.copyOf(values, size);
    }
  }
}
