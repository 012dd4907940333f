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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Writes a forest as one header of C99 without dependencies, with floats or with whole numbers.
///
/// The trees are constant tables of the narrowest types that hold them, which a linker for small
/// chips puts into flash memory, and one loop walks them. Nothing is allocated. In whole numbers
/// ([FixedPoint]) the code has neither a floating-point type nor a division.
final class CHeader {
  /// Vocabularies of at most this size also become an enumeration.
  private static final int MOST_ENUMERATED = 64;

  private final ForestTables tables;
  private final Forest forest;
  private final Names names;
  private final List<String> classes;
  private final String prefix;
  private final String capitals;
  private final @Nullable FixedPoint fixed;
  private final boolean sets;
  private final boolean sequences;
  private final String value;
  private final StringBuilder text = new StringBuilder();

  private CHeader(Forest forest, String prefix, int bits) {
    Names.requirePrefix(prefix);
    this.forest = forest;
    this.prefix = prefix;
    this.capitals = prefix.toUpperCase(Locale.ROOT);
    this.names =
        new Names("VALUES", "SETS", "SEQUENCES", "OUTPUTS", "TREES", "MISSING", "SCALE", "H");
    for (Kind kind : Kind.values()) {
      names.constant(kind.name());
    }
    List<Input> inputs = ForestTables.inputs(forest, names);
    if (bits == 16) {
      requireNarrow(inputs);
    }
    this.fixed = bits == 0 ? null : new FixedPoint(forest, inputs, bits);
    this.tables = new ForestTables(forest, inputs, fixed == null ? new Coding.Floats() : fixed);
    this.classes = Story.classes(forest);
    this.sets = tables.count(Place.SETS) > 0;
    this.sequences = tables.count(Place.SEQUENCES) > 0;
    this.value = bits == 0 ? "float" : "int" + bits + "_t";
  }

  /// @param prefix of all names
  /// @throws IllegalArgumentException when no identifier begins so
  static String floats(Forest forest, String prefix) {
    return new CHeader(forest, prefix, 0).write();
  }

  /// @param bits of an input, 16 or 32
  /// @throws IllegalArgumentException when there is another number of bits, or the model has
  ///     conditions that whole numbers cannot express
  static String integers(Forest forest, String prefix, int bits) {
    if (bits != 16 && bits != 32) {
      throw new IllegalArgumentException("inputs of " + bits + " bits; expected 16 or 32");
    }
    return new CHeader(forest, prefix, bits).write();
  }

  private static void requireNarrow(List<Input> inputs) {
    for (Input input : inputs) {
      Vocabulary vocabulary = input.vocabulary();
      if (vocabulary != null && vocabulary.size() > Short.MAX_VALUE) {
        throw new IllegalArgumentException(
            "feature \""
                + input.field().name()
                + "\" has "
                + vocabulary.size()
                + " categories, more than inputs of 16 bits can number; use 32 bits");
      }
    }
  }

  private String write() {
    header();
    add("#ifndef " + capitals + "_H");
    add("#define " + capitals + "_H\n");
    if (fixed == null) {
      add("#include <math.h>");
    }
    add("#include <stdint.h>");
    if (tables.anyCategorical() != null && fixed == null) {
      add("#include <string.h>");
    }
    add("");
    constants();
    if (sets) {
      add("/* Categories of a set; a count below zero is a missing set. */");
      add("typedef struct {\n  const int32_t *items;\n  int32_t count;\n} " + prefix + "_set;\n");
    }
    if (sequences) {
      add("/* The vectors of a sequence, one after the other; a count below zero is missing. */");
      add(
          "typedef struct {\n  const "
              + (fixed == null ? "float" : "void")
              + " *vectors;\n  int32_t count;\n} "
              + prefix
              + "_sequence;\n");
    }
    data();
    if (tables.anyCategorical() != null && fixed == null) {
      vocabularies();
    }
    helpers();
    test();
    predict();
    add("#endif");
    return text.toString();
  }

  private void add(String lines) {
    text.append(lines).append('\n');
  }

  private String constant(String name) {
    return capitals + "_" + name;
  }

