package dev.tendril.core.kernel;

import dev.tendril.core.Tensor;
import java.util.List;

/// Sums products of elements of two operands and makes an element of the result of each sum: what
/// all contractions share, while they differ in which elements meet.
///
/// Use for one element: [#add] any number of times, then [#finish].
sealed interface Accumulator permits RealAccumulator, IntegerAccumulator {
  /// Adds `Σ x[x + i · xStep] · w[w + i · wStep]` for `i` from 0 to `count`, exclusively.
  void add(int x, int xStep, int w, int wStep, int count);

  /// Makes an element of the result of the sum, and begins a new sum.
  ///
  /// @param channel of the bias and of the weights' scales
  void finish(long index, int channel);

  /// The one for these element types.
  ///
  /// @param operands two factors and maybe a bias
  static Accumulator of(Product product, List<Tensor> operands, Tensor result) {
    return operands.getFirst().dtype().isFloat()
        ? new RealAccumulator(product, operands, result)
        : new IntegerAccumulator(product, operands, result);
  }
}
