package dev.tendril.forest;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a model says of one row.
///
/// @param label the most probable class; null for tasks other than classification
/// @param value the predicted value, or the probability of the label
/// @param probabilities by class, in the model's order; empty for tasks other than classification
public record Prediction(@Nullable String label, float value, Map<String, Float> probabilities) {
  static Prediction of(List<String> classes, float[] values) {
    if (classes.isEmpty()) {
      return new Prediction(null, values[0], Map.of());
    }
    Map<String, Float> probabilities = new LinkedHashMap<>();
    int best = 0;
    for (int i = 0; i < values.length; i++) {
      probabilities.put(classes.get(i), values[i]);
      best = values[i] > values[best] ? i : best;
    }
    return new Prediction(
        classes.get(best), values[best], Collections.unmodifiableMap(probabilities));
  }
}