  private void header() {
    add("/*");
    Story.model(tables).forEach(line -> add(" * " + line));
    add(" *");
    add(" * How to use it, in one file of C99:");
    add(" *");
    add(" *   #include \"" + prefix + ".h\"");
    add(" *");
    String missing = fixed == null ? "NAN" : constant("MISSING");
    add(
        " *   "
            + value
            + " values["
            + constant("VALUES")
            + "];   // "
            + missing
            + " where missing");
    for (Input input :
        tables.inputs.stream().filter(i -> i.place() == Place.VALUES).limit(2).toList()) {
      add(" *   values[" + constant(input.constant()) + "] = " + example(input) + ";");
    }
    String arguments = "values, " + (sets ? "sets, " : "") + (sequences ? "sequences, " : "");
    String out = fixed == null ? "float" : "int32_t";
    add(" *   " + out + " out[" + outputs() + "];");
    add(" *   " + prefix + "_predict(" + arguments + "out);");
    if (!classes.isEmpty()) {
      add(" *   " + prefix + "_classes[" + prefix + "_best(out)]");
    }
    add(" *");
    if (fixed == null) {
      add(" * The output is " + Story.outputs(forest) + ". Link with -lm.");
      if (tables.uses(Kind.WEIGHTED_SUM) || sequences) {
        add(
            " * Compile with -ffp-contract=off where sums must be those of the model, bit for bit.");
      }
    } else {
      integers(fixed);
    }
    add(" */");
  }

  private String example(Input input) {
    Vocabulary vocabulary = input.vocabulary();
    if (vocabulary != null && vocabulary.size() > 1) {
      return fixed == null
          ? prefix
              + "_category_of_"
              + input.constant().toLowerCase(Locale.ROOT)
              + "("
              + Text.comment(Text.c(vocabulary.item(1)))
              + ")"
          : "1";
    }
    if (fixed != null && input.field().details() instanceof Field.Numerical) {
      return "(x in units of 2^-" + fixed.shift(input) + ", rounded down)";
    }
    return input.field().details() instanceof Field.Numerical number
        ? (float) number.mean() + "f"
        : "1";
  }

  /// What the numbers mean.
  private void integers(FixedPoint point) {
    add(
        " * No floating point is used. A number x is passed as floor(x * 2^SHIFT), cut to the range");
    add(
        " * of "
            + value
            + " without its two ends, with the SHIFT of its feature below. Comparisons are");
    add(" * exact, unless the feature says otherwise: then values less than 2^-SHIFT above a");
    add(" * threshold of the model may be taken for values below it.");
    add(" *");
    String unit = point.scale() == 0 ? "" : " * 2^-" + point.scale();
    String sum = "out" + (outputs() > 1 ? "[i]" : "[0]") + unit;
    boolean classification = forest.task() instanceof Task.Classification;
    switch (forest.combination()) {
      case Combination.Mean _ when FixedPoint.votes(forest) ->
          add(" * " + sum + " trees of " + forest.trees().size() + " vote for class i.");
      case Combination.Mean _ -> add(" * " + sum + " is " + Story.outputs(forest) + ".");
      case Combination.Isolation _ ->
          add(" * 2^-(" + sum + ") is how unusual the row is: less is more unusual.");
      case Combination.Sum boosted when classification && boosted.outputs() == 1 ->
          add(
              " * s = "
                  + sum
                  + " is the logit of class 1 against class 0; its probability is 1 / (1 + exp(-s)).");
      case Combination.Sum _ when classification ->
          add(
              " * s[i] = "
                  + sum
                  + "; the probability of class i is exp(s[i]) / (sum of all exp(s)).");
      case Combination.Sum boosted when boosted.loss() == LossKind.POISSON && !boosted.logits() ->
          add(" * exp(" + sum + ") is " + Story.outputs(forest) + ".");
      case Combination.Sum _ -> add(" * " + sum + " is " + Story.outputs(forest) + ".");
    }
    add(
        String.format(
            Locale.ROOT,
            " * Rounding the leaves changes it by at most %.2g%s.",
            point.error(),
            tables.uses(Kind.WEIGHTED_SUM)
                ? "; weighted sums are rounded too, and need their numbers within the range"
                : ""));
  }

