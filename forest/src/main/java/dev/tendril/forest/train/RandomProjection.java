package dev.tendril.forest.train;

import dev.tendril.forest.options.IsolationForestParameters;
import dev.tendril.forest.tree.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A random weighted sum of a few numerical columns, as [ProjectionDraw] draws it, cut at a random
/// place between its smallest and its largest value in a node. A sum of one column is that column.
///
/// The sum is made in 32-bit floats in column order, as predictions make it.
final class RandomProjection implements IsolationColumn {
  private final List<NumberReader> numbers;
  private final ProjectionDraw draw;

  RandomProjection(List<NumberReader> numbers, IsolationForestParameters parameters) {
    this.numbers = numbers;
    this.draw =
        new ProjectionDraw(
            parameters,
            numbers.stream().map(reader -> reader.column().values()).toList(),
            new int[numbers.size()]);
  }

  @Override
  public @Nullable Test test(int[] rows, int from, int to, SplitMix random, byte[] side) {
    ProjectionDraw.Sum sum = draw.draw(random);
    float[] weights = sum.weights();
    if (weights.length == 1) {
      return new IsolationNumbers(numbers.get(sum.attributes()[0]))
          .test(rows, from, to, random, side);
    }
    int[] columns = new int[weights.length];
    float[] replacements = new float[weights.length];
    float[] sums = new float[to - from];
    float[] values = new float[to - from];
    float usual = 0;
    for (int k = 0; k < weights.length; k++) {
      NumberReader reader = numbers.get(sum.attributes()[k]);
      columns[k] = reader.index();
      replacements[k] = reader.read(rows, from, to, random, values);
      usual += replacements[k] * weights[k];
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values[i] * weights[k];
      }
    }
    float threshold = IsolationNumbers.cut(sums, random);
    if (Float.isNaN(threshold)) {
      return null;
    }
    IsolationNumbers.mark(sums, threshold, rows, from, side);
    return new Test(
        new Condition.Oblique(columns, weights, threshold, replacements), usual >= threshold);
  }
}
