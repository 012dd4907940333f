package dev.tendril.forest.export;

import dev.tendril.data.Vocabulary;
import dev.tendril.forest.export.ForestTables.Numbers;
import dev.tendril.forest.export.Input.Place;
import dev.tendril.forest.tree.Forest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.IntFunction;

/// Writes a forest as one header of C99 without dependencies; [IntegerCHeader] does without
/// floating point.
///
/// The trees are constant tables of the narrowest types that hold them, which a linker for small
/// chips puts into flash memory, and one loop walks them. Nothing is allocated.
class CHeader extends SourceFile {
  /// Vocabularies of at most this size also become an enumeration.
  private static final int MOST_ENUMERATED = 64;

  final String prefix;
  private final String capitals;
  private final Names names;

  CHeader(ForestTables tables, Names names, String prefix) {
    super(tables);
    this.names = names;
    this.prefix = prefix;
    this.capitals = prefix.toUpperCase(Locale.ROOT);
  }

  /// @param prefix of all names
  /// @throws IllegalArgumentException when no identifier begins so
  static String of(Forest forest, String prefix) {
    Names names = names(prefix);
    List<Input> inputs = ForestTables.inputs(forest, names);
    return new CHeader(new ForestTables(forest, inputs, new Coding.Floats()), names, prefix)
        .write();
  }

  static Names names(String prefix) {
    Names.requirePrefix(prefix);
    return new Names("VALUES", "SETS", "SEQUENCES", "OUTPUTS", "TREES", "MISSING", "SCALE", "H")
        .withKinds();
  }

  @Override
  final String write() {
    add("/*");
    Story.model(tables).forEach(line -> add(" * " + line));
    usage();
    meaning().forEach(line -> add((" * " + line).stripTrailing()));
    add(" */");
    code("#ifndef @H\n#define @H\n");
    headers().forEach(header -> add("#include <" + header + ".h>"));
    add("");
    code("enum {");
    constants();
    code("};\n");
    tables.inputs.forEach(this::enumeration);
    if (!classes.isEmpty()) {
      comment("The classes, in the order of the outputs.");
      code("static const char *const @classes[] = {");
      add(Text.list(classes.stream().map(Text::c).toList()));
      code("};\n");
    }
    structures();
    comment("What a node tests.");
    code("enum {");
    for (Kind kind : tables.kindsUsed) {
      code("@" + kind + " = " + kind.code(false) + ",");
    }
    code("};\n");
    data();
    inputFunctions();
    Conditions conditions = new Conditions(this);
    conditions.helpers();
    conditions.test();
    Prediction prediction = new Prediction(this);
    prediction.best();
    prediction.predict();
    add("#endif");
    return text();
  }

  @Override
  String word(String word) {
    return switch (word) {
      case "public", "private" -> "static inline";
      case "place" -> "uint32_t";
      case "int" -> "int32_t";
      case "bool" -> "bool";
      case "number", "sum", "code", "wide", "coordinate" -> "float";
      case "values", "sets", "sequences" -> parameter(Place.valueOf(word.toUpperCase(Locale.ROOT)));
      case "inputs" -> parameters();
      case "arguments" -> arguments();
      case "out" -> "@sum *out";
      case "answer" -> "const @sum *out";
      case "nothing" -> "NAN";
      case "missing(" -> "isnan(";
      case "no_set" -> "sets[position].count < 0";
      case "no_sequence" -> "sequences[position].count < 0";
      case "each_item" ->
          """
          for (int32_t i = 0; i < sets[position].count; i++) {
            @code item = (@code) sets[position].items[i];\
          """;
      case "each_vector" ->
          """
          const float *vector = sequences[position].vectors;
          for (int32_t left = sequences[position].count; left > 0; left--, vector += length) {\
          """;
      case "never" -> "return false;";
      case "search" ->
          """
          uint32_t low = operand + 1;
          uint32_t high = low + @items[operand];
          while (low < high) {
            uint32_t middle = (low + high) / 2;
            if (@items[middle] == category) {
              return true;
            }
            if (@items[middle] < category) {
              low = middle + 1;
            } else {
              high = middle;
            }
          }
          return false;\
          """;
      case "product" -> "value * @weights[weight + i]";
      case "replacement" -> "@weights[weight + count + 1 + i]";
      case "bound" -> "@weights[weight + count]";
      case "exp(", "pow(" -> word;
      default -> (Character.isUpperCase(word.charAt(0)) ? capitals : prefix) + "_" + word;
    };
  }

  @Override
  final String parameter(Place place) {
    return switch (place) {
      case VALUES -> "const @number *values";
      case SETS -> "const @set *sets";
      case SEQUENCES -> "const @sequence *sequences";
    };
  }

  @Override
  final void comment(String line) {
    add("/* " + line + " */");
  }

  @Override
  final void constant(String comment, String name, int value) {
    comment(comment);
    code("@" + name + " = " + value + ",");
  }

  @Override
  final void unused(String... variables) {
    for (String variable : variables) {
      code("(void) " + variable + ";");
    }
  }

  @Override
  String category(Input input, String category) {
    return finder(input) + "(" + Text.comment(Text.c(category)) + ")";
  }