  /// As many as the code writes: of whole numbers the sums.
  private int outputs() {
    return fixed == null ? tables.answers().outputs() : tables.answers().sums();
  }

  private void constants() {
    add("enum {");
    for (Input input : tables.inputs) {
      String array =
          switch (input.place()) {
            case VALUES -> "values";
            case SETS -> "sets";
            case SEQUENCES -> "sequences";
          };
      String name = Text.comment(input.field().name());
      add(
          "  /* \""
              + name
              + "\" in "
              + array
              + ": "
              + Story.meaning(input)
              + precision(input)
              + " */");
      add("  " + constant(input.constant()) + " = " + input.position() + ",");
    }
    if (fixed != null) {
      for (Input input : tables.inputs) {
        if (number(input)) {
          String name = names.constant(input.constant() + "_SHIFT");
          add("  " + constant(name) + " = " + fixed.shift(input) + ",");
        }
      }
      add("  /* Sums are in units of 2^-SCALE. */");
      add("  " + constant("SCALE") + " = " + fixed.scale() + ",");
    }
    add("  " + constant("VALUES") + " = " + tables.count(Place.VALUES) + ",");
    if (sets) {
      add("  " + constant("SETS") + " = " + tables.count(Place.SETS) + ",");
    }
    if (sequences) {
      add("  " + constant("SEQUENCES") + " = " + tables.count(Place.SEQUENCES) + ",");
    }
    add("  " + constant("OUTPUTS") + " = " + outputs() + ",");
    add("  " + constant("TREES") + " = " + forest.trees().size());
    add("};\n");
    if (fixed != null) {
      add("#define " + constant("MISSING") + " INT" + fixed.bits() + "_MIN\n");
    }
    for (Input input : tables.inputs) {
      enumeration(input);
    }
    if (!classes.isEmpty()) {
      add("/* The classes, in the order of the outputs. */");
      add("static const char *const " + prefix + "_classes[] = {");
      add(Text.list(classes.stream().map(Text::c).toList(), "  "));
      add("};\n");
    }
  }

  private static boolean number(Input input) {
    return input.field().details() instanceof Field.Numerical
        || input.field().details() instanceof Field.Discretized;
  }

  private String precision(Input input) {
    if (fixed == null || !number(input)) {
      return "";
    }
    return ", times 2^" + fixed.shift(input) + (fixed.exact(input) ? "" : " (not exact)");
  }

  private void enumeration(Input input) {
    Vocabulary vocabulary = input.vocabulary();
    if (vocabulary == null || vocabulary.size() > MOST_ENUMERATED) {
      return;
    }
    add("/* Categories of \"" + Text.comment(input.field().name()) + "\"; 0 is any other. */");
    add("enum {");
    add(
        "  "
            + constant(names.constant(input.constant() + "_OTHER"))
            + " = 0"
            + (vocabulary.size() > 1 ? "," : ""));
    for (int i = 1; i < vocabulary.size(); i++) {
      String name = names.constant(input.constant() + "_" + vocabulary.item(i));
      add("  " + constant(name) + " = " + i + (i + 1 < vocabulary.size() ? "," : ""));
    }
    add("};\n");
  }

  private void vocabularies() {
    add("static inline int32_t " + prefix + "_find(");
    add("    const char *const *names, const int32_t *numbers, int32_t count, const char *name) {");
    add("  int32_t low = 0;");
    add("  while (low < count) {");
    add("    int32_t middle = (low + count) / 2;");
    add("    int order = strcmp(name, names[middle]);");
    add("    if (order == 0) {\n      return numbers[middle];\n    }");
    add(
        "    if (order < 0) {\n      count = middle;\n    } else {\n      low = middle + 1;\n    }");
    add("  }");
    add("  return 0;");
    add("}\n");
    for (Input input : tables.inputs) {
      if (input.vocabulary() != null) {
        vocabulary(input, input.vocabulary());
      }
    }
  }

