package dev.tendril.core.kernel;

import static dev.tendril.core.kernel.Runs.all;
import static dev.tendril.core.kernel.Runs.assertValues;
import static dev.tendril.core.kernel.Runs.fails;
import static dev.tendril.core.kernel.Runs.quantized;
import static dev.tendril.core.kernel.Runs.run;
import static dev.tendril.core.kernel.Runs.tensor;
import static dev.tendril.core.kernel.Runs.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Index.ScatterNd.Combine;
import java.util.List;
import org.junit.jupiter.api.Test;

class IndexKernelsTest {
  private static final double NAN = Double.NaN;
  private static final Tensor X = tensor(DType.F32, Shape.of(2, 3), 1, 2, 3, 4, 5, 6);

  private static Tensor indices(Shape shape, double... values) {
    return tensor(DType.I64, shape, values);
  }

  @Test
  void gathers() {
    Tensor places = indices(Shape.of(2, 2), 2, 0, 1, 1);
    Tensor y = run(new Index.Gather(1, 0), X, places);
    assertEquals(Shape.of(2, 2, 2), y.shape());
    assertValues(y, 3, 1, 2, 2, 6, 4, 5, 5);
    assertValues(run(new Index.Gather(1, 1), X, places), 3, 1, 5, 5);
    assertValues(run(new Index.Gather(0, 0), X, Tensor.scalar(1)), 4, 5, 6);
    Tensor cube = tensor(DType.I8, Shape.of(2, 1, 3), 1, 2, 3, 4, 5, 6);
    assertValues(run(new Index.Gather(-1, 1), cube, places), 3, 1, 5, 5);
    assertEquals(Shape.of(2, 0), run(new Index.Gather(1, 0), X, indices(Shape.of(0))).shape());
    fails(
        "gather of f32[2,3], i64[1]: index 3 along axis 1 of extent 3",
        new Index.Gather(1, 0),
        X,
        indices(Shape.of(1), 3));
    fails(
        "gather of f32[2,3], i64[1]: index -1 along axis 1 of extent 3",
        new Index.Gather(1, 0),
        X,
        indices(Shape.of(1), -1));
    fails(
        "gather of f32[2,3], f32[1]: operand 2 is f32; expected indices of i32 or i64",
        new Index.Gather(1, 0),
        X,
        vector(DType.F32, 0));
  }

  @Test
  void gathersTuples() {
    assertValues(run(new Index.GatherNd(0), X, indices(Shape.of(2, 2), 1, 0, 0, 2)), 4, 3);
    assertValues(run(new Index.GatherNd(0), X, indices(Shape.of(1, 1), 1)), 4, 5, 6);
    assertValues(run(new Index.GatherNd(1), X, indices(Shape.of(2, 1), 1, 2)), 2, 6);
    assertValues(run(new Index.GatherNd(0), X, indices(Shape.of(0))), 1, 2, 3, 4, 5, 6);
    fails(
        "gather_nd of f32[2,3], i64[3]: index tuples of length 3; expected 0 to 2",
        new Index.GatherNd(0),
        X,
        indices(Shape.of(3), 0, 0, 0));
    fails(
        "gather_nd of f32[2,3], i64[2]: index 2 along axis 0 of extent 2",
        new Index.GatherNd(0),
        X,
        indices(Shape.of(2), 2, 0));
  }

  @Test
  void scatters() {
    Tensor twice = indices(Shape.of(2, 2), 0, 1, 0, 1);
    Tensor updates = vector(DType.F32, 10, 1);
    assertValues(run(new Index.ScatterNd(Combine.REPLACE), X, twice, updates), 1, 1, 3, 4, 5, 6);
    assertValues(run(new Index.ScatterNd(Combine.ADD), X, twice, updates), 1, 13, 3, 4, 5, 6);
    assertValues(run(new Index.ScatterNd(Combine.MIN), X, twice, updates), 1, 1, 3, 4, 5, 6);
    assertValues(run(new Index.ScatterNd(Combine.MAX), X, twice, updates), 1, 10, 3, 4, 5, 6);
    assertValues(
        run(
            new Index.ScatterNd(Combine.ADD),
            tensor(DType.U8, Shape.of(2, 2), 250, 1, 2, 3),
            indices(Shape.of(1, 1), 0),
            tensor(DType.U8, Shape.of(1, 2), 10, 10)),
        4,
        11,
        2,
        3);
    fails(
        "scatter_nd of f32[2,3], i64[1,1], f32[2]: updates of shape [2]; expected [1,3]",
        new Index.ScatterNd(Combine.ADD),
        X,
        indices(Shape.of(1, 1), 0),
        updates);
    fails(
        "scatter_nd of f32[2,3], i64[2,2], f32[2]: index 3 along axis 1 of extent 3",
        new Index.ScatterNd(Combine.ADD),
        X,
        indices(Shape.of(2, 2), 0, 0, 0, 3),
        updates);
  }

