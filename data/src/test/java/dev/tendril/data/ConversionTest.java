package dev.tendril.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ConversionTest {
  private static final byte ONE = 1;

  private static Schema schema(String name, Field.Details details) {
    return new Schema(List.of(new Field(name, false, 9, 0, details)));
  }

  private static Schema categorical(String... values) {
    return schema("x", new Field.Categorical(Vocabulary.of(values)));
  }

  private static int[] codes(Column column, Schema target) {
    CategoricalColumn converted =
        (CategoricalColumn) Frame.of(column).conform(target, List.of("x")).column("x");
    assertEquals(target.field("x"), converted.field());
    int[] codes = new int[converted.rows()];
    Arrays.setAll(codes, converted::code);
    return codes;
  }

  private static String message(Executable action) {
    return String.valueOf(assertThrows(DataException.class, action).getMessage());
  }

  @Test
  void categoricalValuesGoByTheirText() {
    Column column =
        CategoricalColumn.of("x", Arrays.asList("a", "b", null, "z"), VocabularyLimits.DEFAULT);
    Schema target = categorical("b", "a");
    assertArrayEquals(new int[] {2, 1, -1, 0}, codes(column, target));
    CategoricalColumn converted =
        (CategoricalColumn) Frame.of(column).conform(target, List.of("x")).column("x");
    assertEquals("z", converted.text(3));
    assertSame(converted, Frame.of(converted).conform(target, List.of("x")).column("x"));
    assertArrayEquals(
        new int[] {1, 2, 0}, codes(NumericalColumn.of("x", 3, 1, 7), categorical("3", "01")));
    assertArrayEquals(
        new int[] {1, 2, -1},
        codes(BooleanColumn.of("x", ONE, (byte) 0, (byte) -1), categorical("1", "0")));
    assertArrayEquals(
        new int[] {2, 1},
        codes(BooleanColumn.of("x", ONE, (byte) 0), categorical("False", "True")));
  }

  @Test
  void numbersAndTruthValuesGoBothWays() {
    Schema numerical = schema("x", new Field.Numerical(1, 0, 2, 1));
    assertArrayEquals(
        new float[] {1, 0, Float.NaN},
        ((NumericalColumn)
                Frame.of(BooleanColumn.of("x", ONE, (byte) 0, (byte) -1))
                    .conform(numerical, List.of("x"))
                    .column("x"))
            .values());
    Frame bool =
        Frame.of(NumericalColumn.of("x", 1, 0, Float.NaN))
            .conform(schema("x", new Field.Bool(1, 2)), List.of("x"));
    assertArrayEquals(new byte[] {1, 0, -1}, ((BooleanColumn) bool.column("x")).values());
    assertEquals(new Field.Bool(1, 2), bool.column("x").field().details());
    Frame words =
        Frame.of(CategoricalColumn.of("x", Arrays.asList("1.5", "abc"), VocabularyLimits.NONE));
    assertEquals(
        "column \"x\", row 2: \"abc\" is not a number, but the column must be NUMERICAL; mend the"
            + " value",
        message(() -> words.conform(numerical, List.of("x"))));
  }

  @Test
  void valuesBecomeSetsButNotBack() {
    Schema target = schema("x", new Field.CategoricalSet(Vocabulary.of("a", "b"), 0, 2));
    Frame frame =
        Frame.of(
                CategoricalColumn.of(
                    "x", Arrays.asList("B a", "c", null, "b"), VocabularyLimits.NONE))
            .conform(target, List.of("x"));
    CategoricalSetColumn sets = (CategoricalSetColumn) frame.column("x");
    assertEquals(2, sets.end(0) - sets.start(0));
    assertEquals(1, sets.code(sets.start(0)));
    assertEquals(0, sets.code(sets.start(1)));
    assertTrue(sets.isMissing(2));
    assertEquals(2, sets.code(sets.start(3)));
    assertEquals(
        "column \"x\" is CATEGORICAL_SET and cannot be taken for CATEGORICAL; read the file by the"
            + " model's schema (schema option)",
        message(() -> frame.conform(categorical("a"), List.of("x"))));
  }

  @Test
  void identifiersAreHashedByTheirText() {
    Schema target = schema("x", new Field.Hash());
    Frame frame = Frame.of(NumericalColumn.of("x", 12, Float.NaN)).conform(target, List.of("x"));
    HashColumn hashes = (HashColumn) frame.column("x");
    assertEquals(HashColumn.hash("12"), hashes.value(0));
    assertEquals(HashColumn.MISSING, hashes.value(1));
    Frame big = Frame.of(NumericalColumn.of("x", 1 << 25));
    assertTrue(message(() -> big.conform(target, List.of("x"))).contains("only up to 16777216"));
  }

  @Test
  void namesAllMissingColumnsAtOnce() {
    Frame frame = Frame.of(NumericalColumn.of("age", 1), NumericalColumn.of("x", 1));
    assertEquals(
        "the data lack 2 columns: \"Age\" (is it \"age\"?), \"zebra\"; they have age, x",
        message(() -> frame.conform(frame.schema(), List.of("Age", "x", "zebra"))));
  }

  @Test
  void everyKindOfLabelBecomesClasses() {
    assertEquals(
        List.of("<OOD>", "1", "2", "10"),
        CategoricalColumn.classes(NumericalColumn.of("y", 10, 2, 1, Float.NaN, 2))
            .vocabulary()
            .items());
    assertEquals(
        List.of("<OOD>", "0", "1"),
        CategoricalColumn.classes(BooleanColumn.of("y", ONE, (byte) 0)).vocabulary().items());
    CategoricalColumn text =
        CategoricalColumn.classes(TextColumn.of("y", Arrays.asList("b", null, "a")));
    assertEquals(List.of("<OOD>", "a", "b"), text.vocabulary().items());
    assertEquals(2, text.code(0));
    assertEquals(-1, text.code(1));
    CategoricalColumn rare =
        CategoricalColumn.of("y", Arrays.asList("b", "b", "a"), new VocabularyLimits(2, 9));
    assertEquals(0, rare.code(2));
    assertEquals(1, rare.asClasses().code(2));
    assertEquals(
        List.of("<OOD>", "16777216"),
        CategoricalColumn.classes(NumericalColumn.of("y", 1 << 24)).vocabulary().items());
    assertTrue(
        message(() -> CategoricalColumn.classes(NumericalColumn.of("y", 1, 1.5f)))
            .startsWith("column \"y\", row 2: 1.5 is not a whole number"));
  }

  @Test
  void fingerprintsTellTablesApartByWhatTheySay() {
    List<@org.jspecify.annotations.Nullable String> values = Arrays.asList("a", "b", null);
    Frame one = Frame.of(CategoricalColumn.of("x", values, VocabularyLimits.NONE));
    Frame other = Frame.of(CategoricalColumn.of("x", values, VocabularyLimits.DEFAULT));
    assertEquals(64, one.fingerprint().length());
    assertEquals(one.fingerprint(), other.fingerprint());
    assertTrue(!one.fingerprint().equals(one.rows(new int[] {1, 0, 2}).fingerprint()));
    assertTrue(!one.fingerprint().equals(Frame.of(TextColumn.of("x", values)).fingerprint()));
    assertEquals(
        Frame.of(NumericalColumn.of("n", 1, Float.NaN)).fingerprint(),
        Frame.of(NumericalColumn.of("n", 1, Float.intBitsToFloat(0x7fc00001))).fingerprint());
  }
}