  private void vocabulary(Input input, Vocabulary vocabulary) {
    TreeMap<byte[], Integer> sorted =
        new TreeMap<>(Comparator.comparing(b -> b, Arrays::compareUnsigned));
    for (int i = 1; i < vocabulary.size(); i++) {
      sorted.putIfAbsent(vocabulary.item(i).getBytes(StandardCharsets.UTF_8), i);
    }
    String feature = input.constant().toLowerCase(Locale.ROOT);
    String function = prefix + "_category_of_" + feature;
    add(
        "/* The number of a category of \""
            + Text.comment(input.field().name())
            + "\"; 0 for all that the model does not know. */");
    add("static inline int32_t " + function + "(const char *name) {");
    if (sorted.isEmpty()) {
      add("  (void)name;\n  return 0;\n}\n");
      return;
    }
    add("  static const char *const names[] = {");
    add(Text.list(sorted.values().stream().map(i -> Text.c(vocabulary.item(i))).toList(), "    "));
    add("  };");
    add("  static const int32_t numbers[] = {");
    add(Text.list(sorted.values().stream().map(String::valueOf).toList(), "    "));
    add("  };");
    add("  return " + prefix + "_find(names, numbers, " + sorted.size() + ", name);");
    add("}\n");
  }

  private void helpers() {
    boolean inBits = tables.uses(Kind.IN_BITS) || tables.uses(Kind.ANY_IN_BITS);
    boolean inList = tables.uses(Kind.IN_LIST) || tables.uses(Kind.ANY_IN_LIST);
    String category = tables.uses(Kind.IN_BITS) || tables.uses(Kind.IN_LIST) ? value : "";
    if (!category.isEmpty()) {
      add("/* A number that is no category of the model stands for all unknown ones. */");
      add(
          "static inline int32_t "
              + prefix
              + "_category("
              + value
              + " value, int32_t categories) {");
      add("  return value >= 0 && value < categories ? (int32_t)value : 0;");
      add("}\n");
    }
    if (inBits) {
      add("static inline int " + prefix + "_bit(uint32_t from, int32_t category) {");
      add(
          "  return ("
              + prefix
              + "_bits[from + (uint32_t)(category >> 3)] >> (category & 7)) & 1;");
      add("}\n");
    }
    if (inList) {
      add("static inline int " + prefix + "_listed(uint32_t operand, int32_t category) {");
      add("  uint32_t low = operand + 1;");
      add("  uint32_t high = low + (uint32_t)" + prefix + "_items[operand];");
      add("  while (low < high) {");
      add("    uint32_t middle = (low + high) / 2;");
      add("    int32_t item = (int32_t)" + prefix + "_items[middle];");
      add("    if (item == category) {\n      return 1;\n    }");
      add(
          "    if (item < category) {\n      low = middle + 1;\n    } else {\n      high = middle;\n    }");
      add("  }");
      add("  return 0;");
      add("}\n");
    }
    if (tables.uses(Kind.WEIGHTED_SUM)) {
      weightedSum();
    }
    if (tables.uses(Kind.CLOSER_THAN)) {
      sequence(
          "closer",
          "<=",
          "float difference = vector[i] - weights[i];",
          "measure += difference * difference;");
    }
    if (tables.uses(Kind.PROJECTED_MORE_THAN)) {
      sequence("projected", ">=", "", "measure += vector[i] * weights[i];");
    }
  }

  private void weightedSum() {
    String sum = fixed == null ? "float" : "int64_t";
    String item = prefix + "_items[operand";
    add("static inline int " + prefix + "_weighted_sum(");
    add("    uint32_t operand, int missing, const " + value + " *values) {");
    add("  uint32_t count = " + item + "];");
    add(
        "  const "
            + (fixed == null ? "float" : "int32_t")
            + " *weights = "
            + prefix
            + "_weights + "
            + item
            + " + 1];");
    add("  int replaced = " + item + " + 2] != 0;");
    add("  " + sum + " sum = 0;");
    add("  uint32_t i;");
    add("  for (i = 0; i < count; i++) {");
    add("    " + value + " value = values[" + item + " + 3 + i]];");
    add("    if (" + missing("value") + ") {");
    add("      if (!replaced) {\n        return missing;\n      }");
    add("      value = (" + value + ")weights[count + " + (fixed == null ? 1 : 2) + " + i];");
    add("    }");
    add("    sum += " + (fixed == null ? "" : "(int64_t)") + "value * weights[i];");
    add("  }");
    add(
        fixed == null
            ? "  return sum >= weights[count];"
            : "  return sum >= (int64_t)weights[count] * 4294967296 + (uint32_t)weights[count + 1];");
    add("}\n");
  }

