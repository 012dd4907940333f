package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.Semantic;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.learn.Provenance;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/// Exports models to C, compiles them with gcc and compares what they predict.
final class CExports {
  private static final Pattern SCALE = Pattern.compile("_SCALE = (-?[0-9]+),");
  private static final Pattern ERROR =
      Pattern.compile("changes it by at most ([0-9]+(?:[.][0-9]+)?(?:e[+-][0-9]+)?)");
  private static final Pattern SHIFT =
      Pattern.compile("times 2\\^(-?[0-9]+)[^\n]*\\*/\n *\\w+ = ([0-9]+),");

  private final Path folder;

  CExports(Path folder) {
    this.folder = folder;
  }

  /// Compiles all models into one program, which takes the name of a model and rows.
  void check(Map<String, ExportCase> cases, int bits) throws Exception {
    StringBuilder main = new StringBuilder("#include <stdio.h>\n#include <math.h>\n");
    main.append("#include <stdint.h>\n#include <string.h>\n");
    StringBuilder branches = new StringBuilder();
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, ExportCase> entry : cases.entrySet()) {
      String name = entry.getKey();
      ForestModel model = entry.getValue().model();
      String header = bits == 0 ? model.toC(name) : model.toIntegerC(name, bits);
      headers.put(name, header);
      if (bits > 0) {
        assertFalse(
            header.replaceAll("(?s)/\\*.*?\\*/", "").matches("(?s).*(float|double|math\\.h).*"),
            name);
      }
      Files.writeString(folder.resolve(name + ".h"), header);
      main.append("#include \"").append(name).append(".h\"\n");
      main.append(runner(name, model, header, bits));
      branches.append("  if (!strcmp(arguments[1], \"" + name + "\")) run_" + name + "();\n");
    }
    main.append("int main(int count, char **arguments) {\n  if (count != 2) return 1;\n");
    main.append(branches).append("  return 0;\n}\n");
    Path source = folder.resolve("main.c");
    Files.writeString(source, main);
    String program = folder.resolve("main").toString();
    requireGcc();
    List<String> command =
        List.of(
            "gcc",
            "-std=c99",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-pedantic",
            "-O1",
            "-ffp-contract=off",
            "-Wno-overlength-strings",
            "-o",
            program,
            source.toString(),
            "-lm");
    assertEquals(
        "", new String(ExportTest.run(folder, command, new byte[0]), StandardCharsets.UTF_8));
    for (Map.Entry<String, ExportCase> entry : cases.entrySet()) {
      ExportCase given = entry.getValue();
      byte[] input = new Exported(given.model(), given.frame()).bytes();
      ByteBuffer answer =
          ByteBuffer.wrap(ExportTest.run(folder, List.of(program, entry.getKey()), input))
              .order(ByteOrder.LITTLE_ENDIAN);
      if (bits == 0) {
        float[] expected = given.model().predict(given.frame()).values();
        assertEquals(4 * expected.length, answer.remaining(), entry.getKey());
        for (int i = 0; i < expected.length; i++) {
          float actual = answer.getFloat();
          assertEquals(expected[i], actual, Math.ulp(expected[i]), entry.getKey() + " " + i);
        }
      } else {
        compareSums(entry.getKey(), given, headers.getOrDefault(entry.getKey(), ""), answer);
      }
    }
  }

  private static void requireGcc() {
    try {
      new ProcessBuilder("gcc", "--version").redirectErrorStream(true).start().waitFor();
    } catch (IOException | InterruptedException _) {
      Assumptions.abort("there is no gcc here; install it to test exported C");
    }
  }

  private static void compareSums(String name, ExportCase given, String header, ByteBuffer answer) {
    double unit = Math.scalb(1.0, -Integer.parseInt(group(SCALE, header)));
    double error = Double.parseDouble(group(ERROR, header));
    Forest forest = given.model().forest();
    int sums = given.model().outputs();
    boolean binary = false;
    Combination combination = forest.combination();
    if (combination instanceof Combination.Sum sum) {
      combination = new Combination.Sum(sum.loss(), sum.initial(), sum.outputs(), true);
      binary = !given.model().classes().isEmpty() && sum.outputs() == 1;
    } else if (combination instanceof Combination.Mean(boolean votes)
        && votes
        && !given.model().classes().isEmpty()) {
      unit /= forest.trees().size();
    }
    Forest raw =
        new Forest(
            forest.task(),
            forest.schema(),
            forest.features(),
            combination,
            forest.trees(),
            Map.of(),
            List.of());
    float[] expected =
        ForestModel.of(raw, Provenance.UNKNOWN, null).predict(given.frame()).values();
    for (int i = 0; i < expected.length; i += binary ? 2 : 1) {
      double wanted = binary ? expected[i + 1] : expected[i];
      double actual = answer.getInt() * unit;
      if (combination instanceof Combination.Isolation) {
        actual = Math.pow(2, -actual);
      }
      double tolerance = 1.05 * error + 2e-5 * Math.max(1, Math.abs(wanted));
      assertEquals(wanted, actual, tolerance, name + " row " + i / sums);
    }
    assertEquals(0, answer.remaining());
  }

  private static String group(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertTrue(matcher.find(), pattern + " in " + text.lines().limit(40).toList());
    return matcher.group(1);
  }

  /// A function in C that reads rows, predicts and writes.
  private static String runner(String name, ForestModel model, String header, int bits) {
    String sets =
        """
            static NAME_set sets[64];
            for (s = 0; s < CAPITALS_SETS; s++) {
              if (fread(&sets[s].count, 4, 1, stdin) != 1) return;
              sets[s].items = items + used;
              if (sets[s].count > 0) {
                size_t size = sets[s].count;
                if (fread(items + used, 4, size, stdin) != size) return;
                used += sets[s].count;
              }
            }
        """;
    String sequences =
        """
            static NAME_sequence sequences[8];
            if (fread(&sequences[0].count, 4, 1, stdin) != 1) return;
            sequences[0].vectors = vectors;
            if (sequences[0].count > 0) {
              size_t size = sequences[0].count;
              if (fread(vectors, 12, size, stdin) != size) return;
            }
        """;
    String floats =
        """
            float *values = given;
            float out[CAPITALS_OUTPUTS];
            (void)i;
        """;
    String integers =
        """
            static intBITS_t values[2048];
            int32_t out[CAPITALS_OUTPUTS];
            static int shifts[2048];
        SHIFTS
            for (i = 0; i < CAPITALS_VALUES; i++) {
              double x = floor(ldexp(given[i], shifts[i]));
              double most = INTBITS_MAX - 1.0;
              values[i] = isnan(x) ? INTBITS_MIN
                  : (intBITS_t)(x > most ? most : x < -most ? -most : x);
            }
        """;
    StringBuilder shifts = new StringBuilder();
    Matcher matcher = SHIFT.matcher(header);
    while (matcher.find()) {
      shifts.append("    shifts[" + matcher.group(2) + "] = " + matcher.group(1) + ";\n");
    }
    boolean hasSets = Exported.has(model, Semantic.CATEGORICAL_SET);
    boolean hasSequences = Exported.has(model, Semantic.NUMERICAL_VECTOR_SEQUENCE);
    String code =
        """
        static void run_NAME(void) {
          int32_t rows, r, s;
          static float given[2048];
          static int32_t items[65536];
          static float vectors[65536];
          (void)s; (void)items; (void)vectors;
          if (fread(&rows, 4, 1, stdin) != 1) return;
          for (r = 0; r < rows; r++) {
            int32_t used = 0, i;
            (void)used;
            if (fread(given, 4, CAPITALS_VALUES, stdin) != CAPITALS_VALUES) return;
        """
            + (bits == 0 ? floats : integers.replace("SHIFTS", shifts))
            + (hasSets ? sets : "")
            + (hasSequences ? sequences : "")
            + "    NAME_predict(values, "
            + (hasSets ? "sets, " : "")
            + (hasSequences ? "sequences, " : "")
            + """
                out);
                fwrite(out, 4, CAPITALS_OUTPUTS, stdout);
              }
            }
            """;
    return code.replace("NAME", name)
        .replace("CAPITALS", name.toUpperCase(Locale.ROOT))
        .replace("BITS", String.valueOf(bits));
  }
}
