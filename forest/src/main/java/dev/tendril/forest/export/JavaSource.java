package dev.tendril.forest.export;

import dev.tendril.data.Vocabulary;
import dev.tendril.forest.export.ForestTables.Numbers;
import dev.tendril.forest.export.Input.Place;
import dev.tendril.forest.tree.Forest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/// Writes a forest as one Java class that needs nothing but Java 8 or newer.
///
/// The trees are tables and one loop walks them, so that code and tables are of a size that the
/// Java compiler takes: a method may have 64 KiB, and initializing an array takes 8 bytes an
/// element. Small forests have tables of numbers to read; large ones pack them into strings.
///
/// Sums are added in the order in which the engines add them, so the answers are the same bits.
final class JavaSource extends SourceFile {
  /// As many elements of all tables as are written as numbers.
  private static final int MOST_PLAIN = 4000;

  /// Bytes in one string; with Base64 a third more, and below 65,535.
  private static final int BLOCK = 45_000;

  private static final int LINE = 88;

  private static final char[] SEPARATORS = {'\n', '\t', 31, 30, 29, 28, 1, 2, 3};

  private final String packageName;
  private final String className;
  private final boolean packed;

  private JavaSource(ForestTables tables, String name) {
    super(tables);
    int dot = name.lastIndexOf('.');
    this.packageName = dot < 0 ? "" : name.substring(0, dot);
    this.className = name.substring(dot + 1);
    this.packed = 5 * tables.kinds.size() + tables.items.size() + tables.bits.size() > MOST_PLAIN;
  }

  /// @param name of the class, with its package if it is to be in one
  /// @throws IllegalArgumentException when the name is none
  static String of(Forest forest, String name) {
    Names.requireClass(name);
    Names names =
        new Names(
            ("VALUES SETS SEQUENCES OUTPUTS TREES CLASSES ROOTS KINDS POSITIONS OPERANDS JUMPS"
                    + " THRESHOLDS LEAF_VALUES WEIGHTS ITEMS BITS CATEGORIES SET_CATEGORIES")
                .split(" "));
    List<Input> inputs = ForestTables.inputs(forest, names.withKinds());
    return new JavaSource(new ForestTables(forest, inputs, new Coding.Floats()), name).write();
  }

  @Override
  String write() {
    if (!packageName.isEmpty()) {
      add("package " + packageName + ";\n");
    }
    add("import java.util.Arrays;");
    if (packed) {
      add("import java.util.Base64;");
    }
    if (tables.anyCategorical()) {
      add("import java.util.HashMap;\nimport java.util.Map;");
    }
    add("");
    header();
    code("public final class " + className + " {");
    constants();
    if (!classes.isEmpty()) {
      comment("The classes, in the order of the outputs.");
      code("public static final String[] CLASSES = {");
      add(Text.list(classes.stream().map(Text::java).toList()));
      code("};\n");
    }
    code("private " + className + "() {}\n");
    comment("A row to fill: all values missing.");
    code(
        """
        public static float[] row() {
          float[] values = new float[VALUES];
          Arrays.fill(values, Float.NaN);
          return values;
        }
        """);
    Prediction prediction = new Prediction(this);
    prediction.best();
    if (tables.anyCategorical()) {
      vocabularies();
    }
    prediction.predict();
    Conditions conditions = new Conditions(this);
    conditions.test();
    conditions.helpers();
    unpacking();
    for (Kind kind : tables.kindsUsed) {
      add("private static final int " + kind + " = " + kind.code(false) + ";");
    }
    add("");
    data();
    code("}");
    return text();
  }

  @Override
  String word(String word) {
    return switch (word) {
      case "public", "private" -> word + " static";
      case "place", "int" -> "int";
      case "bool" -> "boolean";
      case "number", "code", "wide" -> "float";
      case "values", "sets", "sequences" -> parameter(Place.valueOf(word.toUpperCase(Locale.ROOT)));
      case "inputs" -> parameters();
      case "arguments" -> arguments();
      case "out", "answer" -> "float[] out";
      case "missing(" -> "Float.isNaN(";
      case "no_set" -> "sets[position] == null";
      case "no_sequence" -> "sequences[position] == null";
      case "each_item" -> "for (int item : sets[position]) {";
      case "each_vector" -> "for (float[] vector : sequences[position]) {";
      case "never" -> "throw new IllegalStateException(\"node \" + node);";
      case "search" ->
          """
          int from = operand + 1;
          return Arrays.binarySearch(ITEMS, from, from + ITEMS[operand], category) >= 0;\
          """;
      case "product" -> "value * WEIGHTS[weight + i]";
      case "replacement" -> "WEIGHTS[weight + count + 1 + i]";
      case "bound" -> "WEIGHTS[weight + count]";
      case "exp(", "pow(" -> "StrictMath." + word;
      case "weighted_sum(" -> "weightedSum(";
      default -> word.endsWith("(") ? word : word.toUpperCase(Locale.ROOT);
    };
  }

