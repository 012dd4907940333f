package dev.tendril.cli;

import dev.tendril.forest.ForestModel;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import java.util.List;
import java.util.Locale;

/// A tree as nested parts of a page that open and close: the condition of a node, how many training
/// rows came to it, and as a bar how these divide into classes, or what is predicted of them.
final class TreeOutline {
  /// Nodes to this depth are open at first.
  private static final int OPEN_DEPTH = 2;

  static final String STYLE =
      """
      .tree { font-size: .9rem; overflow-x: auto; padding-bottom: .5rem; }
      .tree[hidden] { display: none; }
      .tree details, .tree .leaf { border-left: 2px solid var(--soft); margin-left: .45rem;
        padding-left: .7rem; position: relative; }
      .tree > details, .tree > .leaf { border-left: none; margin-left: 0; padding-left: 0; }
      .tree summary, .tree .leaf { display: flex; flex-wrap: wrap; gap: .1rem .6rem;
        align-items: center; padding-top: .18rem; padding-bottom: .18rem; }
      .tree summary { list-style: none; border-radius: .35rem; }
      .tree summary::-webkit-details-marker { display: none; }
      .tree summary:hover { background: color-mix(in srgb, var(--soft) 35%, transparent); }
      .tree summary::before { content: "▸"; color: var(--muted); width: .7rem; }
      .tree details[open] > summary::before { content: "▾"; }
      .tree .leaf::before { content: ""; width: .7rem; height: 2px; background: var(--soft);
        margin-left: -.7rem; }
      .tree .side { font-size: .72rem; font-weight: 600; border-radius: .3rem; padding: 0 .35rem;
        border: 1px solid var(--soft); color: var(--muted); }
      .tree .side.yes { background: var(--accent); border-color: var(--accent);
        color: var(--page); }
      .tree .what { overflow-wrap: anywhere; } .tree .leaf .what { font-weight: 600; }
      .tree .rows { color: var(--muted); font-variant-numeric: tabular-nums; }
      .tree .shares { display: inline-flex; width: 7.5rem; height: .62rem; border-radius: .31rem;
        overflow: hidden; background: var(--line); flex: none; }
      .tree .shares i { display: block; }
      .tree .value { position: relative; display: inline-block; width: 7.5rem; height: .62rem;
        border-radius: .31rem; background: var(--line); flex: none; overflow: hidden; }
      .tree .value i { position: absolute; top: 0; bottom: 0; }
      @media (max-width: 40rem) { .tree .shares, .tree .value { width: 3.2rem; }
        .tree details, .tree .leaf { padding-left: .4rem; }
        .tree .leaf::before { margin-left: -.4rem; width: .4rem; } }
      .pick { margin: .75rem 0; display: flex; gap: .6rem; align-items: center; flex-wrap: wrap; }
      .pick select, .pick button { font: inherit; color: var(--ink); background: var(--panel);
        border: 1px solid var(--soft); border-radius: .4rem; padding: .2rem .6rem; }
      """;

  private final ForestModel model;
  private final StringBuilder html = new StringBuilder();
  private double low = Double.POSITIVE_INFINITY;
  private double high = Double.NEGATIVE_INFINITY;

  /// What is known of the rows of a node.
  ///
  /// @param classes the weight of every class; empty where nodes have none
  /// @param value the mean of what is predicted
  record Summary(double rows, double[] classes, double value) {
    /// Of the rows of both.
    Summary and(Summary other) {
      double all = rows + other.rows;
      double[] sum = new double[Math.max(classes.length, other.classes.length)];
      for (int i = 0; i < sum.length; i++) {
        sum[i] =
            (i < classes.length ? classes[i] : 0)
                + (i < other.classes.length ? other.classes[i] : 0);
      }
      double mean =
          all > 0 ? (rows * value + other.rows * other.value) / all : (value + other.value) / 2;
      return new Summary(all, sum, mean);
    }
  }

  private TreeOutline(ForestModel model) {
    this.model = model;
  }

  static String of(ForestModel model, Tree tree) {
    TreeOutline outline = new TreeOutline(model);
    tree.forEach(
        (node, _) -> {
          if (node instanceof Node.Leaf leaf) {
            double value = summary(leaf).value();
            outline.low = Math.min(outline.low, value);
            outline.high = Math.max(outline.high, value);
          }
        });
    outline.node(tree.root(), 0, "");
    return outline.html.toString();
  }

