package dev.tendril.forest.export;

import dev.tendril.data.Field;
import dev.tendril.data.Vocabulary;
import dev.tendril.forest.engine.Answers;
import dev.tendril.forest.export.ForestTables.Numbers;
import dev.tendril.forest.export.Input.Place;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.LossKind;
import dev.tendril.learn.Task;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.IntFunction;

/// Writes a forest as one Java class that needs nothing but Java 8 or newer.
///
/// The trees are tables and one loop walks them, so that code and tables are of a size that the
/// Java compiler takes: a method may have 64 KiB, and initializing an array takes 8 bytes an
/// element. Small forests have tables of numbers to read; large ones pack them into strings.
///
/// Sums are added in the order in which the engines add them, so the answers are the same bits.
final class JavaSource {
  /// As many elements of all tables as are written as numbers.
  private static final int MOST_PLAIN = 4000;

  /// Bytes in one string; with Base64 a third more, and below 65,535.
  private static final int BLOCK = 45_000;

  private static final int LINE = 88;

  private static final char[] SEPARATORS = {'\n', '\t', 31, 30, 29, 28, 1, 2, 3};

  private final ForestTables tables;
  private final Forest forest;
  private final List<String> classes;
  private final String packageName;
  private final String className;
  private final boolean packed;
  private final boolean sets;
  private final boolean sequences;
  private final StringBuilder text = new StringBuilder();

  private JavaSource(Forest forest, String name) {
    Names.requireClass(name);
    Names names =
        new Names(
            "VALUES",
            "SETS",
            "SEQUENCES",
            "OUTPUTS",
            "TREES",
            "CLASSES",
            "ROOTS",
            "KINDS",
            "POSITIONS",
            "OPERANDS",
            "JUMPS",
            "THRESHOLDS",
            "LEAF_VALUES",
            "WEIGHTS",
            "ITEMS",
            "BITS",
            "CATEGORIES",
            "SET_CATEGORIES");
    for (Kind kind : Kind.values()) {
      names.constant(kind.name());
    }
    this.tables = new ForestTables(forest, ForestTables.inputs(forest, names), new Coding.Floats());
    this.forest = forest;
    this.classes = Story.classes(forest);
    int dot = name.lastIndexOf('.');
    this.packageName = dot < 0 ? "" : name.substring(0, dot);
    this.className = name.substring(dot + 1);
    this.packed = 5 * tables.kinds.size() + tables.items.size() + tables.bits.size() > MOST_PLAIN;
    this.sets = tables.count(Place.SETS) > 0;
    this.sequences = tables.count(Place.SEQUENCES) > 0;
  }

  /// @param name of the class, with its package if it is to be in one
  /// @throws IllegalArgumentException when the name is none
  static String of(Forest forest, String name) {
    return new JavaSource(forest, name).write();
  }

  private String write() {
    if (!packageName.isEmpty()) {
      add("package " + packageName + ";\n");
    }
    add("import java.util.Arrays;");
    if (packed) {
      add("import java.util.Base64;");
    }
    if (tables.anyCategorical() != null) {
      add("import java.util.HashMap;\nimport java.util.Map;");
    }
    add("");
    header();
    add("public final class " + className + " {");
    constants();
    if (tables.anyCategorical() != null) {
      vocabularies();
    }
    predict();
    test();
    conditions();
    helpers();
    data();
    add("}");
    return text.toString();
  }

  private void add(String lines) {
    text.append(lines).append('\n');
  }

