package dev.tendril.forest.analysis;

import dev.tendril.data.Frame;
import dev.tendril.forest.ForestModel;
import dev.tendril.learn.FeatureShuffling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The importances that [FeatureShuffling] measures, with their intervals, ranked.
public final class PermutationImportances {
  private PermutationImportances() {}

  /// @param frame with the features, the label, and what else the task needs
  /// @param repeats how often each feature is shuffled, at least 1
  /// @return the importances by the name of the measure, the main one first; the same for any
  ///     number of threads
  /// @throws dev.tendril.data.DataException when a column is missing or a row has no label
  public static Map<String, List<MeasuredImportance>> of(
      ForestModel model, Frame frame, int repeats, long seed) {
    Map<String, List<MeasuredImportance>> all = new LinkedHashMap<>();
    FeatureShuffling.losses(model, frame, repeats, seed)
        .forEach(
            (measure, losses) -> {
              List<MeasuredImportance> list = new ArrayList<>();
              for (int feature = 0; feature < losses.length; feature++) {
                list.add(MeasuredImportance.of(model.features().get(feature), losses[feature]));
              }
              all.put(measure, MeasuredImportance.ranked(list));
            });
    return all;
  }
}
