package dev.tendril.core.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.ShapeRules;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CopyProviderTest {
  private final SplittableRandom random = new SplittableRandom(9);

  private Tensor tensor(DType dtype, int... dims) {
    Tensor tensor = Tensor.allocate(TensorType.of(dtype, dims));
    for (long i = 0; i < tensor.shape().size(); i++) {
      if (dtype.isFloat()) {
        Elements.setDouble(tensor.memory(), dtype, i, random.nextDouble(-9, 9));
      } else {
        Elements.setLong(tensor.memory(), dtype, i, random.nextInt());
      }
    }
    return tensor;
  }

  private static void check(Op op, Tensor... operands) {
    List<Tensor> given = List.of(operands);
    List<TensorType> types = given.stream().map(Tensor::type).toList();
    List<TensorType> results = ShapeRules.infer(op, types);
    Tensor expected = ReferenceKernels.run(op, given, results).getFirst();
    for (int threads : new int[] {1, 3}) {
      Tensor actual =
          KernelCheck.run(new CopyProvider(), op, given, results, 0, threads).getFirst();
      assertEquals(-1, expected.memory().mismatch(actual.memory()), op + " of " + types);
    }
  }

  @Test
  void givesTheBitsOfTheReference() {
    for (DType dtype : new DType[] {DType.F32, DType.I32, DType.F16, DType.U8, DType.F64}) {
      check(new Move.Concat(0), tensor(dtype, 2, 3), tensor(dtype, 1, 3), tensor(dtype, 0, 3));
      check(new Move.Concat(1), tensor(dtype, 4, 3, 2), tensor(dtype, 4, 1, 2));
      check(new Move.Concat(-1), tensor(dtype, 4, 3, 2), tensor(dtype, 4, 3, 5));
      check(new Move.Concat(1), tensor(dtype, 0, 3), tensor(dtype, 0, 1));
    }
    for (DType dtype : new DType[] {DType.F32, DType.I32, DType.U32}) {
      check(new Move.Transpose(List.of(1, 0)), tensor(dtype, 37, 50));
      check(new Move.Transpose(List.of(-1, -2)), tensor(dtype, 1, 7));
      check(new Move.Transpose(List.of(0, 1)), tensor(dtype, 5, 7));
      check(new Move.Transpose(List.of(1, 0)), tensor(dtype, 0, 7));
    }
    check(new Pointwise.Cast(DType.F32), tensor(DType.I32, 1000));
  }

  @Test
  void movesOfSeveralAxesGiveTheBitsOfTheReference() {
    for (DType dtype : new DType[] {DType.F32, DType.U8, DType.F16, DType.I64}) {
      for (List<Integer> axes :
          List.of(List.of(2, 1, 0), List.of(0, 2, 1), List.of(1, 0, 2), List.of(2, 0, 1))) {
        check(new Move.Transpose(axes), tensor(dtype, 35, 70, 33));
      }
      check(new Move.Transpose(List.of(0, 3, 1, 2)), tensor(dtype, 2, 9, 10, 17));
      check(
          new Move.Slice(List.of(1, -9, 0), List.of(35, 60, 33), List.of(3, 1, 2)),
          tensor(dtype, 35, 70, 33));
      check(
          new Move.Pad(List.of(1, 0, 2), List.of(0, 3, 1), Move.Pad.Mode.CONSTANT, 7),
          tensor(dtype, 20, 40, 33));
      check(new Move.Broadcast(Shape.of(9, 30, 40)), tensor(dtype, 30, 1));
      check(new Move.Reverse(List.of(0, -1)), tensor(dtype, 30, 40));
      check(new Move.Tile(List.of(3, 2)), tensor(dtype, 30, 40));
      check(new Move.SpaceToDepth(2, false), tensor(dtype, 1, 8, 6, 5));
      check(new Move.SpaceToDepth(3, true), tensor(dtype, 1, 8, 6, 18));
    }
  }

  @Test
  void refusesWhatIsMoreThanCopying() {
    List<Value> values = new ArrayList<>();
    values.add(new Value.Input("x", TensorType.of(DType.F32, 2, 3, 4)));
    Op op = new Move.Pad(List.of(1, 1, 1), List.of(0, 0, 0), Move.Pad.Mode.REFLECT, 0);
    List<TensorType> types = ShapeRules.infer(op, List.of(values.getFirst().type()));
    assertFalse(new CopyProvider().supports(new Node("node", op, values, types)).isYes());
  }
}
