package dev.tendril.core.kernel;

import static dev.tendril.core.kernel.Runs.all;
import static dev.tendril.core.kernel.Runs.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds for tensors of any shape: ways that must come to the same.
class IdentitiesTest {
  private static Shape shape(Random random, int rank) {
    return Shape.of(random.ints(rank, 0, 5).toArray());
  }

  private static Tensor random(Random random, Shape shape) {
    return Tensor.of(
        new TensorType(DType.I8, shape), random.doubles(shape.size(), -128, 127).toArray());
  }

  private static void assertSame(Tensor a, Tensor b, long seed) {
    assertEquals(a.type(), b.type(), "seed " + seed);
    assertArrayEquals(a.toDoubleArray(), b.toDoubleArray(), "seed " + seed);
  }

  private static List<Integer> fill(int rank, int value) {
    return Collections.nCopies(rank, value);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void agree(long seed) {
    Random random = new Random(seed);
    int rank = 1 + random.nextInt(4);
    Shape whole = shape(random, rank);
    Tensor x = random(random, whole);

    int[] part = whole.dims();
    for (int i = 0; i < rank; i++) {
      part[i] = random.nextBoolean() ? 1 : part[i];
    }
    Tensor small = random(random, Shape.of(part));
    Pointwise sub = new Pointwise.Binary(BinaryKind.SUB);
    assertSame(run(sub, x, small), run(sub, x, run(new Move.Broadcast(whole), small)), seed);

    List<Integer> axes = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    Collections.shuffle(axes, random);
    List<Integer> back = IntStream.range(0, rank).mapToObj(axes::indexOf).toList();
    Tensor turned = run(new Move.Transpose(axes), x);
    assertSame(x, run(new Move.Transpose(back), turned), seed);

    int axis = random.nextInt(rank);
    Tensor twice = run(new Move.Concat(axis), x, x);
    List<Integer> repeats = new ArrayList<>(fill(rank, 1));
    repeats.set(axis, 2);
    assertSame(twice, run(new Move.Tile(repeats), x), seed);
    List<Integer> begin = new ArrayList<>(fill(rank, 0));
    begin.set(axis, whole.dim(axis));
    assertSame(
        x, run(new Move.Slice(begin, fill(rank, Move.Slice.END), fill(rank, 1)), twice), seed);

    Tensor reversed = run(new Move.Reverse(List.of(axis)), x);
    int[] places = IntStream.range(0, whole.dim(axis)).map(i -> whole.dim(axis) - 1 - i).toArray();
    assertSame(reversed, run(new Index.Gather(axis, 0), x, Tensor.vector(places)), seed);
    assertSame(
        run(new Reduce.Cumulative(Reduce.Kind.SUM, axis, true, true), x),
        run(
            new Move.Reverse(List.of(axis)),
            run(new Reduce.Cumulative(Reduce.Kind.SUM, axis, true, false), reversed)),
        seed);
    assertSame(
        run(new Reduce.Reduction(Reduce.Kind.MAX, List.of(axis), false), x),
        run(
            new Reduce.Reduction(Reduce.Kind.MAX, List.of(axes.indexOf(axis)), false),
            run(new Move.Transpose(List.copyOf(axes)), x)),
        seed,
        axes,
        axis);

    List<Tensor> sorted = all(new Index.Sort(axis, false), x);
    Tensor again = all(new Index.Sort(axis, true), reversed).getFirst();
    assertSame(sorted.getFirst(), run(new Move.Reverse(List.of(axis)), again), seed);

    Tensor found = run(new Index.NonZero(), x);
    Tensor zeros = Tensor.zeros(x.type());
    Tensor values = run(new Index.GatherNd(0), x, found);
    assertSame(
        x, run(new Index.ScatterNd(Index.ScatterNd.Combine.ADD), zeros, found, values), seed);
  }

  /// Apart from the order of axes that are left.
  private static void assertSame(Tensor a, Tensor b, long seed, List<Integer> axes, int gone) {
    List<Integer> left = axes.stream().filter(axis -> axis != gone).toList();
    List<Integer> sorted = left.stream().sorted().toList();
    assertSame(a, run(new Move.Transpose(sorted.stream().map(left::indexOf).toList()), b), seed);
  }
}