  @Override
  String parameter(Place place) {
    return switch (place) {
      case VALUES -> "float[] values";
      case SETS -> "int[][] sets";
      case SEQUENCES -> "float[][][] sequences";
    };
  }

  @Override
  void comment(String line) {
    add("/** " + line + " */");
  }

  @Override
  void constant(String comment, String name, int value) {
    comment(comment);
    add("public static final int " + name + " = " + value + ";\n");
  }

  @Override
  String category(Input input, String category) {
    return className
        + ".categoryOf"
        + Names.camel(input.constant())
        + "("
        + Text.comment(Text.java(category)).replace("}", "?")
        + ")";
  }

  private void header() {
    add("/**");
    Story.model(tables).forEach(line -> add(" * " + line));
    add(" *\n * <pre>{@code");
    add(" * float[] values = " + className + ".row();   // all missing, which is NaN");
    examples(className + ".").forEach(line -> add(" * " + line));
    add(" * float[] out = new float[" + className + ".OUTPUTS];");
    add(" * " + className + ".predict(" + arguments() + ", out);   // " + Story.outputs(forest));
    if (!classes.isEmpty()) {
      add(" * String label = " + className + ".CLASSES[" + className + ".best(out)];");
    }
    add(" * }</pre>");
    if (tables.count(Place.SETS) > 0) {
      add(" *");
      add(
          " * <p>{@code int[][] sets} holds a set of categories for each constant in its place;"
              + " null");
      add(" * is a missing set.");
    }
    if (tables.count(Place.SEQUENCES) > 0) {
      add(" *");
      add(" * <p>{@code float[][][] sequences} holds an array of vectors for each constant in its");
      add(" * place; null is a missing sequence.");
    }
    add(" *");
    add(" * <p>Thread-safe; allocates nothing. The answers are those of the model, bit for bit.");
    add(" */");
  }

  private void vocabularies() {
    for (Input input : tables.inputs) {
      if (input.vocabulary() != null) {
        vocabulary(input, input.vocabulary());
      }
    }
    code(
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

  private void vocabulary(Input input, Vocabulary vocabulary) {
    char separator = separator(vocabulary);
    List<String> blocks = new ArrayList<>();
    StringBuilder block = new StringBuilder();
    for (int i = 1; i < vocabulary.size(); i++) {
      if (block.length() > BLOCK / 3) {
        blocks.add(folded(block.toString(), separator));
        block.setLength(0);
      }
      block.append(vocabulary.item(i)).append(separator);
    }
    blocks.add(folded(block.toString(), separator));
    add("private static final Map<String, Integer> INDEX_OF_" + input.constant() + " =");
    add("    numbered(");
    add("        " + Text.java(String.valueOf(separator)) + ",");
    add("        " + String.join(",\n        ", blocks) + ");\n");
    comment("The number of a category; 0 stands for all that the model does not know.");
    code("public static int categoryOf" + Names.camel(input.constant()) + "(String category) {");
    code("return INDEX_OF_" + input.constant() + ".getOrDefault(category, 0);\n}\n");
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
    return String.join("\n            + ", lines);
  }

  private void unpacking() {
    if (!packed) {
      return;
    }
    code(
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

  @Override
  void table(String name, Numbers numbers) {
    array("int", name, numbers, Integer::toString, "unpack(", ");\n");
  }

  @Override
  void coded(String name, Numbers bits) {
    array("float", name, bits, at -> literal(Float.intBitsToFloat(at)), "floats(unpack(", "));\n");
  }

  private void array(
      String type,
      String name,
      Numbers numbers,
      IntFunction<String> form,
      String before,
      String after) {
    String declared = "private static final " + type + "[] " + word(name) + " = ";
    if (packed) {
      add(declared + before);
      add(pack(numbers) + after);
    } else {
      code(declared + "{");
      add(elements(numbers, form));
      code("};\n");
    }
  }

  @Override
  String literal(float value) {
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
    StringBuilder text = new StringBuilder("    " + bytes);
    int each = BLOCK / bytes;
    for (int from = 0; from < numbers.size(); from += each) {
      int to = Math.min(from + each, numbers.size());
      byte[] block = new byte[(to - from) * bytes];
      for (int i = 0; i < block.length; i++) {
        block[i] = (byte) (numbers.get(from + i / bytes) >> (8 * (i % bytes)));
      }
      String base64 = Base64.getEncoder().encodeToString(block);
      text.append(",\n    ");
      for (int i = 0; i < base64.length(); i += LINE) {
        text.append(i == 0 ? "" : "\n        + ");
        text.append('"').append(base64, i, Math.min(i + LINE, base64.length())).append('"');
      }
    }
    return text.toString();
  }
}