  private void sequence(String name, String comparison, String first, String second) {
    add(
        "static inline int "
            + prefix
            + "_"
            + name
            + "(uint32_t operand, const "
            + prefix
            + "_sequence *sequence) {");
    add("  uint32_t length = " + prefix + "_items[operand];");
    add("  const float *weights = " + prefix + "_weights + " + prefix + "_items[operand + 1];");
    add("  const float *vector = sequence->vectors;");
    add("  int32_t left;");
    add("  for (left = sequence->count; left > 0; left--, vector += length) {");
    add("    float measure = 0;");
    add("    uint32_t i;");
    add("    for (i = 0; i < length; i++) {");
    if (!first.isEmpty()) {
      add("      " + first);
    }
    add("      " + second);
    add("    }");
    add("    if (measure " + comparison + " weights[length]) {\n      return 1;\n    }");
    add("  }");
    add("  return 0;");
    add("}\n");
  }

  private String missing(String expression) {
    return fixed == null ? "isnan(" + expression + ")" : expression + " == " + constant("MISSING");
  }

  private String parameters() {
    return "const "
        + value
        + " *values"
        + (sets ? ", const " + prefix + "_set *sets" : "")
        + (sequences ? ", const " + prefix + "_sequence *sequences" : "");
  }

  private void test() {
    if (tables.kindsUsed.size() == 1) {
      return;
    }
    add("/* Whether a row goes to the positive child of a node. */");
    add("static inline int " + prefix + "_test(uint32_t node, " + parameters() + ") {");
    add("  int missing = " + prefix + "_kinds[node] & 1;");
    add("  uint32_t position = " + prefix + "_positions[node];");
    add("  uint32_t operand = " + prefix + "_operands[node];");
    unused();
    add("  switch (" + prefix + "_kinds[node] & ~1) {");
    for (Kind kind : tables.kindsUsed) {
      if (kind != Kind.LEAF) {
        add("    case " + constant(kind.name()) + ":");
        add("      " + call(kind));
      }
    }
    add("    default:");
    add("      (void)missing;");
    add("      (void)operand;");
    add("      (void)position;");
    add("      return 0;");
    add("  }");
    add("}\n");
  }

  private void unused() {
    add("  (void)values;");
    if (sets) {
      add("  (void)sets;");
    }
    if (sequences) {
      add("  (void)sequences;");
    }
  }

  private String call(Kind kind) {
    String in = "values[position]";
    String categories = prefix + "_categories[position]";
    return switch (kind) {
      case LEAF -> "";
      case AT_LEAST ->
          "return "
              + missing(in)
              + " ? missing : "
              + in
              + " >= "
              + prefix
              + "_thresholds[operand];";
      case IS_MISSING -> "return " + missing(in) + ";";
      case IN_BITS ->
          "return "
              + missing(in)
              + " ? missing : "
              + prefix
              + "_bit(operand, "
              + prefix
              + "_category("
              + in
              + ", "
              + categories
              + "));";
      case IN_LIST ->
          "return "
              + missing(in)
              + " ? missing : "
              + prefix
              + "_listed(operand, "
              + prefix
              + "_category("
              + in
              + ", "
              + categories
              + "));";
      case WEIGHTED_SUM -> "return " + prefix + "_weighted_sum(operand, missing, values);";
      case SET_IS_MISSING -> "return sets[position].count < 0;";
      case ANY_IN_BITS, ANY_IN_LIST ->
          """
          {
                int32_t i;
                for (i = 0; i < sets[position].count; i++) {
                  int32_t item = sets[position].items[i];
                  if (item < 0 || item >= (int32_t)%1$s_set_categories[position]) {
                    item = 0;
                  }
                  if (%1$s_%2$s(operand, item)) {
                    return 1;
                  }
                }
                return sets[position].count < 0 ? missing : 0;
              }"""
              .formatted(prefix, kind == Kind.ANY_IN_BITS ? "bit" : "listed");
      case SEQUENCE_IS_MISSING -> "return sequences[position].count < 0;";
      case CLOSER_THAN ->
          "return sequences[position].count < 0 ? missing : "
              + prefix
              + "_closer(operand, &sequences[position]);";
      case PROJECTED_MORE_THAN ->
          "return sequences[position].count < 0 ? missing : "
              + prefix
              + "_projected(operand, &sequences[position]);";
    };
  }

