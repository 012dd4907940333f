package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Column;
import dev.tendril.data.Field;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.Schema;
import dev.tendril.data.Semantic;
import dev.tendril.data.VectorSequenceColumn;
import dev.tendril.data.Vocabulary;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.forest.options.IsolationForestParameters;
import dev.tendril.forest.options.TreeParameters;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import dev.tendril.learn.Predictions;
import dev.tendril.learn.Provenance;
import dev.tendril.learn.Task;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exported code, compiled by the compilers of Java and C, predicts what the model predicts.
class ExportTest {
  private static final Pattern SCALE = Pattern.compile("_SCALE = (-?[0-9]+),");
  private static final Pattern ERROR =
      Pattern.compile("changes it by at most ([0-9]+(?:[.][0-9]+)?(?:e[+-][0-9]+)?)");
  private static final Pattern SHIFT =
      Pattern.compile("times 2\\^(-?[0-9]+)[^\n]*\\*/\n *\\w+ = ([0-9]+),");

  @TempDir Path folder;

  /// A model and rows for it.
  private record Case(ForestModel model, Frame frame) {}

  private static Map<String, Case> drawn() {
    Map<String, Case> cases = new LinkedHashMap<>();
    for (String kind : RandomForests.KINDS) {
      RandomForests small = new RandomForests(kind.hashCode(), 300, 3);
      cases.put("small_" + kind, new Case(small.model(kind), small.frame(200)));
      RandomForests large = new RandomForests(kind.hashCode() + 1, 5000, 90);
      cases.put("large_" + kind, new Case(large.model(kind), large.frame(200)));
    }
    return cases;
  }

  private static Map<String, Case> golden(Golden... chosen) {
    Map<String, Case> cases = new LinkedHashMap<>();
    for (Golden golden : chosen) {
      ForestModel model = ForestModel.load(golden.folder());
      Frame frame = golden.frame(model);
      int[] some = new int[Math.min(500, frame.rows())];
      Arrays.setAll(some, i -> i);
      cases.put(
          golden.name().toLowerCase(java.util.Locale.ROOT), new Case(model, frame.rows(some)));
    }
    return cases;
  }

  @Test
  void javaGivesTheBitsOfTheModel() throws Exception {
    checkJava(drawn());
  }

  @Test
  @Tag("slow")
  void javaGivesTheBitsOfModelsOfYdf() throws Exception {
    checkJava(golden(Golden.values()));
  }

  /// Every kind of split and of forest that training can bring forth.
  @Test
  void trainedModels() throws Exception {
    Frame frame = campaign(600);
    Map<String, Case> cases = new LinkedHashMap<>();
    List<Learner<ForestModel>> learners =
        List.of(
            GradientBoostedTrees.regression(
                "spent",
                p -> {
                  p.numTrees = 20;
                  p.splitAxis = TreeParameters.SplitAxis.SPARSE_OBLIQUE;
                }),
            RandomForest.classification(
                "bought",
                p -> {
                  p.numTrees = 20;
                  p.splitAxis = TreeParameters.SplitAxis.MHLD_OBLIQUE;
                }),
            RandomForest.classification(
                "bought",
                p -> {
                  p.numTrees = 20;
                  p.honest = true;
                }),
            RandomForest.of(
                new Inputs(new Task.CategoricalUplift("bought", "group")), p -> p.numTrees = 20),
            RandomForest.of(
                new Inputs(new Task.NumericalUplift("spent", "group")), p -> p.numTrees = 20),
            IsolationForest.anomalyDetection(
                null,
                p -> {
                  p.numTrees = 30;
                  p.splitAxis = IsolationForestParameters.SplitAxis.SPARSE_OBLIQUE;
                }));
    for (Learner<ForestModel> learner : learners) {
      cases.put("trained" + cases.size(), new Case(learner.train(frame), frame));
    }
    checkJava(cases);
    checkC(cases, 0);
    checkC(cases, 32);
    cases.clear();
    ForestModel paths =
        RandomForest.classification("bought", p -> p.numTrees = 20).train(withPaths(frame));
    cases.put("paths", new Case(paths, withPaths(frame)));
    checkJava(cases);
    checkC(cases, 0);
  }