  private void header() {
    add("/**");
    Story.model(tables).forEach(line -> add(" * " + line));
    add(" *");
    add(" * <pre>{@code");
    add(" * float[] values = " + className + ".row();   // all missing, which is NaN");
    for (Input input :
        tables.inputs.stream().filter(i -> i.place() == Place.VALUES).limit(2).toList()) {
      String value =
          switch (input.field().details()) {
            case Field.Categorical(Vocabulary vocabulary) when vocabulary.size() > 1 ->
                className
                    + ".categoryOf"
                    + Names.camel(input.constant())
                    + "("
                    + Text.comment(Text.java(vocabulary.item(1))).replace("}", "?")
                    + ")";
            case Field.Bool _ -> "1";
            case Field.Numerical number -> Float.toString((float) number.mean()) + "f";
            case Field.Categorical _,
                Field.CategoricalSet _,
                Field.Discretized _,
                Field.VectorSequence _,
                Field.Text _,
                Field.Hash _ ->
                "0";
          };
      add(" * values[" + className + "." + input.constant() + "] = " + value + ";");
    }
    add(" * float[] out = new float[" + className + ".OUTPUTS];");
    String arguments = "values, " + (sets ? "sets, " : "") + (sequences ? "sequences, " : "");
    add(" * " + className + ".predict(" + arguments + "out);   // " + Story.outputs(forest));
    if (!classes.isEmpty()) {
      add(" * String label = " + className + ".CLASSES[" + className + ".best(out)];");
    }
    add(" * }</pre>");
    if (sets) {
      add(" *");
      add(
          " * <p>{@code int[][] sets} holds a set of categories for each constant in its place; null");
      add(" * is a missing set.");
    }
    if (sequences) {
      add(" *");
      add(" * <p>{@code float[][][] sequences} holds an array of vectors for each constant in its");
      add(" * place; null is a missing sequence.");
    }
    add(" *");
    add(" * <p>Thread-safe; allocates nothing. The answers are those of the model, bit for bit.");
    add(" */");
  }

  private void constants() {
    for (Input input : tables.inputs) {
      String array =
          switch (input.place()) {
            case VALUES -> "values";
            case SETS -> "sets";
            case SEQUENCES -> "sequences";
          };
      String name = Text.comment(input.field().name());
      add("  /** \"" + name + "\" in " + array + ": " + Story.meaning(input) + ". */");
      add("  public static final int " + input.constant() + " = " + input.position() + ";\n");
    }
    add("  /** The length of the array of values. */");
    add("  public static final int VALUES = " + tables.count(Place.VALUES) + ";\n");
    if (sets) {
      add("  /** The length of the array of sets. */");
      add("  public static final int SETS = " + tables.count(Place.SETS) + ";\n");
    }
    if (sequences) {
      add("  /** The length of the array of sequences. */");
      add("  public static final int SEQUENCES = " + tables.count(Place.SEQUENCES) + ";\n");
    }
    add("  /** The number of predicted values. */");
    add("  public static final int OUTPUTS = " + tables.answers().outputs() + ";\n");
    if (!classes.isEmpty()) {
      add("  /** The classes, in the order of the outputs. */");
      add("  public static final String[] CLASSES = {");
      add(Text.list(classes.stream().map(Text::java).toList(), "    "));
      add("  };\n");
    }
    add("  private " + className + "() {}\n");
    add("  /** A row to fill: all values missing. */");
    add("  public static float[] row() {");
    add("    float[] values = new float[VALUES];");
    add("    Arrays.fill(values, Float.NaN);");
    add("    return values;");
    add("  }\n");
    if (!classes.isEmpty()) {
      add("  /** The position of the most probable class; the first of equals. */");
      add("  public static int best(float[] out) {");
      add("    int best = 0;");
      add("    for (int i = 1; i < OUTPUTS; i++) {");
      add("      if (out[i] > out[best]) {");
      add("        best = i;");
      add("      }");
      add("    }");
      add("    return best;");
      add("  }\n");
    }
  }