  private void predict() {
    String out = fixed == null ? "float" : "int32_t";
    if (!classes.isEmpty()) {
      best(out);
    }
    add("/* Predicts a row. */");
    add("static inline void " + prefix + "_predict(" + parameters() + ", " + out + " *out) {");
    add("  uint32_t tree;");
    boolean several = outputs() > 1 || !tables.singleValues();
    if (several) {
      add("  uint32_t i;");
      add("  for (i = 0; i < " + outputs() + "; i++) {\n    out[i] = 0;\n  }");
    } else {
      add("  out[0] = 0;");
    }
    if (forest.combination() instanceof Combination.Sum sum) {
      for (int i = 0; i < sum.outputs(); i++) {
        add(
            "  out["
                + i
                + "] = "
                + (fixed == null ? literal(sum.initial()[i]) : fixed.contribution(sum.initial()[i]))
                + ";");
      }
    }
    add("  for (tree = 0; tree < " + constant("TREES") + "; tree++) {");
    add("    uint32_t node = " + prefix + "_roots[tree];");
    String arguments = "values" + (sets ? ", sets" : "") + (sequences ? ", sequences" : "");
    if (tables.kindsUsed.size() > 1) {
      add("    while (" + prefix + "_kinds[node] != " + constant("LEAF") + ") {");
      add(
          "      node += "
              + prefix
              + "_test(node, "
              + arguments
              + ") ? "
              + prefix
              + "_jumps[node] : 1;");
      add("    }");
    }
    String position = prefix + "_positions[node]";
    String operand = prefix + "_operands[node]";
    if (tables.singleValues()) {
      add("    out[" + position + "] += " + prefix + "_leaf_values[" + operand + "];");
    } else {
      add("    for (i = 0; i < " + prefix + "_jumps[node]; i++) {");
      add("      out[" + position + " + i] += " + prefix + "_leaf_values[" + operand + " + i];");
      add("    }");
    }
    add("  }");
    if (tables.kindsUsed.size() == 1) {
      unused();
    }
    if (fixed == null) {
      link();
    }
    add("}\n");
  }

  private void best(String out) {
    add("/* The position of the most probable class; the first of equals. */");
    add("static inline int " + prefix + "_best(const " + out + " *out) {");
    if (outputs() == 1 && classes.size() == 2) {
      add("  return out[0] > 0;");
    } else {
      add("  int best = 0;");
      add("  int i;");
      add("  for (i = 1; i < " + outputs() + "; i++) {");
      add("    if (out[i] > out[best]) {\n      best = i;\n    }");
      add("  }");
      add("  return best;");
    }
    add("}\n");
  }

  private void link() {
    String all = "  for (i = 0; i < " + outputs() + "; i++) {";
    switch (forest.combination()) {
      case Combination.Mean _ -> {
        if (outputs() > 1 || !tables.singleValues()) {
          add(all + "\n    out[i] /= " + constant("TREES") + ";\n  }");
        } else {
          add("  out[0] /= " + constant("TREES") + ";");
        }
      }
      case Combination.Isolation(long examples) ->
          add(
              "  out[0] = (float)pow(2, -(out[0] / "
                  + constant("TREES")
                  + ") / "
                  + Answers.typicalPath(examples)
                  + ");");
      case Combination.Sum sum -> {
        boolean classification = forest.task() instanceof Task.Classification;
        if (classification && sum.outputs() == 1) {
          if (sum.logits()) {
            add("  out[1] = out[0];\n  out[0] = -out[0];");
          } else {
            add("  out[1] = (float)(1 / (1 + exp(-(double)out[0])));");
            add("  out[0] = 1 - out[1];");
          }
        } else if (classification && !sum.logits()) {
          add("  {");
          add("    double largest = out[" + prefix + "_best(out)];");
          add("    double sum = 0;");
          add("  " + all);
          add("      double exponential = exp(out[i] - largest);");
          add("      out[i] = (float)exponential;");
          add("      sum += exponential;");
          add("    }");
          add("  " + all);
          add("      out[i] = (float)(out[i] / sum);");
          add("    }");
          add("  }");
        } else if (!sum.logits() && sum.loss() == LossKind.POISSON) {
          add("  out[0] = (float)exp(out[0] < -19 ? -19 : out[0] > 19 ? 19 : out[0]);");
        }
      }
    }
  }