  private String finder(Input input) {
    return prefix + "_category_of_" + input.constant().toLowerCase(Locale.ROOT);
  }

  private void usage() {
    add(" *\n * How to use it, in one file of C99:\n *");
    add(" *   #include \"" + prefix + ".h\"\n *");
    add(" *   " + translated("@number values[@VALUES];   // @nothing where missing"));
    examples(capitals + "_").forEach(line -> add(" *   " + line));
    add(" *   " + translated("@sum out[@OUTPUTS];"));
    add(" *   " + translated("@predict(@arguments, out);"));
    if (!classes.isEmpty()) {
      add(" *   " + translated("@classes[@best(out)]"));
    }
    add(" *");
  }

  /// What the numbers mean, in lines.
  List<String> meaning() {
    String outputs = "The output is " + Story.outputs(forest) + ". Link with -lm.";
    return tables.uses(Kind.WEIGHTED_SUM, Kind.CLOSER_THAN, Kind.PROJECTED_MORE_THAN)
        ? List.of(
            outputs,
            "Compile with -ffp-contract=off where sums must be those of the model, bit for bit.")
        : List.of(outputs);
  }

  /// The headers of the standard library that are needed.
  List<String> headers() {
    return tables.anyCategorical()
        ? List.of("math", "stdbool", "stdint", "string")
        : List.of("math", "stdbool", "stdint");
  }

  private void enumeration(Input input) {
    Vocabulary vocabulary = input.vocabulary();
    if (vocabulary == null || vocabulary.size() > MOST_ENUMERATED) {
      return;
    }
    comment("Categories of \"" + Text.comment(input.field().name()) + "\"; 0 is any other.");
    code("enum {");
    for (int i = 0; i < vocabulary.size(); i++) {
      String category = i == 0 ? "OTHER" : vocabulary.item(i);
      code("@" + names.constant(input.constant() + "_" + category) + " = " + i + ",");
    }
    code("};\n");
  }

  private void structures() {
    if (tables.count(Place.SETS) > 0) {
      comment("Categories of a set; a count below zero is a missing set.");
      code("typedef struct {\nconst int32_t *items;\nint32_t count;\n} @set;\n");
    }
    if (tables.count(Place.SEQUENCES) > 0) {
      comment("The vectors of a sequence, one after the other; a count below zero is missing.");
      code("typedef struct {\nconst @coordinate *vectors;\nint32_t count;\n} @sequence;\n");
    }
  }

  /// The functions that numbers of inputs need.
  void inputFunctions() {
    if (!tables.anyCategorical()) {
      return;
    }
    code(
        """
        static inline int32_t @find(const char *const *names, const int32_t *numbers, \
        int32_t count, const char *name) {
          int32_t low = 0;
          while (low < count) {
            int32_t middle = (low + count) / 2;
            int order = strcmp(name, names[middle]);
            if (order == 0) {
              return numbers[middle];
            }
            if (order < 0) {
              count = middle;
            } else {
              low = middle + 1;
            }
          }
          return 0;
        }
        """);
    for (Input input : tables.inputs) {
      if (input.vocabulary() != null) {
        finder(input, input.vocabulary());
      }
    }
  }

  private void finder(Input input, Vocabulary vocabulary) {
    TreeMap<byte[], Integer> sorted =
        new TreeMap<>(Comparator.comparing(b -> b, Arrays::compareUnsigned));
    for (int i = 1; i < vocabulary.size(); i++) {
      sorted.putIfAbsent(vocabulary.item(i).getBytes(StandardCharsets.UTF_8), i);
    }
    comment(
        "The number of a category of \""
            + Text.comment(input.field().name())
            + "\"; 0 for all that the model does not know.");
    code("static inline int32_t " + finder(input) + "(const char *name) {");
    if (sorted.isEmpty()) {
      code("(void) name;\nreturn 0;\n}\n");
      return;
    }
    code("static const char *const names[] = {");
    add(Text.list(sorted.values().stream().map(i -> Text.c(vocabulary.item(i))).toList()));
    code("};\nstatic const int32_t numbers[] = {");
    add(Text.list(sorted.values().stream().map(String::valueOf).toList()));
    code("};\nreturn @find(names, numbers, " + sorted.size() + ", name);\n}\n");
  }

  @Override
  final void table(String name, Numbers numbers) {
    int max = numbers.max();
    String type = max < 1 << 8 ? "uint8_t" : max < 1 << 16 ? "uint16_t" : "uint32_t";
    array(type, name, numbers, Integer::toString);
  }

  @Override
  void coded(String name, Numbers numbers) {
    array("float", name, numbers, bits -> literal(Float.intBitsToFloat(bits)));
  }

  final void array(String type, String name, Numbers numbers, IntFunction<String> form) {
    code("static const " + type + " @" + name + "[] = {");
    add(numbers.size() == 0 ? "0" : elements(numbers, form));
    code("};\n");
  }

  @Override
  final String literal(float value) {
    if (Float.isNaN(value)) {
      return "NAN";
    }
    if (Float.isInfinite(value)) {
      return value > 0 ? "INFINITY" : "-INFINITY";
    }
    return value + "f";
  }
}
