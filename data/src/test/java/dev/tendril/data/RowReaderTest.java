package dev.tendril.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowReaderTest {
  @TempDir Path folder;

  private Frame read(String text, Consumer<ReadOptions> options) throws IOException {
    return Frame.read(Files.writeString(folder.resolve("t.jsonl"), text).toString(), options);
  }

  private Frame read(String text) throws IOException {
    return read(text, _ -> {});
  }

  private String error(String text) {
    return message(() -> read(text));
  }

  private String message(org.junit.jupiter.api.function.Executable action) {
    return String.valueOf(assertThrows(DataException.class, action).getMessage())
        .replace(folder + "/", "");
  }

  private static List<Semantic> semantics(Frame frame) {
    return frame.columns().stream().map(Column::semantic).toList();
  }

  @Test
  void infersFromJsonValues() throws IOException {
    Frame frame =
        read(
            """
            {"n": 1.5, "b": true, "z": 0, "c": "5", "s": "a b", "l": ["A", "B"], "v": [[1,2],[3,4]]}

            {"n": null, "b": false, "z": 1, "c": "", "l": [], "late": "x", "v": []}
            {"z": 1, "c": "7", "s": "c", "n": NaN}
            """);
    assertEquals(List.of("n", "b", "z", "c", "s", "l", "v", "late"), frame.schema().names());
    assertEquals(
        List.of(
            Semantic.NUMERICAL,
            Semantic.BOOLEAN,
            Semantic.BOOLEAN,
            Semantic.CATEGORICAL,
            Semantic.CATEGORICAL_SET,
            Semantic.CATEGORICAL_SET,
            Semantic.NUMERICAL_VECTOR_SEQUENCE,
            Semantic.CATEGORICAL),
        semantics(frame));
    assertEquals("5|null|7", CsvReaderTest.texts(frame, "c"));
    assertEquals("null|x|null", CsvReaderTest.texts(frame, "late"));
    CategoricalSetColumn lists = (CategoricalSetColumn) frame.column("l");
    assertEquals(2, lists.end(0) - lists.start(0));
    assertTrue(!lists.isMissing(1) && lists.isMissing(2));
    VectorSequenceColumn vectors = (VectorSequenceColumn) frame.column("v");
    assertEquals(new Field.VectorSequence(2, 0, 2), vectors.field().details());
    assertEquals(4, vectors.value(1, 1));
  }

  @Test
  void unstacksListsOfOneLength() throws IOException {
    String row = "{\"f\": [" + "1,".repeat(9) + "2], \"g\": [3, 4, null]}\n";
    Frame frame = read(row + "{}\n" + row);
    assertEquals(13, frame.columns().size());
    assertArrayEquals(new float[] {2, Float.NaN, 2}, CsvReaderTest.numbers(frame, "f.09_of_10"));
    assertArrayEquals(new float[] {3, Float.NaN, 3}, CsvReaderTest.numbers(frame, "g.0_of_3"));
    assertEquals(
        "t.jsonl:2: column \"f\": a list of 3 numbers, while other rows have a list of another"
            + " length; lists of numbers need one length",
        error("{\"f\": [1, 2]}\n{\"f\": [1, 2, 3]}\n"));
  }

  @Test
  void looksFurtherWhenTheFirstRowsDoNotTell() throws IOException {
    String text =
        "{\"a\": null, \"b\": 0}\n".repeat(6)
            + "{\"a\": \"x\", \"b\": 3, \"c\": 1.5}\n{\"c\": 2}\n";
    Frame frame = read(text, o -> o.inferenceRows = 2);
    assertEquals(
        List.of(Semantic.CATEGORICAL, Semantic.NUMERICAL, Semantic.NUMERICAL), semantics(frame));
    assertEquals(6, frame.column("c").field().missing());
  }

  @Test
  void namesPlaceAndReasonOfBadLines() {
    assertTrue(error("{\"a\": 1}\n{\"a\": }\n").startsWith("t.jsonl:2: not valid JSON: "));
    assertTrue(error("{\"a\": 1}\n[1]\n").startsWith("t.jsonl:2: the line is not a JSON object"));
    assertTrue(error("{\"a\": 1} {}\n").startsWith("t.jsonl:1: text follows the object"));
    assertTrue(error("{\"a\": {\"b\": 1}}\n").contains("an object within an object"));
    assertTrue(error("{\"a\": [1, \"b\"]}\n").contains("a list must hold numbers only"));
    assertTrue(error("{\"a\": 1, \"a\": 2}\n").contains("the key \"a\" appears twice"));
    assertTrue(
        error("{\"a\": [[1], [1, 2]]}\n").contains("a vector of length 2 follows one of length 1"));
    assertEquals("t.jsonl: the file has no rows", error("\n"));
    assertEquals(
        "t.jsonl:3: column \"a\": \"x\" is not a number, and the column is NUMERICAL by the first 2 rows; read it"
            + " as categorical or text (semantic option) or mend the value",
        message(() -> read("{\"a\": 5}\n{\"a\": 6}\n{\"a\": \"x\"}\n", o -> o.inferenceRows = 2)));
    assertTrue(
        message(() -> read("{\"ab\": 5}\n", o -> o.columns = List.of("abc")))
            .contains("there is no column \"abc\"; did you mean \"ab\"?"));
  }

  @Test
  void readsTheToyRecords() {
    for (String name : List.of("toy.nocompress-tfe-tfrecord", "toy.tfe-tfrecord")) {
      String path = Shared.file("forests/formats/" + name + "-00000-of-00002").toString();
      Frame toy =
          Frame.read(
              path.replace("-00000-of-00002", "@2"),
              o -> o.vocabularyLimits = VocabularyLimits.NONE);
      assertEquals(4, toy.rows());
      assertEquals(
          """
          Bool_1: BOOLEAN
          Bool_2: BOOLEAN
          Cat_1: CATEGORICAL
          Cat_2: CATEGORICAL
          Cat_3: NUMERICAL
          Cat_set_1: CATEGORICAL_SET
          Cat_set_2: CATEGORICAL_SET
          Num_1: NUMERICAL
          Num_2: NUMERICAL
          """,
          toy.schema().toString());
      assertArrayEquals(new float[] {1, 2, 3, 4}, CsvReaderTest.numbers(toy, "Num_1"));
      assertArrayEquals(
          new float[] {Float.NaN, 2, Float.NaN, 4}, CsvReaderTest.numbers(toy, "Num_2"));
      assertEquals("A|B|A|C", CsvReaderTest.texts(toy, "Cat_1"));
      assertEquals(
          List.of("<OOD>", "x", "y", "z"), toy.column("Cat_set_1").field().vocabulary().items());
    }
  }

  @Test
  void checksEveryByteOfARecord() throws IOException {
    Path file = folder.resolve("t.tfrecord");
    Frame.of(
            NumericalColumn.of("n", 1, 2.5f),
            CategoricalColumn.of("c", Arrays.asList("a", null), VocabularyLimits.NONE))
        .write(file);
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      Files.write(file, bad);
      assertTrue(message(() -> Frame.read(file)).startsWith("t.tfrecord: record at byte "));
      Files.write(file, Arrays.copyOf(good, i));
      assertThrows(
          DataException.class,
          () -> {
            if (Frame.read(file).rows() == 1) {
              throw new DataException("cut between two records");
            }
          });
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(TfRecords.header(1L << 40));
    }
    assertTrue(message(() -> Frame.read(file)).contains("its length of 1099511627776 bytes"));
  }

  @Test
  void readsVectorsOfRecordsByTheirSchema() throws IOException {
    Frame frame = read("{\"v\": [[1,2],[3,4]]}\n{\"v\": []}\n{\"v\": null}\n");
    Path file = folder.resolve("v.tfrecord");
    frame.write(file);
    RandomFrames.assertSame(frame, Frame.read(file.toString(), o -> o.schema = frame.schema()));
  }
}
