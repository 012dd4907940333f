package dev.tendril.forest.export;

import dev.tendril.data.Field;
import dev.tendril.data.Vocabulary;
import dev.tendril.forest.export.ForestTables.Numbers;
import dev.tendril.forest.export.Input.Place;
import dev.tendril.forest.tree.Forest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A forest as source code: what all languages have in common.
///
/// The languages are relatives of C, so the functions that walk the trees are written once, as
/// templates ([Prediction], [Conditions]). In these `@` stands before every word that each language
/// has its own word for: a type (`@number`), a parameter (`@inputs`), a constant in capitals
/// (`@TREES`), a table (`@kinds`), a function, which a parenthesis follows (`@test(`). [#word]
/// translates. Braces say how far a line is indented.
///
/// What a model calls its columns and categories never stands in a template, only in lines that are
/// added as they are, as a comment or a literal of [Text].
abstract class SourceFile {
  private static final Pattern WORD = Pattern.compile("@(\\w+\\(?)");

  final ForestTables tables;
  final Forest forest;
  final List<String> classes;
  private final StringBuilder text = new StringBuilder();
  private int depth;

  /// The depth of the labels of the switch that is being written, if any.
  private int labels = -1;

  SourceFile(ForestTables tables) {
    this.tables = tables;
    this.forest = tables.forest();
    this.classes = Story.classes(forest);
  }

  abstract String write();

  /// The words of the language for one word of a template; they may contain further such words.
  ///
  /// @param word without `@`, with the parenthesis that follows it
  abstract String word(String word);

  abstract void comment(String line);

  abstract void constant(String comment, String name, int value);

  /// Adds a table of numbers of at least 0.
  abstract void table(String name, Numbers numbers);

  /// Adds a table of what [Coding] has coded.
  abstract void coded(String name, Numbers numbers);

  /// An array parameter.
  abstract String parameter(Place place);

  /// A number of an input.
  abstract String literal(float value);

  /// The number of a category, for an example.
  abstract String category(Input input, String category);

  /// What is to be known of the precision of an input; nothing where it is that of a float.
  String precision(Input input) {
    return "";
  }

  /// How many numbers the code writes.
  int outputs() {
    return tables.answers().outputs();
  }

  /// What a sum begins with.
  String initial(float value) {
    return literal(value);
  }

  /// Notes that code may leave variables unused, where the language wants to hear that.
  void unused(String... names) {}

  /// Whether the sums become predictions; otherwise they are what is written.
  boolean predicts() {
    return true;
  }

  final String text() {
    return text.toString();
  }

  /// Adds lines as they are, indented.
  final void add(String lines) {
    for (String line : lines.split("\n", -1)) {
      indented(depth, line);
    }
  }

  /// Adds a template; a line feed at its end leaves a line empty.
  final void code(String template) {
    for (String written : translated(template).split("\n", -1)) {
      String line = written.strip();
      boolean label = line.startsWith("case ") || line.startsWith("default:");
      if (label) {
        depth = labels < 0 ? depth : labels;
        labels = depth;
      } else if (line.startsWith("}") && --depth == labels) {
        labels = -1;
        depth--;
      }
      boolean goesOn = line.matches("(\\?|:|\\|\\|) .*");
      indented(depth + (goesOn ? 2 : 0), line);
      if (label || line.endsWith("{")) {
        depth++;
      }
    }
  }

  final String translated(String template) {
    return WORD.matcher(template)
        .replaceAll(found -> Matcher.quoteReplacement(translated(word(found.group(1)))));
  }

  private void indented(int levels, String line) {
    text.append("  ".repeat(line.isEmpty() ? 0 : levels)).append(line).append('\n');
  }

  /// The arrays that a row is passed in.
  private List<Place> places() {
    return Arrays.stream(Place.values())
        .filter(place -> place == Place.VALUES || tables.count(place) > 0)
        .toList();
  }

  final String parameters() {
    return places().stream().map(this::parameter).collect(Collectors.joining(", "));
  }

  final String arguments() {
    return places().stream().map(Place::array).collect(Collectors.joining(", "));
  }

  /// Statements that fill in the first values.
  ///
  /// @param qualifier what stands before the names of constants
  final List<String> examples(String qualifier) {
    return tables.inputs.stream()
        .filter(input -> input.place() == Place.VALUES)
        .limit(2)
        .map(input -> "values[" + qualifier + input.constant() + "] = " + example(input) + ";")
        .toList();
  }

  private String example(Input input) {
    Vocabulary vocabulary = input.vocabulary();
    if (vocabulary != null && vocabulary.size() > 1) {
      return category(input, vocabulary.item(1));
    }
    return input.field().details() instanceof Field.Numerical number
        ? number(input, (float) number.mean())
        : "1";
  }

  /// A number of an input, for an example.
  String number(Input input, float value) {
    return literal(value);
  }

  /// The constants that a caller needs.
  void constants() {
    for (Input input : tables.inputs) {
      String name = Text.comment(input.field().name());
      String place = "\"" + name + "\" in " + input.place().array() + ": ";
      constant(
          place + Story.meaning(input) + precision(input) + ".",
          input.constant(),
          input.position());
    }
    for (Place place : places()) {
      constant(
          "The length of the array of " + place.array() + ".", place.name(), tables.count(place));
    }
    constant("The number of predicted values.", "OUTPUTS", outputs());
    constant("The number of trees.", "TREES", forest.trees().size());
  }

  /// All tables.
  final void data() {
    comment("Where each tree begins. The negative child of a node follows it at once.");
    table("roots", tables.roots);
    comment("What a node tests, and 1 if missing is positive.");
    table("kinds", tables.kinds);
    comment("Of which input; of a leaf: the output that it adds to.");
    table("positions", tables.positions);
    comment("Where what it compares with begins in its table; of a leaf: in its values.");
    table("operands", tables.operands);
    comment("How far away the positive child is; of a leaf: the number of its values.");
    table("jumps", tables.jumps);
    if (tables.thresholds.size() > 0) {
      comment("The least values that are positive.");
      coded("thresholds", tables.thresholds);
    }
    comment("What leaves add.");
    coded("leaf_values", tables.leafValues);
    if (tables.weights.size() > 0) {
      comment("Of weighted sums and vectors: the weights, the bound, what replaces the missing.");
      coded("weights", tables.weights);
    }
    if (tables.items.size() > 0) {
      comment("Lists: their length, then what they list.");
      table("items", tables.items);
    }
    if (tables.bits.size() > 0) {
      comment("Of each category, whether it is positive; eight to a number.");
      table("bits", tables.bits);
    }
    categories("categories", Place.VALUES, Kind.IN_BITS, Kind.IN_LIST);
    categories("set_categories", Place.SETS, Kind.ANY_IN_BITS, Kind.ANY_IN_LIST);
  }

  private void categories(String name, Place place, Kind... readers) {
    if (!tables.uses(readers)) {
      return;
    }
    Numbers sizes = new Numbers();
    for (Input input : tables.inputs) {
      if (input.place() == place) {
        Vocabulary vocabulary = input.vocabulary();
        sizes.add(vocabulary == null ? 0 : vocabulary.size());
      }
    }
    comment("The number of categories of each, the unknown ones as one.");
    table(name, sizes);
  }

  /// The elements of a table, in lines.
  static String elements(Numbers numbers, IntFunction<String> form) {
    List<String> elements = new ArrayList<>();
    for (int i = 0; i < numbers.size(); i++) {
      elements.add(form.apply(numbers.get(i)));
    }
    return Text.list(elements);
  }
}
