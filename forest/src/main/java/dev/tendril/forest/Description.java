package dev.tendril.forest;

import dev.tendril.data.Field;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Forest.Importance;
import dev.tendril.forest.tree.Forest.LogEntry;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.SelectionLog;
import dev.tendril.learn.Task;
import dev.tendril.learn.TuningLog;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.TreeMap;

/// The report of a model in plain text.
final class Description {
  private static final int BAR = 16;
  private static final int LOG_LINES = 12;
  private static final int TREE_LINES = 64;
  private static final int MAX_IMPORTANCES = 20;

  private final ForestModel model;
  private final Forest forest;
  private final StringBuilder text = new StringBuilder();

  private Description(ForestModel model) {
    this.model = model;
    this.forest = model.forest();
  }

  static String of(ForestModel model) {
    Description description = new Description(model);
    description.head();
    description.features();
    description.importances();
    description.trees();
    description.log();
    description.history();
    description.firstTree();
    return description.text.toString();
  }

  private void line(String key, Object value) {
    text.append(key).append(": ").append(value).append('\n');
  }

  private void head() {
    line("Model", model.name());
    line("Task", model.task().name());
    String label = model.task().label();
    if (label != null) {
      line("Label", label);
    }
    switch (model.task()) {
      case Task.Classification _ -> line("Classes", String.join(", ", model.classes()));
      case Task.Ranking(_, String group) -> line("Group", group);
      case Task.CategoricalUplift(_, String treatment) -> line("Treatment", treatment);
      case Task.NumericalUplift(_, String treatment) -> line("Treatment", treatment);
      case Task.Regression _, Task.AnomalyDetection _, Task.Survival _ -> {}
    }
    switch (forest.combination()) {
      case Combination.Mean(boolean winnerTakeAll) -> line("Winner takes all", winnerTakeAll);
      case Combination.Sum sum -> {
        line("Loss", sum.loss().name().toLowerCase(Locale.ROOT));
        line("Trees per iteration", sum.outputs());
      }
      case Combination.Isolation(long examples) -> line("Rows per tree", examples);
    }
    String weights = model.provenance().inputs().get("weights");
    if (weights != null) {
      line("Weights", weights);
    }
    line("Written by", writer(model.provenance().tendril()));
    line("Training rows", model.provenance().rows());
  }

  private void features() {
    text.append("\nFeatures (").append(forest.features().size()).append("):\n");
    int width = model.features().stream().mapToInt(String::length).max().orElse(0);
    for (int feature : forest.features()) {
      Field field = forest.schema().field(feature);
      text.append("  ").append(padded(field.name(), width)).append("  ");
      text.append(field.semantic().name().toLowerCase(Locale.ROOT));
      switch (field.details()) {
        case Field.Categorical categorical ->
            text.append(", ").append(categorical.vocabulary().size() - 1).append(" values");
        case Field.CategoricalSet set ->
            text.append(", ").append(set.vocabulary().size() - 1).append(" items");
        case Field.Discretized bins ->
            text.append(", ").append(bins.boundaries().length + 1).append(" bins");
        case Field.VectorSequence vectors -> text.append(", length ").append(vectors.length());
        case Field.Numerical _, Field.Bool _, Field.Text _, Field.Hash _ -> {}
      }
      if (field.missing() > 0) {
        text.append(", ").append(field.missing()).append(" missing");
      }
      text.append('\n');
    }
  }

  private static String padded(String name, int width) {
    return name + " ".repeat(Math.max(0, width - name.length()));
  }

  private void importances() {
    model
        .variableImportances()
        .forEach(
            (name, list) -> {
              text.append("\nVariable importance ").append(name).append(":\n");
              importances(list);
            });
  }

