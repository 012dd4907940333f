package dev.tendril.forest.analysis;

import dev.tendril.data.Frame;
import dev.tendril.forest.ForestModel;
import dev.tendril.learn.Evaluation;
import dev.tendril.learn.Metric;
import dev.tendril.learn.VariableImportance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// What a forest makes of the features, shown on the rows of a table: how much each matters, in
/// which direction it moves predictions, and why single rows are predicted as they are.
///
/// ```java
/// Analysis analysis = Analysis.of(model, frame, options -> options.explained = List.of(0));
/// System.out.println(analysis.toText());
/// ```
///
/// Large tables are sampled; [#notes] says so. The same table and seed give the same analysis for
/// any number of threads. Immutable.
public final class Analysis {
  /// The measure of [ShapValues#importances].
  public static final String SHAP_VALUE = "SHAP_VALUE";

  /// Additions that Shapley values may cost, some ten seconds.
  private static final long MOST_WORK = 4_000_000_000L;

  private static final int FEWEST_ROWS = 20;

  private final ForestModel model;
  private final int rows;
  private final Map<String, List<MeasuredImportance>> importances;
  private final List<Metric> quality;
  private final Frame sample;
  private final ShapValues shap;
  private final List<Dependence> dependences;
  private final List<RowExplanation> explanations;
  private final List<String> notes = new ArrayList<>();

  private Analysis(ForestModel model, Frame frame, AnalysisOptions options) {
    this.model = model;
    this.rows = frame.rows();
    this.importances = new LinkedHashMap<>();
    this.quality = shuffle(frame, options);
    Frame plotted = sampled(frame, options.maxRows, options.seed, "plots");
    TreeShap explainer = TreeShap.of(model);
    int affordable =
        (int) Math.min(rows, Math.max(FEWEST_ROWS, MOST_WORK / (1 + explainer.workPerRow())));
    this.sample =
        sampled(frame, Math.min(options.maxRows, affordable), options.seed, "Shapley values");
    this.shap = explainer.explain(sample);
    List<VariableImportance> ranked = shap.importances();
    importances.put(
        SHAP_VALUE,
        ranked.stream()
            .map(
                one ->
                    new MeasuredImportance(
                        one.feature(), one.importance(), one.importance(), one.importance()))
            .toList());
    DependencePlots plots = new DependencePlots(model, plotted);
    this.dependences = plot(plots, ranked, options.maxPlots);
    List<RowExplanation> explained = new ArrayList<>();
    if (!options.explained.isEmpty()) {
      int[] candidates = Sampling.rows(rows, options.maxShuffledRows, options.seed);
      if (candidates.length < rows) {
        notes.add("neighbors are looked for among " + candidates.length + " of " + rows + " rows");
      }
      RowExplainer one = new RowExplainer(model, frame, candidates, explainer, plots);
      options.explained.forEach(row -> explained.add(one.explain(row)));
    }
    this.explanations = List.copyOf(explained);
  }

  /// Analyzes with default options.
  ///
  /// @throws dev.tendril.data.DataException when features are missing from the table, naming all,
  ///     when it has no rows, or when a row lacks a label that others have
  public static Analysis of(ForestModel model, Frame frame) {
    return of(model, frame, _ -> {});
  }

  /// Analyzes a model on the rows of a table. Where the table has the label, importances tell also
  /// how much worse the model gets without a feature, and plots show what was observed.
  ///
  /// @param configure sets [AnalysisOptions]
  public static Analysis of(ForestModel model, Frame frame, Consumer<AnalysisOptions> configure) {
    AnalysisOptions options = new AnalysisOptions();
    configure.accept(options);
    options.validate(frame.rows());
    if (frame.rows() == 0) {
      throw new dev.tendril.data.DataException(
          "cannot analyze a model on a table without rows: expected rows like those that it was"
              + " trained on");
    }
    return new Analysis(model, frame, options);
  }