  private void vocabularies() {
    for (Input input : tables.inputs) {
      Vocabulary vocabulary = input.vocabulary();
      if (vocabulary == null) {
        continue;
      }
      String name = Names.camel(input.constant());
      char separator = separator(vocabulary);
      add("  private static final Map<String, Integer> INDEX_OF_" + input.constant() + " =");
      add("      numbered(");
      add("          " + Text.java(String.valueOf(separator)) + ",");
      List<String> blocks = new ArrayList<>();
      StringBuilder block = new StringBuilder();
      for (int i = 1; i < vocabulary.size(); i++) {
        if (block.length() > BLOCK / 3) {
          blocks.add(block.toString());
          block.setLength(0);
        }
        block.append(vocabulary.item(i)).append(separator);
      }
      blocks.add(block.toString());
      for (int i = 0; i < blocks.size(); i++) {
        add(folded(blocks.get(i), separator) + (i + 1 < blocks.size() ? "," : ");\n"));
      }
      add("  /** The number of a category; 0 stands for all that the model does not know. */");
      add("  public static int categoryOf" + name + "(String category) {");
      add("    return INDEX_OF_" + input.constant() + ".getOrDefault(category, 0);");
      add("  }\n");
    }
    add(
        """
          private static Map<String, Integer> numbered(String separator, String... blocks) {
            Map<String, Integer> index = new HashMap<>();
            int number = 0;
            for (String block : blocks) {
              for (int from = 0; from < block.length(); ) {
                int to = block.indexOf(separator, from);
                index.putIfAbsent(block.substring(from, to), ++number);
                from = to + 1;
              }
            }
            return index;
          }
        """);
  }

  /// A character that stands in no category.
  private static char separator(Vocabulary vocabulary) {
    for (char c : SEPARATORS) {
      if (vocabulary.values().stream().noneMatch(item -> item.indexOf(c) >= 0)) {
        return c;
      }
    }
    throw new IllegalArgumentException(
        "cannot write the model as Java: its categories contain every separator; rename those with"
            + " control characters");
  }