  private void data() {
    add("/* What a node tests; with 1 added, if missing is positive. */");
    add("enum {");
    List<String> kinds = new ArrayList<>();
    for (Kind kind : tables.kindsUsed) {
      kinds.add(constant(kind.name()) + " = " + kind.code(false));
    }
    add(Text.list(kinds, "  "));
    add("};\n");
    add("/* Where each tree begins. The negative child of a node follows it at once. */");
    table("roots", tables.roots);
    add("/* What a node tests. */");
    table("kinds", tables.kinds);
    add("/* Of which input; of a leaf: the output that it adds to. */");
    table("positions", tables.positions);
    add("/* Where what it compares with begins in its table; of a leaf: in its values. */");
    table("operands", tables.operands);
    add("/* How far away the positive child is; of a leaf: the number of its values. */");
    table("jumps", tables.jumps);
    numbers("thresholds", tables.thresholds, Set.of(Kind.AT_LEAST));
    numbers("leaf_values", tables.leafValues, Set.of());
    numbers(
        "weights",
        tables.weights,
        Set.of(Kind.WEIGHTED_SUM, Kind.CLOSER_THAN, Kind.PROJECTED_MORE_THAN));
    if (tables.items.size() > 0) {
      add("/* Lists: their length, then what they list. */");
      table("items", tables.items);
    }
    if (tables.bits.size() > 0) {
      add("/* Of each category, whether it is positive; eight to a number. */");
      table("bits", tables.bits);
    }
    categories("categories", Place.VALUES, Kind.IN_BITS, Kind.IN_LIST);
    categories("set_categories", Place.SETS, Kind.ANY_IN_BITS, Kind.ANY_IN_LIST);
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
    add("/* The number of categories of each, the unknown ones as one. */");
    table(name, sizes);
  }

  private void table(String name, Numbers numbers) {
    String type =
        numbers.max() < 1 << 8 ? "uint8_t" : numbers.max() < 1 << 16 ? "uint16_t" : "uint32_t";
    array(type, name, numbers, Integer::toString);
  }

  /// @param kinds the kinds that read the table, any of which makes it needed; none: always needed
  private void numbers(String name, Numbers numbers, Set<Kind> kinds) {
    if (!kinds.isEmpty() && kinds.stream().noneMatch(tables::uses)) {
      return;
    }
    if (fixed == null) {
      array("float", name, numbers, bits -> literal(Float.intBitsToFloat(bits)));
      return;
    }
    boolean weights = name.equals("weights");
    boolean narrow = numbers.min() >= Short.MIN_VALUE && numbers.max() <= Short.MAX_VALUE;
    array(narrow && !weights ? "int16_t" : "int32_t", name, numbers, CHeader::whole);
  }

  private static String whole(int value) {
    return value == Integer.MIN_VALUE ? "INT32_MIN" : Integer.toString(value);
  }

  private void array(String type, String name, Numbers numbers, IntFunction<String> form) {
    List<String> elements = new ArrayList<>();
    for (int i = 0; i < numbers.size(); i++) {
      elements.add(form.apply(numbers.get(i)));
    }
    add("static const " + type + " " + prefix + "_" + name + "[] = {");
    add(Text.list(elements.isEmpty() ? List.of("0") : elements, "  "));
    add("};\n");
  }

  private static String literal(float value) {
    if (Float.isNaN(value)) {
      return "NAN";
    }
    if (Float.isInfinite(value)) {
      return value > 0 ? "INFINITY" : "-INFINITY";
    }
    return value + "f";
  }
}
