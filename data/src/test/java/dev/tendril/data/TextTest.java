package dev.tendril.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void distinctTextsGetCodesInOrder() {
    TextTable table = new TextTable();
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 5000; i++) {
        char[] text = ("xx" + i + "yy").toCharArray();
        assertEquals(i + 1, table.code(text, 1, text.length - 2));
        assertEquals(i + 1, table.code("x" + i + "y"));
      }
    }
    assertEquals("x17y", table.values().get(17));
    assertEquals(5001, table.code(""));
    assertEquals(5002, table.code("0"));
    assertEquals(5003, table.code("\0"));
  }

  @Test
  void textIsCutAtSeparators() {
    assertEquals(List.of("a", "b", "c"), Tokens.of(" a,;b  c,"));
    assertEquals(List.of(), Tokens.of(" ; "));
    assertTrue(Tokens.several("a b".toCharArray(), 0, 3));
    assertFalse(Tokens.several(" ab,".toCharArray(), 0, 4));
  }

  @Test
  void missingValuesAreWordsOrNothing() {
    for (String text : List.of("", "na", "NA", "NaN", "nan")) {
      assertTrue(Missing.is(text), text);
    }
    for (String text : List.of(" ", "n", "none", "nana", "null", "?")) {
      assertFalse(Missing.is(text), text);
    }
    assertTrue(Missing.isPadded("  Na ".toCharArray(), 0, 5));
  }

  @Test
  void quotesAreCountedByWord() {
    assertEquals(0, CsvChunks.quotes(0));
    assertEquals(8, CsvChunks.quotes(0x2222222222222222L));
    for (int value = 0; value < 256; value++) {
      assertEquals(value == '"' ? 3 : 2, CsvChunks.quotes(0x2200220000000000L | value));
    }
  }
}