  private void importances(List<Importance> list) {
    List<Importance> shown = list.subList(0, Math.min(MAX_IMPORTANCES, list.size()));
    int width = shown.stream().mapToInt(at -> name(at).length()).max().orElse(0);
    double most = list.stream().mapToDouble(Importance::importance).max().orElse(0);
    double least = Math.min(0, list.stream().mapToDouble(Importance::importance).min().orElse(0));
    for (int i = 0; i < shown.size(); i++) {
      Importance importance = shown.get(i);
      double share = most > least ? (importance.importance() - least) / (most - least) : 0;
      text.append(String.format(Locale.ROOT, "  %2d. ", i + 1));
      text.append(padded(name(importance), width));
      text.append(String.format(Locale.ROOT, " %14.6f ", importance.importance()));
      text.append("#".repeat((int) Math.clamp(Math.round(share * BAR), 0L, (long) BAR)));
      text.append('\n');
    }
    if (list.size() > shown.size()) {
      text.append("  ... ").append(list.size() - shown.size()).append(" more\n");
    }
  }

  private String name(Importance importance) {
    return forest.schema().field(importance.attribute()).name();
  }

  private void trees() {
    LongSummaryStatistics nodes = new LongSummaryStatistics();
    LongSummaryStatistics depths = new LongSummaryStatistics();
    LongSummaryStatistics examples = new LongSummaryStatistics();
    Map<String, Long> kinds = new TreeMap<>();
    for (Tree tree : model.trees()) {
      nodes.accept(tree.nodes());
      tree.forEach(
          (node, depth) -> {
            switch (node) {
              case Node.Leaf leaf -> {
                depths.accept(depth);
                examples.accept(leaf.examples());
              }
              case Node.Split split ->
                  kinds.merge(split.condition().getClass().getSimpleName(), 1L, Long::sum);
            }
          });
    }
    text.append('\n');
    line("Trees", model.trees().size());
    line("Nodes", nodes.getSum());
    if (model.trees().isEmpty()) {
      return;
    }
    summary("Nodes per tree", nodes);
    summary("Depth of leaves", depths);
    if (examples.getMax() > 0) {
      summary("Rows per leaf", examples);
    }
    kinds.forEach((kind, count) -> line("Conditions " + kind, count));
  }

  private void summary(String what, LongSummaryStatistics of) {
    line(
        what,
        String.format(
            Locale.ROOT, "mean %.2f, min %d, max %d", of.getAverage(), of.getMin(), of.getMax()));
  }

  private void log() {
    List<LogEntry> log = forest.log();
    if (log.isEmpty()) {
      return;
    }
    boolean bagged = forest.combination() instanceof Combination.Mean;
    text.append("\nTraining:\n");
    int lines = Math.min(LOG_LINES, log.size());
    for (int i = 0; i < lines; i++) {
      int at = lines == 1 ? 0 : (int) ((long) i * (log.size() - 1) / (lines - 1));
      LogEntry entry = log.get(at);
      text.append("  trees ").append(entry.trees());
      figure("training loss", entry.trainingLoss());
      figure(bagged ? "out-of-bag loss" : "validation loss", entry.validationLoss());
      figure("metric", entry.metric());
      text.append('\n');
    }
  }

  private void history() {
    TuningLog tuning = model.history().tuning();
    if (tuning != null) {
      text.append("\nHow its hyper-parameters were found:\n").append(tuning.toText());
    }
    SelectionLog selection = model.history().selection();
    if (selection != null) {
      text.append("\nHow its features were found:\n").append(selection.toText());
    }
  }

  /// A bare number is a version of ours.
  private static String writer(String software) {
    return !software.isEmpty() && Character.isDigit(software.charAt(0))
        ? "Tendril " + software
        : software;
  }

  private void figure(String name, float value) {
    if (!Float.isNaN(value)) {
      text.append("  ").append(name).append(' ').append(TreeText.number(value));
    }
  }

  private void firstTree() {
    if (!model.trees().isEmpty()) {
      text.append("\nFirst tree:\n");
      text.append(TreeText.of(forest, model.trees().getFirst(), TREE_LINES));
    }
  }
}