  private Frame sampled(Frame frame, int most, long seed, String what) {
    if (frame.rows() <= most) {
      return frame;
    }
    notes.add(
        what
            + " are computed on "
            + most
            + " of "
            + frame.rows()
            + " rows, drawn with seed "
            + seed);
    return frame.rows(Sampling.rows(frame.rows(), most, seed));
  }

  private List<Metric> shuffle(Frame frame, AnalysisOptions options) {
    String label = model.task().label();
    if (label == null || !frame.schema().contains(label)) {
      notes.add("without the label there are no importances by shuffling");
      return List.of();
    }
    Frame truth = sampled(frame, options.maxShuffledRows, options.seed, "importances by shuffling");
    importances.putAll(PermutationImportances.of(model, truth, options.repeats, options.seed));
    return Evaluation.of(model, truth, evaluation -> evaluation.resamples = 0).list();
  }

  private List<Dependence> plot(DependencePlots plots, List<VariableImportance> ranked, int most) {
    List<Dependence> drawn = new ArrayList<>();
    List<String> without = new ArrayList<>();
    int left = 0;
    for (VariableImportance one : ranked) {
      if (!plots.plots(one.feature())) {
        without.add(one.feature());
      } else if (drawn.size() < most) {
        drawn.add(plots.of(one.feature()));
      } else {
        left++;
      }
    }
    if (!without.isEmpty()) {
      notes.add("sets and vectors have no plots: " + String.join(", ", without));
    }
    if (left > 0) {
      notes.add("the " + most + " most important features have plots, " + left + " others none");
    }
    return List.copyOf(drawn);
  }

  public ForestModel model() {
    return model;
  }

  /// The number of rows of the table.
  public int rows() {
    return rows;
  }

  /// Importances by the name of their measure: those of [PermutationImportances], the main one
  /// first, where the label is known, and [#SHAP_VALUE]. The most important feature comes first.
  public Map<String, List<MeasuredImportance>> importances() {
    return java.util.Collections.unmodifiableMap(importances);
  }

  /// How good the model is on the rows on which features were shuffled; empty without the label.
  public List<Metric> quality() {
    return quality;
  }

  /// The rows that [#shap] explains.
  public Frame sample() {
    return sample;
  }

  /// The Shapley values of the [#sample].
  public ShapValues shap() {
    return shap;
  }

  /// How predictions depend on single features, the most important by Shapley values first.
  public List<Dependence> dependences() {
    return dependences;
  }

  /// The explanations of the rows that were asked for.
  public List<RowExplanation> explanations() {
    return explanations;
  }

  /// What was left out or sampled, a sentence each.
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /// A report of at most 100 columns.
  public String toText() {
    return AnalysisText.of(this);
  }

  /// The analysis as a JSON object:
  ///
  /// - `model`, `task`, `label`, `rows`, `notes`
  /// - `quality`: by name of the metric its value
  /// - `importances`: by name of the measure an array of `feature`, `importance`, `low`, `high`
  /// - `shap`: `rows`, `unit`, `bias` by output, and `mean_magnitude` by output and feature
  /// - `dependences`: an array of `feature`, `semantic`, `outputs`, `points` (`value`, `label`,
  /// `prediction`), `bins` (these with `rows` and `observed`) and `histogram`
  /// - `explanations`: an array of `row`, `label`, `prediction`, `values`, `shap` by output and
  /// feature, `responses` by feature, `nearest` and `counterfactual` (`row`, `distance`)
  ///
  /// Rows count from 0. What is not a finite number is null.
  public String toJson() {
    return AnalysisJson.of(this);
  }

  @Override
  public String toString() {
    return toText();
  }

  /// The names of predicted values: the classes, or the label.
  public List<String> outputs() {
    if (!model.classes().isEmpty()) {
      return model.classes();
    }
    String label = model.task().label();
    return List.of(label == null ? "score" : label);
  }
}
