package dev.tendril.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class CsvReaderTest {
  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    if (name.endsWith(".gz")) {
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
    } else {
      Files.writeString(file, text);
    }
    return file;
  }

  private Frame read(String text) throws IOException {
    return Frame.read(write("t.csv", text));
  }

  private Frame read(String text, Consumer<ReadOptions> options) throws IOException {
    return Frame.read(write("t.csv", text).toString(), options);
  }

  private String error(String text) throws IOException {
    return error(text, _ -> {});
  }

  private String error(String text, Consumer<ReadOptions> options) throws IOException {
    Path file = write("t.csv", text);
    return message(() -> Frame.read(file.toString(), options));
  }

  static float[] numbers(Frame frame, String name) {
    return ((NumericalColumn) frame.column(name)).values();
  }

  static String texts(Frame frame, String name) {
    CategoricalColumn column = (CategoricalColumn) frame.column(name);
    StringBuilder texts = new StringBuilder();
    for (int row = 0; row < column.rows(); row++) {
      texts.append(row == 0 ? "" : "|").append(column.text(row));
    }
    return texts.toString();
  }

  @Test
  void infersTheSemanticOfEveryColumn() throws IOException {
    Frame frame =
        read(
            """
            n,b,c,s,empty,t
            1,0,x,a b,,true
            NA,1,y,c,na,false
            2.5,nan,,,,true
            """);
    assertEquals(
        List.of(
            Semantic.NUMERICAL,
            Semantic.BOOLEAN,
            Semantic.CATEGORICAL,
            Semantic.CATEGORICAL_SET,
            Semantic.NUMERICAL,
            Semantic.CATEGORICAL),
        frame.columns().stream().map(Column::semantic).toList());
    assertEquals(3, frame.rows());
    assertEquals(1, frame.column("n").field().missing());
    assertEquals(3, frame.column("empty").field().missing());
    CategoricalSetColumn set = (CategoricalSetColumn) frame.column("s");
    assertEquals(0, set.field().missing());
    assertEquals(new Field.CategoricalSet(set.vocabulary(), 0, 2), set.field().details());
  }

  @Test
  void readsTheToyTable() {
    Frame toy = Frame.read(Shared.file("forests/data/toy.csv"));
    assertEquals(
        """
        Num_1: NUMERICAL
        Num_2: NUMERICAL
        Cat_1: CATEGORICAL
        Cat_2: CATEGORICAL
        Cat_set_1: CATEGORICAL_SET
        Cat_set_2: CATEGORICAL_SET
        Bool_1: BOOLEAN
        Bool_2: BOOLEAN
        Cat_3: NUMERICAL
        """,
        toy.schema().toString());
    assertEquals("A|B|A|C", texts(toy, "Cat_1"));
    assertEquals("A|null|B|null", texts(toy, "Cat_2"));
    assertEquals(new Field.Bool(2, 2), toy.column("Bool_1").field().details());
    assertEquals(new Field.Bool(1, 1), toy.column("Bool_2").field().details());
    Frame all =
        Frame.read(
            Shared.file("forests/data/toy.csv").toString(),
            o -> o.vocabularyLimits = VocabularyLimits.NONE);
    assertEquals(List.of("<OOD>", "A", "C", "B"), all.column("Cat_1").field().vocabulary().items());
    assertEquals(List.of("<OOD>", "B", "A"), all.column("Cat_2").field().vocabulary().items());
    assertEquals(
        List.of("<OOD>", "x", "y", "z"), all.column("Cat_set_1").field().vocabulary().items());
    assertEquals(
        List.of("<OOD>", "x", "y", "z"), all.column("Cat_set_2").field().vocabulary().items());
    assertEquals(0, all.column("Cat_set_2").field().missing());
  }

  /// The reference engine's description of the same file.
  @Test
  void describesPenguinsAsTheReferenceDoes() {
    Schema schema = Frame.read(Shared.file("forests/penguins.csv")).schema();
    Vocabulary species = schema.field("species").vocabulary();
    assertEquals(List.of("<OOD>", "Adelie", "Gentoo", "Chinstrap"), species.items());
    assertEquals(152, species.count(1));
    assertEquals(
        List.of("<OOD>", "Biscoe", "Dream", "Torgersen"),
        schema.field("island").vocabulary().items());
    assertEquals(List.of("<OOD>", "male", "female"), schema.field("sex").vocabulary().items());
    assertEquals(11, schema.field("sex").missing());
    assertEquals(2, schema.field("bill_length_mm").missing());
    Field.Numerical bill = (Field.Numerical) schema.field("bill_length_mm").details();
    assertEquals(43.92193, bill.mean(), 1e-5);
    assertEquals(32.1f, bill.min());
    assertEquals(59.6f, bill.max());
    assertEquals(5.451596, bill.sd(), 1e-6);
    assertEquals(Semantic.NUMERICAL, schema.field("year").semantic());
  }

  @Test
  void readsQuotesLineBreaksAndByteOrderMark() throws IOException {
    Frame frame =
        read(
            "\uFEFFa,\"b\"\"c\"\r\n\"x,1\ny\",1\r\n\n\"say \"\"hi\"\"\",2",
            o -> o.detectSets = false);
    assertEquals(List.of("a", "b\"c"), frame.schema().names());
    assertEquals("x,1\ny|say \"hi\"", texts(frame, "a"));
  }

  @Test
  void detectsTheDelimiter() throws IOException {
    for (String delimiter : List.of(",", ";", "\t", "|")) {
      Frame frame = read("a,b\n1,2\n".replace(",", delimiter));
      assertEquals(List.of("a", "b"), frame.schema().names());
    }
    Frame tabs = Frame.read(write("t.tsv", "a,x\tb\n1\t2\n"));
    assertEquals(List.of("a,x", "b"), tabs.schema().names());
    assertEquals(List.of("a,b"), read("a,b\n1\n", o -> o.delimiter = '|').schema().names());
  }

  @Test
  void readsWithoutHeaderAndByColumn() throws IOException {
    Frame frame = read("1,a\n2,b\n", o -> o.header = false);
    assertEquals(List.of("f0", "f1"), frame.schema().names());
    assertEquals(2, frame.rows());
    Frame chosen = read("a,b,c\n1,2,x\n", o -> o.columns = List.of("c", "a"));
    assertEquals(List.of("c", "a"), chosen.schema().names());
  }

  /// Egypt writes numbers in digits of its own.
  @Test
  void namesOfShardsDoNotDependOnTheLanguage() throws IOException {
    write("q.csv-00000-of-00001", "a,b\n3,x\n");
    Locale usual = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      assertEquals(1, Frame.read(folder + "/q.csv@1").rows());
    } finally {
      Locale.setDefault(usual);
    }
  }

  @Test
  void readsSeveralFilesAndCompressedOnes() throws IOException {
    write("p-1.csv", "a,b\n1,x\n");
    write("p-2.csv.gz", "a,b\n2,y\n");
    Files.move(folder.resolve("p-2.csv.gz"), folder.resolve("p-2.csv"));
    write("q.csv-00000-of-00002", "a,b\n3,x\n");
    write("q.csv-00001-of-00002", "a,b\n4,x\n");
    float[] expected = {1, 2};
    assertEquals(2, Frame.read(folder + "/p-*.csv").rows());
    org.junit.jupiter.api.Assertions.assertArrayEquals(
        expected, numbers(Frame.read(folder + "/p-1.csv," + folder + "/p-2.csv"), "a"));
    org.junit.jupiter.api.Assertions.assertArrayEquals(
        expected, numbers(Frame.read(folder + "/p-{1,2}.csv"), "a"));
    org.junit.jupiter.api.Assertions.assertArrayEquals(
        new float[] {3, 4}, numbers(Frame.read(folder + "/q.csv@2"), "a"));
    write("plain.txt", "a,b\n5,x\n");
    assertEquals(1, Frame.read("csv:" + folder + "/plain.txt").rows());
  }

  @Test
  void prunesAndOrdersTheVocabulary() throws IOException {
    StringBuilder text = new StringBuilder("c,n\n");
    for (int i = 0; i < 5; i++) {
      text.append("bb,1\naa,1\ncc,1\n");
    }
    text.append("cc,1\nrare,1\nrare,1\nrare,1\nrare,1\n");
    Vocabulary vocabulary = read(text.toString()).column("c").field().vocabulary();
    assertEquals(List.of("<OOD>", "cc", "bb", "aa"), vocabulary.items());
    assertEquals(4, vocabulary.count(0));
    assertEquals(1, vocabulary.mostFrequent());
    CategoricalColumn column = (CategoricalColumn) read(text.toString()).column("c");
    assertEquals(0, column.code(column.rows() - 1));
    assertEquals("rare", column.text(column.rows() - 1));
    StringBuilder many = new StringBuilder("c\n");
    for (int i = 0; i < 2100; i++) {
      many.append("v").append(i).append("\n").append("v").append(i).append("\n");
    }
    Vocabulary capped =
        read(many.toString(), o -> o.vocabularyLimits = new VocabularyLimits(1, 2000))
            .column("c")
            .field()
            .vocabulary();
    assertEquals(2001, capped.size());
    assertEquals(200, capped.count(0));
  }

  @Test
  void readsByTheSchemaOfAnotherTable() throws IOException {
    String first = "c,s,b,n\n" + "x,p q,1,1\n".repeat(5) + "y,q,0,2\n".repeat(6);
    Frame one = read(first);
    Frame two = read("n,c,s,new\n3,x,Q zz,1\n4,new,,2\nNA,NA,na,3\n", o -> o.schema = one.schema());
    assertEquals(List.of("n", "c", "s", "new"), two.schema().names());
    assertEquals(one.column("c").field(), two.column("c").field());
    assertEquals(one.column("n").field(), two.column("n").field());
    CategoricalColumn c = (CategoricalColumn) two.column("c");
    assertEquals(2, c.code(0));
    assertEquals(0, c.code(1));
    assertEquals("new", c.text(1));
    assertEquals(-1, c.code(2));
    CategoricalSetColumn s = (CategoricalSetColumn) two.column("s");
    assertEquals(1, s.code(s.start(0)));
    assertEquals(0, s.code(s.start(0) + 1));
    assertEquals(s.start(1), s.end(1));
    assertTrue(s.isMissing(2) && !s.isMissing(1));
  }

  @Test
  void widensColumnsThatTheFirstRowsLeftOpen() throws IOException {
    String text = "a,b,c\n" + "0,,1\n".repeat(10) + "3,word,0\n" + "1,two words,1\n";
    Frame frame = read(text, o -> o.inferenceRows = 5);
    assertEquals(
        List.of(Semantic.NUMERICAL, Semantic.CATEGORICAL, Semantic.BOOLEAN),
        frame.columns().stream().map(Column::semantic).toList());
  }

  @Test
  void namesPlaceAndRemedyOfBadRows() throws IOException {
    assertEquals(
        "t.csv:3: found 1 field, expected 2 (header a,b); mend the row, or quote a field that holds the delimiter",
        error("a,b\n1,2\n3\n"));
    assertEquals(
        "t.csv:4: found 3 fields, expected 2 (header a,b); mend the row, or quote a field that holds the delimiter",
        error("a,b\n\"1\n1\",2\n3,4,5\n"));
    assertEquals(
        "t.csv:4: column \"a\": \"abc\" is not a number, and the column is NUMERICAL by the first 2 rows; read it"
            + " as categorical or text (semantic option) or mend the value",
        error("a,b\n1,2\n3,4\nabc,5\n", o -> o.inferenceRows = 2));
    assertTrue(
        error("a,b\n1,2\n3,\"4\n5,6\n")
            .startsWith("t.csv:3: a quoted field is opened and never closed"));
    assertTrue(error("a,b\n1,2\n3,\"4\"5\n").startsWith("t.csv:3: text follows the closing quote"));
    assertEquals("t.csv: the file has a header but no rows: a,b", error("a,b\n"));
    assertEquals("t.csv: the file is empty", error(""));
    assertEquals(
        "t.csv:1: columns 1 and 3 of the header are both named \"a\"; rename one of them",
        error("a,b,a\n1,2,3\n"));
    assertEquals(
        "t.csv:1: column 2 of the header has no name; name it, or read without header",
        error("a,,b\n1,2,3\n"));
    assertEquals(
        "t.csv: there is no column \"lable\"; did you mean \"label\"?; the columns are label, b",
        error("label,b\n1,2\n", o -> o.semantic("lable", Semantic.CATEGORICAL)));
    assertTrue(
        error("a\nx\n", o -> o.semantic("a", Semantic.BOOLEAN))
            .contains("\"x\" is not true or false, and the column is BOOLEAN as asked"));
  }

  @Test
  void refusesWhatIsNotText() throws IOException {
    Path file = folder.resolve("t.csv");
    Files.write(file, new byte[] {'a', '\n', 0, 1, 2});
    assertTrue(message(file.toString()).contains("byte 2 is zero, so this is not a text file"));
    Files.write(file, new byte[] {'a', '\n', 'b', '\n', 'c', (byte) 0xe9, '\n'});
    assertTrue(
        message(file.toString())
            .endsWith("t.csv:3: byte 5 is not UTF-8 text; save the file as UTF-8"));
    Files.write(file, "a,b\n".getBytes(StandardCharsets.UTF_16));
    assertTrue(message(file.toString()).contains("UTF-16"));
    Files.write(file, new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 77});
    assertTrue(message(file.toString()).contains("compressed data"));
  }

  private String message(String source) {
    return message(() -> Frame.read(source));
  }

  private String message(Executable action) {
    String message = String.valueOf(assertThrows(DataException.class, action).getMessage());
    return message.replace(folder + "/", "");
  }

  @Test
  void explainsWhatIsWrongWithASource() throws IOException {
    write("train.csv", "a,b\n1,2\n");
    write("other.csv", "a,c\n1,2\n");
    write("x.jsonl", "{}\n");
    write("x.dat", "a\n1\n");
    assertEquals(
        "there is no file trian.csv; did you mean \"train.csv\"?", message(folder + "/trian.csv"));
    assertEquals("no file matches z*.csv", message(folder + "/z*.csv"));
    assertTrue(message(folder.toString()).contains("is a folder, not a file"));
    assertTrue(message(folder + "/x.dat").startsWith("x.dat: the name does not tell the format"));
    assertTrue(
        message(folder + "/train.csv," + folder + "/x.jsonl").contains("must have one format"));
    assertEquals(
        "other.csv:1: the header differs from that of train.csv: column 2 is \"c\", not \"b\"; the files of one"
            + " table need the same columns in the same order",
        message(folder + "/train.csv," + folder + "/other.csv"));
    assertTrue(message(" ").startsWith("no file is named"));
  }
}
