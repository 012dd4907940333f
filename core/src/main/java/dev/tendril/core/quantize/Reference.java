package dev.tendril.core.quantize;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.run.Function;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a graph of floats says of samples, for others to be held against.
final class Reference {
  private final List<String> names;
  private final List<List<Tensor>> samples;
  private final int @Nullable [] labels;
  private final List<float[][]> answers = new ArrayList<>();

  /// @param labels the class of each sample, or null
  Reference(Graph graph, List<List<Tensor>> samples, int @Nullable [] labels) {
    if (labels != null && labels.length != samples.size()) {
      throw new TensorException(
          labels.length + " labels for " + samples.size() + " samples; expected one for each");
    }
    this.names = graph.outputNames();
    this.samples = samples;
    this.labels = labels;
    Function function = Function.of(graph);
    samples.forEach(sample -> answers.add(answer(function, sample)));
  }

  private static float[][] answer(Function function, List<Tensor> operands) {
    List<Tensor> results = function.callAll(operands);
    float[][] values = new float[results.size()][];
    for (int i = 0; i < values.length; i++) {
      try (Tensor result = results.get(i)) {
        values[i] = Ends.reals(result);
      }
    }
    return values;
  }

  /// The same samples without labels, the first so many of them.
  Reference first(Graph graph, int count) {
    return new Reference(graph, samples.subList(0, Math.min(count, samples.size())), null);
  }

  /// How far a graph's answers are off.
  Comparison.Outcome compare(Graph graph) {
    Function function = Function.of(graph);
    double[] squares = new double[names.size()];
    double[] sums = new double[names.size()];
    double[] greatest = new double[names.size()];
    double[] least = new double[names.size()];
    double[] most = new double[names.size()];
    long[] counts = new long[names.size()];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    Arrays.fill(most, Double.NEGATIVE_INFINITY);
    ClassCounts before = new ClassCounts();
    ClassCounts after = new ClassCounts();
    for (int s = 0; s < samples.size(); s++) {
      float[][] expected = answers.get(s);
      float[][] found = answer(function, Samples.fit(graph, samples.get(s)));
      for (int i = 0; i < expected.length; i++) {
        for (int k = 0; k < expected[i].length; k++) {
          double off = Math.abs((double) found[i][k] - expected[i][k]);
          squares[i] += off * off;
          sums[i] += off;
          greatest[i] = Math.max(greatest[i], off);
          least[i] = Math.min(least[i], expected[i][k]);
          most[i] = Math.max(most[i], expected[i][k]);
        }
        counts[i] += expected[i].length;
      }
      if (labels != null) {
        before.add(labels[s], choice(expected[0]));
        after.add(labels[s], choice(found[0]));
      }
    }
    List<Comparison.Output> outputs = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (counts[i] > 0) {
        outputs.add(
            new Comparison.Output(
                names.get(i),
                new Range(least[i], most[i]),
                sums[i] / counts[i],
                Math.sqrt(squares[i] / counts[i]),
                greatest[i]));
      }
    }
    return new Comparison.Outcome(
        outputs, labels == null ? null : before, labels == null ? null : after);
  }

  /// The class that a graph's first output says: the greatest of several numbers, the first of
  /// equals; of one, whether it is above a half.
  private static int choice(float[] scores) {
    if (scores.length == 1) {
      return scores[0] > 0.5f ? 1 : 0;
    }
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return best;
  }
}
