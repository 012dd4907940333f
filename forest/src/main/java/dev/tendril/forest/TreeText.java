package dev.tendril.forest;

import dev.tendril.data.Schema;
import dev.tendril.data.Vocabulary;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Task;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Writes a tree as indented text with the names of columns and categories, the positive side
/// first:
///
/// ```
/// flipper_length_mm >= 206.5 (344 rows, missing: no)
/// ├ yes: island in {Biscoe} (131 rows, missing: yes)
/// │ ├ yes: class Gentoo 0.98 (124 rows)
/// │ └ no: class Chinstrap 1 (7 rows)
/// └ no: class Adelie 0.71 (213 rows)
/// ```
final class TreeText {
  /// The most category names of one condition that are spelled out.
  private static final int MAX_NAMES = 8;

  private final Schema schema;
  private final @Nullable Vocabulary classes;
  private final StringBuilder text = new StringBuilder();
  private int linesLeft;

  private TreeText(Forest forest, int maxLines) {
    this.schema = forest.schema();
    this.classes =
        forest.task() instanceof Task.Classification(String label)
            ? schema.field(label).vocabulary()
            : null;
    this.linesLeft = maxLines;
  }

  /// @param maxLines after how many lines to stop
  static String of(Forest forest, Tree tree, int maxLines) {
    TreeText writer = new TreeText(forest, maxLines);
    writer.node(tree.root(), "", "");
    if (writer.linesLeft < 0) {
      writer.text.append("... ").append(tree.nodes()).append(" nodes in all\n");
    }
    return writer.text.toString();
  }

  static String of(Forest forest, Condition condition) {
    TreeText writer = new TreeText(forest, 1);
    writer.condition(condition);
    return writer.text.toString();
  }

  private void node(Node node, String first, String others) {
    if (--linesLeft < 0) {
      return;
    }
    text.append(first);
    switch (node) {
      case Node.Leaf leaf -> {
        output(leaf.output());
        if (leaf.examples() > 0) {
          text.append(" (").append(leaf.examples()).append(" rows)");
        }
        text.append('\n');
      }
      case Node.Split split -> {
        condition(split.condition());
        text.append(" (").append(split.statistics().examples()).append(" rows, missing: ");
        text.append(missing(split)).append(")\n");
        node(split.positive(), others + "├ yes: ", others + "│ ");
        node(split.negative(), others + "└ no: ", others + "  ");
      }
    }
  }

  /// Where rows without a value go; to a sum they bring replacements.
  private static String missing(Node.Split split) {
    return split.condition() instanceof Condition.Oblique sum && sum.replacements().length > 0
        ? "replaced"
        : split.missingIsPositive() ? "yes" : "no";
  }

  private void condition(Condition condition) {
    switch (condition) {
      case Condition.IsMissing(int attribute) -> text.append(name(attribute)).append(" is missing");
      case Condition.AtLeast(int attribute, float threshold) ->
          text.append(name(attribute)).append(" >= ").append(number(threshold));
      case Condition.IsTrue(int attribute) -> text.append(name(attribute)).append(" is true");
      case Condition.BinAtLeast(int attribute, int bin) ->
          text.append(name(attribute)).append(" in bin >= ").append(bin);
      case Condition.Contains(int attribute, int[] values) -> {
        text.append(name(attribute)).append(" in {");
        Vocabulary vocabulary = schema.field(attribute).vocabulary();
        for (int i = 0; i < Math.min(MAX_NAMES, values.length); i++) {
          text.append(i == 0 ? "" : ", ").append(vocabulary.item(values[i]));
        }
        if (values.length > MAX_NAMES) {
          text.append(", ... ").append(values.length - MAX_NAMES).append(" more");
        }
        text.append('}');
      }
      case Condition.Oblique oblique -> {
        for (int i = 0; i < oblique.attributes().length; i++) {
          term(i == 0, oblique.weights()[i], name(oblique.attributes()[i]));
        }
        text.append(" >= ").append(number(oblique.threshold()));
      }
      case Condition.CloserThan(int attribute, float[] anchor, float squaredDistance) ->
          text.append("a vector of ")
              .append(name(attribute))
              .append(" within ")
              .append(number((float) Math.sqrt(squaredDistance)))
              .append(" of ")
              .append(vector(anchor));
      case Condition.ProjectedMoreThan(int attribute, float[] anchor, float threshold) ->
          text.append("a vector of ")
              .append(name(attribute))
              .append(" times ")
              .append(vector(anchor))
              .append(" >= ")
              .append(number(threshold));
    }
  }

  /// A term of a sum; a factor of 1 is left out.
  private void term(boolean first, float weight, String name) {
    boolean minus = weight < 0;
    text.append(first ? (minus ? "-" : "") : minus ? " - " : " + ");
    if (Math.abs(weight) != 1) {
      text.append(number(Math.abs(weight))).append(" * ");
    }
    text.append(name);
  }

  private void output(Output output) {
    switch (output) {
      case Output.Distribution distribution -> {
        int top = distribution.topClass();
        text.append("class ").append(classes == null ? String.valueOf(top) : classes.item(top));
        double sum = distribution.sum();
        if (sum > 0 && top < distribution.weights().length) {
          text.append(' ').append(number((float) (distribution.weights()[top] / sum)));
        }
      }
      case Output.Value(float value, _) -> text.append("value ").append(number(value));
      case Output.Uplift uplift -> text.append("effect ").append(number(uplift.effect()[0]));
      case Output.Isolated(long examples) -> text.append("isolated ").append(examples);
    }
  }

  private String name(int attribute) {
    return schema.field(attribute).name();
  }

  private static String vector(float[] values) {
    StringBuilder vector = new StringBuilder("[");
    for (int i = 0; i < Math.min(MAX_NAMES, values.length); i++) {
      vector.append(i == 0 ? "" : ", ").append(number(values[i]));
    }
    return vector.append(values.length > MAX_NAMES ? ", ...]" : "]").toString();
  }

  /// At most six significant digits, without trailing zeros.
  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e9) {
      return Long.toString((long) value);
    }
    String text = String.format(Locale.ROOT, "%.6g", value);
    return text.contains(".") && !text.contains("e") ? text.replaceAll("\\.?0+$", "") : text;
  }
}
