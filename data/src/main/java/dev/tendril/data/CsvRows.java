package dev.tendril.data;

import de.siegmar.fastcsv.reader.CsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.RecordType;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Receives the fields of CSV records as ranges of the tokenizer's buffer. Empty lines are no
/// records.
abstract class CsvRows extends CsvCallbackHandler<Boolean> {
  private static final int LONGEST_FIELD = 1 << 24;

  private RecordType type = RecordType.DATA;
  private int fields;
  private long line = 1;

  /// A field of the current record; the range is valid during the call only.
  abstract void field(int index, char[] text, int offset, int length);

  /// The current record is complete.
  ///
  /// @return whether to go on
  abstract boolean row();

  /// The number of fields of the current record.
  final int fields() {
    return fields;
  }

  /// The line on which the current record begins.
  final long line() {
    return line;
  }

  /// Feeds UTF-8 text to this receiver until its end or until [#row] has enough.
  ///
  /// @throws CsvFailure when the text is not CSV or not UTF-8
  final void parse(InputStream in, char delimiter) throws IOException {
    InputStreamReader text =
        new InputStreamReader(
            in,
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    try (var reader =
        de.siegmar.fastcsv.reader.CsvReader.builder()
            .fieldSeparator(delimiter)
            .skipEmptyLines(true)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .allowUnclosedQuote(false)
            .maxBufferSize(LONGEST_FIELD)
            .build(this, text)) {
      for (Boolean _ : reader) {
        if (!row()) {
          return;
        }
      }
    } catch (CsvParseException e) {
      throw failure(e);
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CharacterCodingException) {
        throw new CsvFailure(CsvFailure.Kind.ENCODING, line, "not UTF-8");
      }
      throw e.getCause();
    }
  }

  private CsvFailure failure(CsvParseException e) {
    String reason = String.valueOf(e.getMessage());
    if (e.getCause() instanceof CharacterCodingException) {
      return new CsvFailure(CsvFailure.Kind.ENCODING, line, "not UTF-8");
    }
    String message;
    if (reason.startsWith("Unclosed")) {
      message =
          "a quoted field is opened and never closed; close the quote, or double it (\"\") where it belongs to the text";
    } else if (reason.startsWith("Unexpected character")) {
      message =
          "text follows the closing quote of a field; double quotes (\"\") that belong to the text, or mend the"
              + " delimiter";
    } else {
      message =
          "a field is longer than "
              + LONGEST_FIELD
              + " characters; most likely a quote is opened and never closed";
    }
    return new CsvFailure(CsvFailure.Kind.QUOTES, line, message);
  }

  @Override
  protected final RecordType getRecordType() {
    return type;
  }

  @Override
  protected final int getFieldCount() {
    return fields;
  }

  @Override
  protected final void beginRecord(long startingLine) {
    fields = 0;
    line = startingLine;
    type = RecordType.DATA;
  }

  @Override
  protected final void addField(char[] text, int offset, int length, boolean quoted) {
    field(fields++, text, offset, length);
  }

  @Override
  protected final void setComment(char[] text, int offset, int length) {
    type = RecordType.COMMENT;
  }

  @Override
  protected final void setEmpty() {
    type = RecordType.EMPTY;
    fields = 1;
  }

  @Override
  protected final Boolean buildRecord() {
    return Boolean.TRUE;
  }
}
