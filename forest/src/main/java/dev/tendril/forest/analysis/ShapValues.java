package dev.tendril.forest.analysis;

import dev.tendril.learn.VariableImportance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The Shapley values of rows, see [TreeShap]. For every row and output the values of all features
/// and the bias add up to the raw score. The values are not copied: read only.
public final class ShapValues {
  private final List<String> features;
  private final List<String> outputs;
  private final String unit;
  private final double[] bias;
  private final double[] values;

  /// @param values `[rows, outputs, features]`
  ShapValues(
      List<String> features, List<String> outputs, String unit, double[] bias, double[] values) {
    this.features = features;
    this.outputs = outputs;
    this.unit = unit;
    this.bias = bias;
    this.values = values;
  }

  public List<String> features() {
    return features;
  }

  /// The names of the raw scores that are explained.
  public List<String> outputs() {
    return outputs;
  }

  /// What a raw score is, such as `log odds`.
  public String unit() {
    return unit;
  }

  public int rows() {
    int stride = outputs.size() * features.size();
    return stride == 0 ? 0 : values.length / stride;
  }

  /// The raw score when nothing of a row is known: the mean over the training rows.
  public double bias(int output) {
    return bias[output];
  }

  /// By how much a feature moves a raw score of a row.
  public double value(int row, int output, int feature) {
    return values[(row * outputs.size() + output) * features.size() + feature];
  }

  /// The raw score of a row: the bias and the values of all features.
  public double rawScore(int row, int output) {
    double sum = bias[output];
    for (int feature = 0; feature < features.size(); feature++) {
      sum += value(row, output, feature);
    }
    return sum;
  }

  /// The mean over rows of the values' magnitude, summed over outputs; the most important first.
  public List<VariableImportance> importances() {
    List<VariableImportance> ranked = new ArrayList<>();
    for (int feature = 0; feature < features.size(); feature++) {
      double sum = 0;
      for (int output = 0; output < outputs.size(); output++) {
        sum += meanMagnitude(output, feature);
      }
      ranked.add(new VariableImportance(features.get(feature), sum));
    }
    ranked.sort(Comparator.comparingDouble(VariableImportance::importance).reversed());
    return ranked;
  }

  /// The mean over rows of the magnitude of a feature's values for one output.
  public double meanMagnitude(int output, int feature) {
    double sum = 0;
    for (int row = 0; row < rows(); row++) {
      sum += Math.abs(value(row, output, feature));
    }
    return rows() == 0 ? 0 : sum / rows();
  }
}
