package dev.tendril.cli;

import dev.tendril.data.Frame;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.MultitaskModel;
import dev.tendril.learn.Evaluation;
import dev.tendril.learn.History;
import dev.tendril.learn.Learner;
import dev.tendril.learn.Model;
import dev.tendril.learn.SelectionLog;
import dev.tendril.learn.TuningLog;
import dev.tendril.learn.VariableImportance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What a training run tells: lines for people as it goes, or one JSON object for programs at its
/// end.
final class TrainReport {
  private final Console console;
  private final boolean json;
  private final boolean silent;
  private final ObjectNode object = Json.object();

  TrainReport(Console console, boolean json, boolean quiet) {
    this.console = console;
    this.json = json;
    this.silent = json || quiet;
  }

  /// What is about to be trained.
  ///
  /// @param name the learner's name on the command line
  void before(String data, Frame frame, String task, String name, Learner<?> learner) {
    DataSummary summary = DataSummary.of(frame);
    String label = learner.task().label();
    summary.write(object.putObject("data").put("source", data));
    object.put("task", learner.task().name());
    object.put("label", label);
    object.put("learner", name);
    ObjectNode values = object.putObject("hyperparameters");
    learner.hyperparameters().values().forEach(values::put);
    if (!silent) {
      console.line("data:     " + data);
      console.line("          " + summary.text());
      console.line("task:     " + task);
      console.line("learner:  " + name);
      console.out().flush();
    }
  }

  /// An evaluation of the trained model.
  ///
  /// @param key in JSON
  /// @param title on the screen
  record Measured(String key, String title, Evaluation evaluation) {}

  /// What became of it.
  ///
  /// @param measurements on rows that the user gave
  /// @param saved where the model is; null when it was not saved
  void after(Model model, Duration time, List<Measured> measurements, @Nullable Path saved) {
    ObjectNode figures = object.putObject("model");
    model.statistics().forEach((name, value) -> figures.put(name, value.longValue()));
    if (model instanceof MultitaskModel several) {
      ObjectNode each = object.putObject("self_evaluations");
      for (ForestModel one : several.models()) {
        String own = one.selfEvaluation();
        if (own != null) {
          each.set(String.valueOf(one.task().label()), Json.parse(own));
        }
      }
    }
    object.put("seconds", time.toMillis() / 1e3);
    String measured = model.selfEvaluation();
    if (measured != null) {
      object.set("self_evaluation", Json.parse(measured));
    }
    for (Measured one : measurements) {
      object.set(one.key(), Json.parse(one.evaluation().toJson()));
    }
    Json.history(object, model.history());
    Json.importances(object.putObject("importances"), model.importances());
    object.put("saved", saved == null ? null : saved.toString());
    if (json) {
      console.line(object.toPrettyString());
    }
    if (!silent) {
      print(model, time, measurements, saved);
    }
  }

  private void print(
      Model model, Duration time, List<Measured> measurements, @Nullable Path saved) {
    History history = model.history();
    TuningLog tuning = history.tuning();
    if (tuning != null) {
      log(tuning.toText());
    }
    SelectionLog selection = history.selection();
    if (selection != null) {
      log(selection.toText());
    }
    console.line("trained:  " + shape(model) + " in " + Words.seconds(time));
    String measured = model.selfEvaluation();
    if (measured != null) {
      quality(selfEvaluated(model), Quality.of(Json.parse(measured)));
    }
    if (model instanceof MultitaskModel several) {
      for (ForestModel one : several.models()) {
        String own = one.selfEvaluation();
        if (own != null) {
          quality(one.task().label() + ", " + selfEvaluated(one), Quality.of(Json.parse(own)));
        }
      }
    }
    for (Measured one : measurements) {
      quality(one.title(), Quality.of(one.evaluation()));
    }
    Map<String, List<VariableImportance>> importances = model.importances();
    String measure = Bars.measure(importances);
    if (measure != null) {
      console.line("");
      console.line("variable importance (" + measure + ")");
      Bars.print(console, importances.getOrDefault(measure, List.of()));
    }
    console.line("");
    if (saved == null) {
      console.line("The model was not saved; --out MODEL saves it in a folder.");
    } else {
      console.line("The model is saved in " + saved + ". What to do with it:");
      console.line("  tendril predict " + saved + " DATA --out predictions.csv");
      console.line("  tendril evaluate " + saved + " DATA");
      console.line("  tendril show " + saved);
    }
  }

  private void log(String text) {
    console.line("");
    console.out().print(text);
    console.line("");
  }

  private void quality(String title, Quality quality) {
    console.line("");
    console.line(title + " (" + Words.count(quality.rows(), "row") + ")");
    quality.print(console);
  }

  private static String shape(Model model) {
    Map<String, Double> figures = model.statistics();
    if (!figures.containsKey("trees")) {
      return model.name();
    }
    return Words.count(figures.getOrDefault("trees", 0.0).longValue(), "tree")
        + ", "
        + Words.count(figures.getOrDefault("nodes", 0.0).longValue(), "node")
        + ", "
        + Words.count(model.features().size(), "feature");
  }

  private static String selfEvaluated(Model model) {
    return model.provenance().learner().equals("random_forest")
        ? "out-of-bag evaluation"
        : "evaluation on rows held out of training";
  }
}