  /// A long literal in lines, cut behind separators.
  private static String folded(String block, char separator) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int from = 0;
    while (from < block.length()) {
      int to = block.indexOf(separator, from) + 1;
      if (line.length() > 0 && line.length() + to - from > LINE - 16) {
        lines.add(Text.java(line.toString()));
        line.setLength(0);
      }
      line.append(block, from, to);
      from = to;
    }
    lines.add(Text.java(line.toString()));
    return "          " + String.join("\n              + ", lines);
  }

  private String parameters() {
    return "float[] values"
        + (sets ? ", int[][] sets" : "")
        + (sequences ? ", float[][][] sequences" : "");
  }

  private String arguments() {
    return "values" + (sets ? ", sets" : "") + (sequences ? ", sequences" : "");
  }

  private void predict() {
    add("  /** Predicts a row: writes " + Story.outputs(forest) + " to out. */");
    add("  public static void predict(" + parameters() + ", float[] out) {");
    add("    Arrays.fill(out, 0, OUTPUTS, 0);");
    if (forest.combination() instanceof Combination.Sum sum) {
      for (int i = 0; i < sum.outputs(); i++) {
        add("    out[" + i + "] = " + literal(sum.initial()[i]) + ";");
      }
    }
    add("    for (int root : ROOTS) {");
    add("      int node = root;");
    add("      while (KINDS[node] != LEAF) {");
    add("        node += test(node, " + arguments() + ") ? JUMPS[node] : 1;");
    add("      }");
    if (tables.singleValues()) {
      add("      out[POSITIONS[node]] += LEAF_VALUES[OPERANDS[node]];");
    } else {
      add("      for (int i = 0; i < JUMPS[node]; i++) {");
      add("        out[POSITIONS[node] + i] += LEAF_VALUES[OPERANDS[node] + i];");
      add("      }");
    }
    add("    }");
    link();
    add("  }\n");
  }

  private void link() {
    switch (forest.combination()) {
      case Combination.Mean _ -> {
        add("    for (int i = 0; i < OUTPUTS; i++) {");
        add("      out[i] /= ROOTS.length;");
        add("    }");
      }
      case Combination.Isolation(long examples) ->
          add(
              "    out[0] = (float) StrictMath.pow(2, -(out[0] / ROOTS.length) / "
                  + Answers.typicalPath(examples)
                  + ");");
      case Combination.Sum sum -> {
        boolean classification = forest.task() instanceof Task.Classification;
        if (classification && sum.outputs() == 1) {
          if (sum.logits()) {
            add("    out[1] = out[0];\n    out[0] = -out[0];");
          } else {
            add("    out[1] = (float) (1 / (1 + StrictMath.exp(-out[0])));");
            add("    out[0] = 1 - out[1];");
          }
        } else if (classification && !sum.logits()) {
          add("    float largest = out[best(out)];");
          add("    double sum = 0;");
          add("    for (int i = 0; i < OUTPUTS; i++) {");
          add("      double exponential = StrictMath.exp((double) out[i] - largest);");
          add("      out[i] = (float) exponential;");
          add("      sum += exponential;");
          add("    }");
          add("    for (int i = 0; i < OUTPUTS; i++) {");
          add("      out[i] = (float) (out[i] / sum);");
          add("    }");
        } else if (!sum.logits() && sum.loss() == LossKind.POISSON) {
          add("    out[0] = (float) StrictMath.exp(Math.max(-19f, Math.min(19f, out[0])));");
        }
      }
    }
  }

  private void test() {
    if (tables.kindsUsed.size() == 1) {
      add("  /** All trees are leaves. */");
      add("  private static boolean test(int node, " + parameters() + ") {");
      add("    return false;");
      add("  }\n");
      return;
    }
    add("  /** Whether a row goes to the positive child of a node. */");
    add("  private static boolean test(int node, " + parameters() + ") {");
    add("    boolean missing = (KINDS[node] & 1) != 0;");
    add("    int position = POSITIONS[node];");
    add("    int operand = OPERANDS[node];");
    add("    switch (KINDS[node] & ~1) {");
    for (Kind kind : tables.kindsUsed) {
      if (kind != Kind.LEAF) {
        add("      case " + kind + ":");
        add("        " + call(kind));
      }
    }
    add("      default:");
    add("        throw new IllegalStateException(\"node \" + node);");
    add("    }");
    add("  }\n");
  }

  private static String call(Kind kind) {
    return switch (kind) {
      case LEAF -> "";
      case AT_LEAST ->
          """
          float value = values[position];
                  return value >= THRESHOLDS[operand] || (missing && Float.isNaN(value));""";
      case IS_MISSING -> "return Float.isNaN(values[position]);";
      case IN_BITS ->
          """
          return Float.isNaN(values[position])
                      ? missing
                      : bit(operand, category(values[position], CATEGORIES[position]));""";
      case IN_LIST ->
          """
          return Float.isNaN(values[position])
                      ? missing
                      : listed(operand, category(values[position], CATEGORIES[position]));""";
      case WEIGHTED_SUM -> "return weightedSum(operand, missing, values);";
      case SET_IS_MISSING -> "return sets[position] == null;";
      case ANY_IN_BITS, ANY_IN_LIST ->
          """
          if (sets[position] == null) {
                    return missing;
                  }
                  for (int item : sets[position]) {
                    if (%s(operand, category(item, SET_CATEGORIES[position]))) {
                      return true;
                    }
                  }
                  return false;"""
              .formatted(kind == Kind.ANY_IN_BITS ? "bit" : "listed");
      case SEQUENCE_IS_MISSING -> "return sequences[position] == null;";
      case CLOSER_THAN ->
          "return sequences[position] == null ? missing : closer(operand, sequences[position]);";
      case PROJECTED_MORE_THAN ->
          "return sequences[position] == null ? missing : projected(operand, sequences[position]);";
    };
  }

  private void conditions() {
    boolean inBits = tables.uses(Kind.IN_BITS) || tables.uses(Kind.ANY_IN_BITS);
    boolean inList = tables.uses(Kind.IN_LIST) || tables.uses(Kind.ANY_IN_LIST);
    if (inBits || inList) {
      add("  /** A number that is no category of the model stands for all unknown ones. */");
      add("  private static int category(float value, int categories) {");
      add("    return value >= 0 && value < categories ? (int) value : 0;");
      add("  }\n");
    }
    if (inBits) {
      add("  private static boolean bit(int from, int category) {");
      add("    return (BITS[from + (category >> 3)] >> (category & 7) & 1) != 0;");
      add("  }\n");
    }
    if (inList) {
      add("  private static boolean listed(int operand, int category) {");
      add("    int from = operand + 1;");
      add("    return Arrays.binarySearch(ITEMS, from, from + ITEMS[operand], category) >= 0;");
      add("  }\n");
    }
    if (tables.uses(Kind.WEIGHTED_SUM)) {
      add(
          """
            private static boolean weightedSum(int operand, boolean missing, float[] values) {
              int count = ITEMS[operand];
              int weight = ITEMS[operand + 1];
              boolean replaced = ITEMS[operand + 2] != 0;
              float sum = 0;
              for (int i = 0; i < count; i++) {
                float value = values[ITEMS[operand + 3 + i]];
                if (Float.isNaN(value)) {
                  if (!replaced) {
                    return missing;
                  }
                  value = WEIGHTS[weight + count + 1 + i];
                }
                sum += value * WEIGHTS[weight + i];
              }
              return sum >= WEIGHTS[weight + count];
            }
          """);
    }
    if (tables.uses(Kind.CLOSER_THAN)) {
      sequence(
          "closer",
          "<=",
          "float difference = vector[i] - WEIGHTS[weight + i];",
          "measure += difference * difference;");
    }
    if (tables.uses(Kind.PROJECTED_MORE_THAN)) {
      sequence("projected", ">=", "", "measure += vector[i] * WEIGHTS[weight + i];");
    }
  }

  private void sequence(String name, String comparison, String first, String second) {
    add("  private static boolean " + name + "(int operand, float[][] vectors) {");
    add("    int length = ITEMS[operand];");
    add("    int weight = ITEMS[operand + 1];");
    add("    for (float[] vector : vectors) {");
    add("      float measure = 0;");
    add("      for (int i = 0; i < length; i++) {");
    if (!first.isEmpty()) {
      add("        " + first);
    }
    add("        " + second);
    add("      }");
    add("      if (measure " + comparison + " WEIGHTS[weight + length]) {");
    add("        return true;");
    add("      }");
    add("    }");
    add("    return false;");
    add("  }\n");
  }

  private void helpers() {
    if (!packed) {
      return;
    }
    add(
        """
          /** Numbers of some bytes each, the lowest byte first. */
          private static int[] unpack(int bytes, String... blocks) {
            int size = 0;
            for (String block : blocks) {
              size += Base64.getDecoder().decode(block).length / bytes;
            }
            int[] numbers = new int[size];
            int at = 0;
            for (String block : blocks) {
              for (byte next : Base64.getDecoder().decode(block)) {
                numbers[at / bytes] |= (next & 0xff) << 8 * (at % bytes);
                at++;
              }
            }
            return numbers;
          }

          private static float[] floats(int[] bits) {
            float[] floats = new float[bits.length];
            for (int i = 0; i < bits.length; i++) {
              floats[i] = Float.intBitsToFloat(bits[i]);
            }
            return floats;
          }
        """);
  }

  private void data() {
    for (Kind kind : tables.kindsUsed) {
      add("  private static final int " + kind + " = " + kind.code(false) + ";");
    }
    add("");
    add("  /** Where each tree begins. The negative child of a node follows it at once. */");
    table("ROOTS", tables.roots);
    add("  /** What a node tests: one of the constants above, and 1 if missing is positive. */");
    table("KINDS", tables.kinds);
    add("  /** Of which input; of a leaf: the output that it adds to. */");
    table("POSITIONS", tables.positions);
    add("  /** Where what it compares with begins in its table; of a leaf: in its values. */");
    table("OPERANDS", tables.operands);
    add("  /** How far away the positive child is; of a leaf: the number of its values. */");
    table("JUMPS", tables.jumps);
    numbers("THRESHOLDS", tables.thresholds);
    numbers("LEAF_VALUES", tables.leafValues);
    if (tables.weights.size() > 0) {
      numbers("WEIGHTS", tables.weights);
    }
    if (tables.items.size() > 0) {
      table("ITEMS", tables.items);
    }
    if (tables.bits.size() > 0) {
      add("  /** Of each category, whether it is positive; eight to a number. */");
      table("BITS", tables.bits);
    }
    categories("CATEGORIES", Place.VALUES, Kind.IN_BITS, Kind.IN_LIST);
    categories("SET_CATEGORIES", Place.SETS, Kind.ANY_IN_BITS, Kind.ANY_IN_LIST);
  }

  private void categories(String name, Place place, Kind bits, Kind list) {
    if (!tables.uses(bits) && !tables.uses(list)) {
      return;
    }
    Numbers sizes = new Numbers();
    for (Input input : tables.inputs) {
      if (input.place() == place) {
        Vocabulary vocabulary = input.vocabulary();
        sizes.add(vocabulary == null ? 0 : vocabulary.size());
      }
    }
    add("  /** The number of categories of each, the unknown ones as one. */");
    table(name, sizes);
  }

  private void table(String name, Numbers numbers) {
    if (!packed) {
      add("  private static final int[] " + name + " = {");
      add(Text.list(elements(numbers, Integer::toString), "    "));
      add("  };\n");
      return;
    }
    add("  private static final int[] " + name + " = unpack(");
    add(pack(numbers) + ");\n");
  }

  private void numbers(String name, Numbers bits) {
    if (!packed) {
      add("  private static final float[] " + name + " = {");
      add(Text.list(elements(bits, at -> literal(Float.intBitsToFloat(at))), "    "));
      add("  };\n");
      return;
    }
    add("  private static final float[] " + name + " = floats(unpack(");
    add(pack(bits) + "));\n");
  }

  private static List<String> elements(Numbers numbers, IntFunction<String> form) {
    List<String> elements = new ArrayList<>();
    for (int i = 0; i < numbers.size(); i++) {
      elements.add(form.apply(numbers.get(i)));
    }
    return elements;
  }

  private static String literal(float value) {
    if (Float.isNaN(value)) {
      return "Float.NaN";
    }
    if (Float.isInfinite(value)) {
      return value > 0 ? "Float.POSITIVE_INFINITY" : "Float.NEGATIVE_INFINITY";
    }
    return value + "f";
  }

  private static String pack(Numbers numbers) {
    int bytes = numbers.min() < 0 || numbers.max() > 0xffff ? 4 : numbers.max() > 0xff ? 2 : 1;
    StringBuilder text = new StringBuilder("      " + bytes);
    int each = BLOCK / bytes;
    for (int from = 0; from < numbers.size(); from += each) {
      int to = Math.min(from + each, numbers.size());
      byte[] block = new byte[(to - from) * bytes];
      for (int i = 0; i < block.length; i++) {
        block[i] = (byte) (numbers.get(from + i / bytes) >> (8 * (i % bytes)));
      }
      String base64 = Base64.getEncoder().encodeToString(block);
      text.append(",\n      ");
      for (int i = 0; i < base64.length(); i += LINE) {
        text.append(i == 0 ? "" : "\n          + ");
        text.append('"').append(base64, i, Math.min(i + LINE, base64.length())).append('"');
      }
    }
    return text.toString();
  }
}
