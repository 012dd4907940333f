package dev.tendril.core.quantize;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Finds the ranges of a graph's values by running it on samples.
final class Calibrator {
  private Calibrator() {}

  /// What is known of a graph's values.
  ///
  /// @param ranges of float values whose numbers were all finite
  /// @param means of such values, for each index along the last axis
  record Statistics(Map<Value, Range> ranges, Map<Value, double[]> means) {
    static final Statistics NONE = new Statistics(Map.of(), Map.of());
  }

  /// Sees a value.
  private static final class Witness {
    private final Observer observer;
    private double[] sums = new double[0];
    private long count;

    Witness(Observer observer) {
      this.observer = observer;
    }

    void see(Tensor tensor) {
      float[] values = tensor.toFloatArray();
      observer.observe(values);
      Shape shape = tensor.shape();
      int channels = shape.rank() == 0 ? 1 : shape.dim(-1);
      if (sums.length == 0) {
        sums = new double[channels];
      }
      if (sums.length == channels && channels > 0) {
        for (int i = 0, c = 0; i < values.length; i++, c = c + 1 == channels ? 0 : c + 1) {
          sums[c] += values[i];
        }
        count += values.length / channels;
      }
    }

    double[] means() {
      double[] means = sums.clone();
      for (int c = 0; c < means.length; c++) {
        means[c] /= Math.max(count, 1);
      }
      return means;
    }
  }

  /// Runs a graph on samples.
  ///
  /// @throws TensorException when a sample is not what the graph takes
  static Statistics run(Graph graph, List<List<Tensor>> samples, QuantizeOptions options) {
    check(graph, samples);
    List<Value> values = Probe.floats(graph);
    Map<Value, Witness> witnesses = new HashMap<>();
    for (Value value : values) {
      Observer observer = Observer.of(options.calibration(), options.percentile());
      witnesses.put(value, new Witness(observer));
    }
    Probe probe = new Probe(graph, values);
    for (List<Tensor> sample : samples) {
      probe.run(
          sample,
          (value, tensor) -> {
            Witness witness = witnesses.get(value);
            if (witness != null) {
              witness.see(tensor);
            }
          });
    }
    Map<Value, Range> ranges = new HashMap<>();
    Map<Value, double[]> means = new HashMap<>();
    witnesses.forEach(
        (value, witness) -> {
          Range range = witness.observer.range();
          if (range != null) {
            ranges.put(value, range);
            means.put(value, witness.means());
          }
        });
    return new Statistics(ranges, means);
  }

  /// Checks samples against the inputs of a graph.
  ///
  /// @throws TensorException when there are none, or one does not fit or has a number that is not
  ///     finite
  static void check(Graph graph, List<List<Tensor>> samples) {
    if (samples.isEmpty()) {
      throw new TensorException(
          "sample data for graph "
              + graph.name()
              + ": none; expected at least one sample of "
              + graph.inputs().stream().map(i -> i.name() + " " + i.type()).toList());
    }
    for (int i = 0; i < samples.size(); i++) {
      List<Tensor> sample = samples.get(i);
      if (sample.size() != graph.inputs().size()) {
        throw new TensorException(
            "sample "
                + i
                + " for graph "
                + graph.name()
                + ": "
                + sample.size()
                + " tensors; expected "
                + graph.inputs().size());
      }
      for (int k = 0; k < sample.size(); k++) {
        check(i, graph.inputs().get(k), sample.get(k));
      }
    }
  }

  private static void check(int sample, Value.Input input, Tensor tensor) {
    TensorType type = tensor.type();
    String where = "sample " + sample + ", input " + input.name() + ": ";
    if (!input.type().admits(type)) {
      throw new TensorException(where + "a tensor of " + type + "; expected " + input.type());
    }
    if (!type.dtype().isFloat()) {
      return;
    }
    long size = type.shape().size();
    for (long i = 0; i < size; i++) {
      if (!Double.isFinite(tensor.get(i))) {
        throw new TensorException(
            where + "element " + i + " is " + tensor.get(i) + "; expected finite numbers");
      }
    }
  }
}
