package dev.tendril.benchmarks;

import dev.tendril.core.graph.Graph;
import java.nio.file.Path;
import java.util.ServiceLoader;

/// A library that multiplies matrices or runs networks, on the processor. Implementations are found
/// by [ServiceLoader].
public interface GraphContestant {
  /// The name on the command line.
  String name();

  /// The library and its version.
  String version();

  /// Loads the library; called once, before anything else.
  void start(int threads) throws Exception;

  /// Prepares the product of two square matrices of 32-bit floats, in memory of the library's own;
  /// the right one stays the same in all runs.
  ///
  /// @param n rows and columns
  /// @throws UnsupportedOperationException when the library does not offer it
  default Product product(int n, float[] left, float[] right) throws Exception {
    throw new UnsupportedOperationException(name() + " does not multiply matrices");
  }

  /// Prepares a network of one input and one output, such as those of [Nets].
  ///
  /// @throws UnsupportedOperationException when the library does not offer it
  default Net net(Graph graph) throws Exception {
    throw new UnsupportedOperationException(name() + " does not run networks");
  }

  /// Loads a model of TensorFlow Lite of one input; of its outputs the first one counts.
  ///
  /// @throws UnsupportedOperationException when the library does not offer it
  default Model model(Path file) throws Exception {
    throw new UnsupportedOperationException(name() + " does not run models");
  }

  /// A product that is ready.
  interface Product {
    void run() throws Exception;

    /// The result of the last run, row by row.
    float[] result() throws Exception;
  }

  /// A model that is ready.
  interface Model {
    /// From the bytes of the input to those of the first output, copies included.
    void run(byte[] input, byte[] output) throws Exception;
  }

  /// A network that is ready. A call goes from an array of Java's to an array of Java's, copies
  /// included, as a caller pays for them.
  interface Net {
    void run(float[] input, float[] output) throws Exception;

    /// The input in the order of axes that the library wants, which takes part in no timing.
    ///
    /// @param input in the order of the graph: rows, columns, channels
    default float[] arrange(float[] input) {
      return input;
    }
  }

  /// @throws IllegalArgumentException when there is none; the message names those there are
  static GraphContestant named(String name) {
    StringBuilder known = new StringBuilder();
    for (GraphContestant contestant : ServiceLoader.load(GraphContestant.class)) {
      if (contestant.name().equals(name)) {
        return contestant;
      }
      known.append(' ').append(contestant.name());
    }
    throw new IllegalArgumentException(
        "no contestant \"" + name + "\": there are" + known + " (more with -Ppeers)");
  }
}