  private static Summary summary(Node node) {
    return switch (node) {
      case Node.Split split -> summary(split.negative()).and(summary(split.positive()));
      case Node.Leaf(Output output, long examples) ->
          switch (output) {
            case Output.Distribution(int topClass, double[] weights) -> {
              double[] classes = weights.clone();
              if (classes.length == 0) {
                classes = new double[topClass + 1];
                classes[topClass] = Math.max(1, examples);
              }
              yield new Summary(examples > 0 ? examples : sum(classes, 0), classes, 0);
            }
            case Output.Value(float value, _) -> new Summary(examples, new double[0], value);
            case Output.Uplift uplift -> new Summary(examples, new double[0], uplift.effect()[0]);
            case Output.Isolated(long rows) -> new Summary(rows, new double[0], 0);
          };
    };
  }

  private static double sum(double[] weights, int from) {
    double sum = 0;
    for (int i = from; i < weights.length; i++) {
      sum += weights[i];
    }
    return sum;
  }

  private void node(Node node, int depth, String side) {
    Summary summary = summary(node);
    switch (node) {
      case Node.Leaf leaf -> {
        html.append("<div class=\"leaf\">");
        head(side, summary, said(leaf, summary), Math.round(summary.rows()));
        html.append("</div>\n");
      }
      case Node.Split split -> {
        html.append(depth <= OPEN_DEPTH ? "<details open>" : "<details>").append("<summary>");
        long rows = split.statistics().examples();
        String condition = model.conditionText(split.condition());
        if (split.missingIsPositive()) {
          condition += ", or missing";
        }
        head(side, summary, condition, rows > 0 ? rows : Math.round(summary.rows()));
        html.append("</summary>\n");
        node(split.positive(), depth + 1, "yes");
        node(split.negative(), depth + 1, "no");
        html.append("</details>\n");
      }
    }
  }

  private void head(String side, Summary summary, String what, long rows) {
    if (!side.isEmpty()) {
      html.append("<span class=\"side ").append(side).append("\">").append(side).append("</span>");
    }
    bar(summary);
    html.append("<span class=\"what\">").append(Page.escaped(what)).append("</span>");
    if (rows > 0) {
      html.append("<span class=\"rows\">").append(Words.count(rows, "row")).append("</span>");
    }
  }

  private void bar(Summary summary) {
    double sum = sum(summary.classes(), 1);
    if (sum > 0) {
      html.append("<span class=\"shares\" title=\"").append(Page.escaped(shares(summary, sum)));
      html.append("\">");
      for (int i = 1; i < summary.classes().length; i++) {
        double share = summary.classes()[i] / sum;
        if (share > 0) {
          html.append("<i style=\"width:").append(Page.shortNumber(100 * share));
          html.append("%;background:").append(Page.color(i - 1)).append("\"></i>");
        }
      }
      html.append("</span>");
    } else if (high > low) {
      double zero = Math.clamp((0 - low) / (high - low), 0, 1);
      double here = (Math.clamp(summary.value(), low, high) - low) / (high - low);
      html.append("<span class=\"value\" title=\"mean ").append(Words.number(summary.value()));
      html.append("\"><i style=\"left:").append(Page.shortNumber(100 * Math.min(zero, here)));
      html.append("%;width:").append(Page.shortNumber(Math.max(1.5, 100 * Math.abs(here - zero))));
      html.append("%;background:").append(summary.value() < 0 ? "var(--minus)" : "var(--bar)");
      html.append("\"></i></span>");
    }
  }

  private String shares(Summary summary, double sum) {
    List<String> classes = model.classes();
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < summary.classes().length; i++) {
      if (summary.classes()[i] > 0) {
        text.append(text.isEmpty() ? "" : ", ");
        text.append(i <= classes.size() ? classes.get(i - 1) : "?").append(' ');
        text.append(String.format(Locale.ROOT, "%.1f %%", 100 * summary.classes()[i] / sum));
      }
    }
    return text.toString();
  }

  private String said(Node.Leaf leaf, Summary summary) {
    return switch (leaf.output()) {
      case Output.Distribution(int topClass, _) -> {
        List<String> classes = model.classes();
        String name =
            topClass >= 1 && topClass <= classes.size() ? classes.get(topClass - 1) : "(other)";
        double sum = sum(summary.classes(), 0);
        double top = topClass < summary.classes().length ? summary.classes()[topClass] : 0;
        yield sum > 0 && top < sum
            ? name + String.format(Locale.ROOT, " %.0f %%", 100 * top / sum)
            : name;
      }
      case Output.Value(float value, _) -> Words.number(value);
      case Output.Uplift uplift -> "effect " + Words.number(uplift.effect()[0]);
      case Output.Isolated _ -> "end of path";
    };
  }
}