  @Test
  void encodes() {
    Tensor x = vector(DType.I32, 1, 5, 0);
    assertValues(run(new Index.OneHot(2, -1, DType.F32), x), 0, 1, 0, 0, 1, 0);
    assertValues(run(new Index.OneHot(2, 0, DType.I4), x), 0, 0, 1, 1, 0, 0);
    assertEquals(Shape.of(3, 0), run(new Index.OneHot(0, 1, DType.I8), x).shape());
  }

  @Test
  void sorts() {
    Tensor x = tensor(DType.F32, Shape.of(2, 3), NAN, 2, -1, 5, 5, 7);
    List<Tensor> up = all(new Index.Sort(1, false), x);
    assertValues(up.get(0), -1, 2, NAN, 5, 5, 7);
    assertValues(up.get(1), 2, 1, 0, 0, 1, 2);
    List<Tensor> down = all(new Index.Sort(-1, true), x);
    assertValues(down.get(0), 2, -1, NAN, 7, 5, 5);
    assertValues(down.get(1), 1, 2, 0, 2, 0, 1);
    List<Tensor> columns =
        all(new Index.Sort(0, true), tensor(DType.I4, Shape.of(2, 2), 1, 7, 3, -8));
    assertValues(columns.get(0), 3, 7, 1, -8);
    assertValues(columns.get(1), 1, 0, 0, 1);
    List<Tensor> top = all(new Index.TopK(2), x);
    assertEquals(Shape.of(2, 2), top.get(0).shape());
    assertValues(top.get(0), 2, -1, 7, 5);
    assertValues(top.get(1), 1, 2, 2, 0);
    fails("top_k of f32[2,3]: the greatest 4 of 3 elements", new Index.TopK(4), x);
  }

  @Test
  void findsWhatIsNotZero() {
    Tensor y = run(new Index.NonZero(), tensor(DType.F32, Shape.of(2, 2), 0, NAN, -0.0, 3));
    assertEquals(Shape.of(2, 2), y.shape());
    assertValues(y, 0, 1, 1, 1);
    assertEquals(Shape.of(0, 1), run(new Index.NonZero(), vector(DType.BOOL, 0, 0)).shape());
    assertEquals(Shape.of(1, 0), run(new Index.NonZero(), Tensor.scalar(2f)).shape());
    assertValues(run(new Index.NonZero(), quantized(DType.I8, Quant.of(1, 3), 0, 3, 4)), 0, 2);
  }

  @Test
  void counts() {
    assertValues(run(new Index.Iota(Shape.of(2, 3), 1, DType.F16)), 0, 1, 2, 0, 1, 2);
    assertValues(run(new Index.Iota(Shape.of(2, 3), 0, DType.I4)), 0, 0, 0, 1, 1, 1);
    assertValues(run(new Index.ShapeOf(DType.I64), X), 2, 3);
    assertEquals(0, run(new Index.ShapeOf(DType.I32), Tensor.scalar(1)).shape().size());
  }

  @Test
  void suppressesOverlaps() {
    Tensor boxes =
        tensor(DType.F32, Shape.of(4, 4), 0, 0, 2, 2, 2, 2, 0, 1, 5, 5, 6, 6, 8, 8, 9, 9);
    Tensor scores = vector(DType.F32, 0.5, 0.9, 0.7, 0.1);
    List<Tensor> half = all(new Index.NonMaxSuppression(3, 0.5f, 0.2f), boxes, scores);
    assertValues(half.get(0), 1, 2, 0);
    List<Tensor> strict = all(new Index.NonMaxSuppression(3, 0.49f, 0.2f), boxes, scores);
    assertValues(strict.get(0), 1, 2, -1);
    assertValues(strict.get(1), 2);
    assertValues(all(new Index.NonMaxSuppression(1, 1, 0), boxes, scores).get(0), 1);
  }
}
