package dev.tendril.forest.analysis;

import dev.tendril.data.Frame;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.analysis.Dependence.Point;
import dev.tendril.forest.analysis.Neighbors.Neighbor;
import dev.tendril.learn.Predictions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Explains single rows of a table beside its other rows.
final class RowExplainer {
  private static final int NEAREST = 5;

  private final ForestModel model;
  private final Frame frame;
  private final int[] candidates;
  private final TreeShap shap;
  private final DependencePlots plots;
  private final Neighbors neighbors;

  /// @param candidates the rows among which neighbors are looked for
  /// @param plots give the values that features are varied over
  RowExplainer(
      ForestModel model, Frame frame, int[] candidates, TreeShap shap, DependencePlots plots) {
    this.model = model;
    this.frame = frame.conform(model.schema(), model.features());
    this.candidates = candidates;
    this.shap = shap;
    this.plots = plots;
    this.neighbors = new Neighbors(model, this.frame.rows(candidates));
  }

  RowExplanation explain(int row) {
    Frame alone = frame.rows(new int[] {row});
    Predictions predictions = model.predict(alone);
    double[] prediction = new double[predictions.values().length];
    for (int i = 0; i < prediction.length; i++) {
      prediction[i] = predictions.values()[i];
    }
    Map<String, List<Point>> responses = new LinkedHashMap<>();
    for (String feature : model.features()) {
      if (plots.plots(feature)) {
        responses.put(feature, plots.response(alone, feature));
      }
    }
    int[] leaves = model.leaves(alone)[0];
    List<Neighbor> nearest =
        neighbors.nearest(leaves, NEAREST + 1).stream()
            .map(this::ofTable)
            .filter(neighbor -> neighbor.row() != row)
            .limit(NEAREST)
            .toList();
    String label = model.classes().isEmpty() ? null : predictions.label(0);
    Neighbor other = label == null ? null : counterfactual(leaves, label);
    Map<Integer, Map<String, String>> neighborValues = new LinkedHashMap<>();
    nearest.forEach(neighbor -> neighborValues.put(neighbor.row(), values(neighbor.row())));
    if (other != null) {
      neighborValues.put(other.row(), values(other.row()));
    }
    return new RowExplanation(
        row,
        label,
        prediction,
        values(row),
        shap.explain(alone),
        responses,
        nearest,
        other,
        neighborValues);
  }

  private @Nullable Neighbor counterfactual(int[] leaves, String label) {
    Neighbor found = neighbors.counterfactual(leaves, label);
    return found == null ? null : ofTable(found);
  }

  /// A candidate as a row of the table.
  private Neighbor ofTable(Neighbor candidate) {
    return new Neighbor(candidates[candidate.row()], candidate.distance());
  }

  private Map<String, String> values(int row) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String feature : model.features()) {
      if (plots.plots(feature)) {
        values.put(feature, FeatureValues.shown(frame.column(feature), row));
      }
    }
    return values;
  }
}
