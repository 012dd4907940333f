package dev.tendril.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FloatParserTest {
  private static void check(String text) {
    char[] buffer = ("12" + text + "34").toCharArray();
    long bits = FloatParser.parse(buffer, 2, text.length());
    if (bits == FloatParser.NOT_A_NUMBER) {
      fail("\"" + text + "\" was refused");
    }
    int expected = Float.floatToIntBits(Float.parseFloat(text));
    if (expected != (int) bits) {
      fail(
          "\""
              + text
              + "\": expected "
              + Float.intBitsToFloat(expected)
              + ", got "
              + Float.intBitsToFloat((int) bits));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "+0",
        "0.0",
        "-0e9",
        "1",
        "1.",
        ".5",
        "-.5e-3",
        "1e5",
        "1E+5",
        "  7 ",
        "\t3.25\t",
        "16777217",
        "16777219",
        "16777217.0",
        "16777217.00000000000000000000000000000000001",
        "33554435",
        "123456789012345678901234567890",
        "0.1234567890123456789012345678901234567890",
        "3.4028235e38",
        "3.4028236e38",
        "3.40282356779733661637e38",
        "3.4028234664e38",
        "1e39",
        "1.4e-45",
        "0.7e-45",
        "7.006492321624085e-46",
        "7.006492321624086e-46",
        "1.17549435e-38",
        "1.1754943e-38",
        "1e-400",
        "1e400",
        "1e99999999999",
        "0e99999999999",
        "-1e-99999999999",
        "00000000000000000000000000012.5",
        "0.000000000000000000000000000000000000000000001",
        "9007199254740993",
        "9223372036854775807",
        "9223372036854775808",
        "999999999999999999999999",
        "8388609.5",
        "8388610.5",
        "4194304.25",
        "4194304.75",
        "1.00000005960464477539062",
        "1.00000005960464477539063",
        "1.000000059604644775390625",
        "1.0000000596046447753906251",
      })
  void agreesWithTheLibraryOnHardNumbers(String text) {
    check(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ".",
        "-",
        "+",
        "e5",
        "1e",
        "1e+",
        "1.2.3",
        "1f",
        "1d",
        "0x1p3",
        "1_000",
        "1,5",
        "--1",
        "1 2",
        "nan",
        "in",
        "infinit",
        "infinityx",
        "abc",
        "1e5.5",
        "\u0661",
        "- 1",
      })
  void refusesWhatIsNotDecimal(String text) {
    assertEquals(FloatParser.NOT_A_NUMBER, FloatParser.parse(text.toCharArray(), 0, text.length()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"inf", "Infinity", "+INF", "-inf", " -infinity "})
  void knowsInfinity(String text) {
    float expected = text.contains("-") ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
    assertEquals(
        expected,
        Float.intBitsToFloat((int) FloatParser.parse(text.toCharArray(), 0, text.length())));
  }

  @Test
  void agreesWithTheLibraryOnRandomNumbers() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    try {
      for (int i = 0; i < 100_000; i++) {
        check(random(random));
      }
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }

  private static String random(SplittableRandom random) {
    float f = Float.intBitsToFloat(random.nextInt());
    float finite = Float.isFinite(f) ? f : 1.5f;
    return switch (random.nextInt(8)) {
      case 0 -> Float.toString(finite);
      case 1 -> Double.toString(random.nextDouble() * Math.pow(10, random.nextInt(-50, 50)));
      case 2 -> {
        StringBuilder digits = new StringBuilder(random.nextBoolean() ? "-" : "");
        int n = random.nextInt(1, 40);
        int point = random.nextInt(n + 1);
        for (int i = 0; i < n; i++) {
          digits.append(i == point ? "." : "").append((char) ('0' + random.nextInt(10)));
        }
        yield digits + (random.nextBoolean() ? "" : "e" + random.nextInt(-60, 60));
      }
      case 3 -> halfway(finite).toString();
      case 4 -> halfway(finite).toPlainString();
      case 5 -> {
        BigDecimal half = halfway(finite);
        BigDecimal off = half.ulp().movePointLeft(random.nextInt(1, 30));
        yield (random.nextBoolean() ? half.add(off) : half.subtract(off)).toString();
      }
      case 6 ->
          String.format(
              Locale.ROOT, "%." + random.nextInt(0, 12) + "f", random.nextGaussian() * 1e3);
      default -> Long.toString(random.nextLong() >> random.nextInt(64));
    };
  }

  /// The number exactly between a float and its neighbor.
  private static BigDecimal halfway(float value) {
    float next = Math.nextAfter(value, 0);
    return new BigDecimal(value).add(new BigDecimal(next)).divide(BigDecimal.TWO);
  }
}