  /// Customers, some of whom were treated.
  private static Frame campaign(int rows) {
    Random random = new Random(7);
    float[] age = new float[rows];
    float[] income = new float[rows];
    float[] spent = new float[rows];
    List<@Nullable String> color = new ArrayList<>();
    List<@Nullable String> group = new ArrayList<>();
    List<@Nullable String> bought = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      age[row] = random.nextInt(10) == 0 ? Float.NaN : random.nextFloat();
      income[row] = random.nextFloat();
      color.add(List.of("red", "green", "blue").get(random.nextInt(3)));
      boolean treated = random.nextBoolean();
      group.add(treated ? "treated" : "control");
      spent[row] = income[row] + random.nextFloat() + (treated && income[row] > 0.5f ? 1 : 0);
      bought.add(spent[row] > 1.2f ? "yes" : "no");
    }
    return Frame.of(
        List.of(
            NumericalColumn.of("age", age),
            NumericalColumn.of("income", income),
            NumericalColumn.of("spent", spent),
            CategoricalColumn.of("color", color, VocabularyLimits.NONE),
            CategoricalColumn.of("group", group, VocabularyLimits.NONE),
            CategoricalColumn.of("bought", bought, VocabularyLimits.NONE)));
  }

  /// With paths of up to three points, which tell as much as the income.
  private static Frame withPaths(Frame frame) {
    Random random = new Random(8);
    float[] income = ((NumericalColumn) frame.column("income")).values();
    int[] starts = new int[income.length + 1];
    float[] values = new float[9 * income.length];
    for (int row = 0; row < income.length; row++) {
      starts[row + 1] = starts[row] + 1 + random.nextInt(3);
      for (int at = starts[row]; at < starts[row + 1]; at++) {
        values[3 * at] = income[row];
        values[3 * at + 1] = random.nextFloat();
      }
    }
    return Frame.of(
        List.of(
            VectorSequenceColumn.of(
                "path",
                3,
                starts,
                Arrays.copyOf(values, 3 * starts[income.length]),
                new boolean[income.length]),
            frame.column("bought")));
  }

  private void checkJava(Map<String, Case> cases) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                "--release",
                "8",
                "-Xlint:all,-options",
                "-Werror",
                "-d",
                folder.resolve("classes").toString()));
    for (Map.Entry<String, Case> entry : cases.entrySet()) {
      Path source = folder.resolve(entry.getKey() + ".java");
      Files.writeString(source, entry.getValue().model.toJava("some.where." + entry.getKey()));
      command.add(source.toString());
    }
    String errors = new String(run(command, new byte[0]), StandardCharsets.UTF_8);
    assertEquals("", errors);
    URL[] urls = {folder.resolve("classes").toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls)) {
      for (Map.Entry<String, Case> entry : cases.entrySet()) {
        Class<?> type = loader.loadClass("some.where." + entry.getKey());
        checkJava(type, entry.getValue());
      }
    }
  }

  private static void checkJava(Class<?> type, Case given)
      throws IllegalAccessException,
          InvocationTargetException,
          NoSuchFieldException,
          NoSuchMethodException {
    Exported rows = new Exported(given.model, given.frame);
    Predictions expected = given.model.predict(given.frame);
    Method predict =
        Arrays.stream(type.getMethods())
            .filter(method -> method.getName().equals("predict"))
            .findFirst()
            .orElseThrow();
    int outputs = given.model.outputs();
    assertEquals(outputs, type.getField("OUTPUTS").getInt(null));
    float[] actual = new float[given.frame.rows() * outputs];
    for (int row = 0; row < given.frame.rows(); row++) {
      float[] out = new float[outputs];
      List<Object> arguments = new ArrayList<>(List.of(rows.values.get(row)));
      if (Exported.has(given.model, Semantic.CATEGORICAL_SET)) {
        arguments.add(rows.sets.get(row));
      }
      if (Exported.has(given.model, Semantic.NUMERICAL_VECTOR_SEQUENCE)) {
        arguments.add(rows.sequences.get(row));
      }
      arguments.add(out);
      predict.invoke(null, arguments.toArray());
      System.arraycopy(out, 0, actual, row * outputs, outputs);
    }
    assertArrayEquals(expected.values(), actual, type.getName());
    if (!given.model.classes().isEmpty()) {
      assertArrayEquals(
          given.model.classes().toArray(), (Object[]) type.getField("CLASSES").get(null));
    }
    if (type.getSimpleName().startsWith("large")) {
      Method small = type.getMethod("categoryOfSmall", String.class);
      Method many = type.getMethod("categoryOfManywords", String.class);
      assertEquals(4, small.invoke(null, "v3"));
      assertEquals(0, small.invoke(null, "never seen"));
      assertEquals(2500, many.invoke(null, "v2499"));
      assertEquals(1, type.getField("MANYWORDS").getInt(null));
    }
  }

  @Test
  void cGivesWhatTheModelGives() throws Exception {
    checkC(drawn(), 0);
  }

  @Test
  @Tag("slow")
  void cGivesWhatModelsOfYdfGive() throws Exception {
    checkC(golden(Golden.values()), 0);
  }

  @Test
  void someModelsOfYdf() throws Exception {
    Map<String, Case> some =
        golden(Golden.RANKING, Golden.UPLIFT, Golden.IRIS_GBT, Golden.ADULT_NA);
    checkJava(some);
    checkC(some, 0);
    checkC(some, 32);
  }

  @Test
  void wholeNumbersGiveTheSumsOfTheModel() throws Exception {
    Map<String, Case> cases = new LinkedHashMap<>();
    for (String kind : RandomForests.KINDS) {
      RandomForests random =
          new RandomForests(kind.hashCode(), 300, 60).with(RandomForests.Conditions.ROWS, 6);
      // A weighted sum of an infinite number is none of its values that fit.
      Frame frame = mapped(random.frame(300), x -> Math.max(-3, x));
      cases.put("drawn_" + kind, new Case(random.model(kind), frame));
    }
    checkC(cases, 32);
  }

  @Test
  void narrowNumbersGiveTheSumsWhereValuesAreMultiplesOfTheUnit() throws Exception {
    Map<String, Case> cases = new LinkedHashMap<>();
    for (String kind : RandomForests.KINDS) {
      RandomForests random =
          new RandomForests(kind.hashCode(), 300, 60).with(RandomForests.Conditions.CELLS, 6);
      Frame frame = mapped(random.frame(300), x -> (float) Math.rint(x * 256) / 256);
      cases.put("drawn_" + kind, new Case(random.model(kind), frame));
    }
    checkC(cases, 16);
  }

  private static Frame mapped(Frame frame, UnaryOperator<Float> map) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < frame.schema().size(); i++) {
      Column column = frame.column(frame.schema().field(i).name());
      if (column instanceof NumericalColumn numbers) {
        float[] values = numbers.values().clone();
        for (int row = 0; row < values.length; row++) {
          values[row] = map.apply(values[row]);
        }
        column = new NumericalColumn(frame.schema().field(i), values);
      }
      columns.add(column);
    }
    return Frame.of(columns);
  }

  @Test
  @Tag("slow")
  void wholeNumbersOfModelsOfYdf() throws Exception {
    checkC(golden(Golden.values()), 32);
  }

  /// Compiles all models into one program, which takes the name of a model and rows.
  private void checkC(Map<String, Case> cases, int bits) throws Exception {
    StringBuilder main = new StringBuilder("#include <stdio.h>\n#include <math.h>\n");
    main.append("#include <stdint.h>\n#include <string.h>\n");
    StringBuilder branches = new StringBuilder();
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, Case> entry : cases.entrySet()) {
      String name = entry.getKey();
      ForestModel model = entry.getValue().model;
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
    assertEquals("", new String(run(command, new byte[0]), StandardCharsets.UTF_8));
    for (Map.Entry<String, Case> entry : cases.entrySet()) {
      Case given = entry.getValue();
      byte[] input = new Exported(given.model, given.frame).bytes();
      ByteBuffer answer =
          ByteBuffer.wrap(run(List.of(program, entry.getKey()), input))
              .order(ByteOrder.LITTLE_ENDIAN);
      if (bits == 0) {
        float[] expected = given.model.predict(given.frame).values();
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

  private static void compareSums(String name, Case given, String header, ByteBuffer answer) {
    double unit = Math.scalb(1.0, -Integer.parseInt(group(SCALE, header)));
    double error = Double.parseDouble(group(ERROR, header));
    Forest forest = given.model.forest();
    int sums = given.model.outputs();
    boolean binary = false;
    Combination combination = forest.combination();
    if (combination instanceof Combination.Sum sum) {
      combination = new Combination.Sum(sum.loss(), sum.initial(), sum.outputs(), true);
      binary = !given.model.classes().isEmpty() && sum.outputs() == 1;
    } else if (combination instanceof Combination.Mean(boolean votes)
        && votes
        && !given.model.classes().isEmpty()) {
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
    float[] expected = ForestModel.of(raw, Provenance.UNKNOWN, null).predict(given.frame).values();
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
    String capitals = name.toUpperCase(java.util.Locale.ROOT);
    boolean sets = Exported.has(model, Semantic.CATEGORICAL_SET);
    boolean sequences = Exported.has(model, Semantic.NUMERICAL_VECTOR_SEQUENCE);
    StringBuilder code = new StringBuilder();
    code.append("static void run_").append(name).append("(void) {\n");
    code.append(
        "  int32_t rows, r, s;\n  static float given[2048];\n  static int32_t items[65536];\n");
    code.append("  static float vectors[65536];\n  (void)s; (void)items; (void)vectors;\n");
    code.append("  if (fread(&rows, 4, 1, stdin) != 1) return;\n");
    code.append("  for (r = 0; r < rows; r++) {\n    int32_t used = 0, i;\n    (void)used;\n");
    code.append("    if (fread(given, 4, ")
        .append(capitals)
        .append("_VALUES, stdin) != ")
        .append(capitals)
        .append("_VALUES) return;\n");
    if (bits == 0) {
      code.append("    float *values = given;\n    float out[")
          .append(capitals)
          .append("_OUTPUTS];\n");
      code.append("    (void)i;\n");
    } else {
      String type = "int" + bits + "_t";
      code.append("    static ")
          .append(type)
          .append(" values[2048];\n    int32_t out[")
          .append(capitals)
          .append("_OUTPUTS];\n    static int shifts[2048];\n");
      Matcher matcher = SHIFT.matcher(header);
      while (matcher.find()) {
        code.append("    shifts[")
            .append(matcher.group(2))
            .append("] = ")
            .append(matcher.group(1))
            .append(";\n");
      }
      code.append("    for (i = 0; i < ").append(capitals).append("_VALUES; i++) {\n");
      code.append("      double x = floor(ldexp(given[i], shifts[i]));\n");
      code.append("      double most = INT").append(bits).append("_MAX - 1.0;\n");
      code.append("      values[i] = isnan(x) ? INT")
          .append(bits)
          .append("_MIN : (")
          .append(type)
          .append(")(x > most ? most : x < -most ? -most : x);\n    }\n");
    }
    String arguments = "values";
    if (sets) {
      code.append("    static ")
          .append(name)
          .append("_set sets[64];\n    for (s = 0; s < ")
          .append(capitals)
          .append("_SETS; s++) {\n      if (fread(&sets[s].count, 4, 1, stdin) != 1) return;\n")
          .append("      sets[s].items = items + used;\n      if (sets[s].count > 0) {\n")
          .append(
              "        if (fread(items + used, 4, sets[s].count, stdin) != (size_t)sets[s].count) return;\n")
          .append("        used += sets[s].count;\n      }\n    }\n");
      arguments += ", sets";
    }
    if (sequences) {
      code.append("    static ").append(name).append("_sequence sequences[8];\n");
      code.append("    if (fread(&sequences[0].count, 4, 1, stdin) != 1) return;\n");
      code.append("    sequences[0].vectors = vectors;\n    if (sequences[0].count > 0) {\n");
      code.append(
          "      if (fread(vectors, 12, sequences[0].count, stdin) != (size_t)sequences[0].count) return;\n    }\n");
      arguments += ", sequences";
    }
    code.append("    ").append(name).append("_predict(").append(arguments).append(", out);\n");
    code.append("    fwrite(out, 4, ").append(capitals).append("_OUTPUTS, stdout);\n  }\n}\n");
    return code.toString();
  }

  /// Runs a program and returns what it prints.
  private byte[] run(List<String> command, byte[] input) throws Exception {
    Path given = folder.resolve("input");
    Path printed = folder.resolve("output");
    Files.write(given, input);
    Process process =
        new ProcessBuilder(command)
            .redirectInput(given.toFile())
            .redirectOutput(printed.toFile())
            .redirectErrorStream(true)
            .start();
    int status = process.waitFor();
    byte[] output = Files.readAllBytes(printed);
    assertEquals(0, status, () -> command + "\n" + new String(output, StandardCharsets.UTF_8));
    return output;
  }

  /// What stands in a file of a model cannot become code.
  @Test
  void namesThatLookLikeCode() throws Exception {
    String[] names = {"a */ } b", "\\u000a }", "line\nbreak", "a-b", "a b", "1", "??/", "größe"};
    List<Field> fields = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    Node node = new Node.Leaf(new Output.Value(0.5f, null), 1);
    for (int i = 0; i < names.length; i++) {
      Field field = new Field(names[i], false, 9, 0, new Field.Categorical(Vocabulary.of(names)));
      fields.add(field);
      int[] codes = new int[20];
      for (int row = 0; row < codes.length; row++) {
        codes[row] = (row * 7 + i) % (names.length + 1);
      }
      columns.add(new CategoricalColumn(field, codes));
      node =
          new Node.Split(
              new Condition.Contains(i, new int[] {1, 3, 6}),
              false,
              node,
              new Node.Leaf(new Output.Value(i, null), 1),
              null,
              new Node.Statistics(1, 1, 1, 1, 0));
    }
    fields.add(new Field("*/ \" y", false, 9, 0, new Field.Numerical(0, 0, 1, 1)));
    Forest forest =
        new Forest(
            new Task.Regression("*/ \" y"),
            new Schema(fields),
            java.util.stream.IntStream.range(0, names.length).boxed().toList(),
            new Combination.Mean(false),
            List.of(new Tree(node)),
            Map.of(),
            List.of());
    ForestModel model = ForestModel.of(forest, Provenance.UNKNOWN, null);
    Map<String, Case> cases = Map.of("hostile", new Case(model, Frame.of(columns)));
    checkJava(cases);
    checkC(cases, 0);
    checkC(cases, 16);
  }

  @Test
  void refusesWhatCannotBe() {
    ForestModel model = new RandomForests(1).model("mean");
    refused("cannot name a Java class", () -> model.toJava("two words"));
    refused("cannot name a Java class", () -> model.toJava("com.class"));
    refused("cannot begin the names", () -> model.toC("1st"));
    refused("inputs of 8 bits; expected 16 or 32", () -> model.toIntegerC("model", 8));
    refused("sequences of vectors", () -> model.toIntegerC("model", 32));
  }

  private static void refused(String part, org.junit.jupiter.api.function.Executable action) {
    String message =
        String.valueOf(assertThrows(IllegalArgumentException.class, action).getMessage());
    assertTrue(message.contains(part), message);
  }
}
