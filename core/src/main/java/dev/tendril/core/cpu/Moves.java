package dev.tendril.core.cpu;

import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Move;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Kernels of moves: each is a [Strided] copy, a pad one into a result that is filled before, a
/// concatenation one for each operand.
final class Moves {
  private Moves() {}

  static Support supports(Node node, Move op) {
    TensorType to = node.outputs().getFirst();
    if (to.dtype().bits() < 8) {
      return Support.no(to.dtype().text() + ": less than a byte");
    }
    for (TensorType type : node.inputTypes()) {
      if (op instanceof Move.Concat && !type.with(to.shape()).equals(to)) {
        return Support.no("parts of several types");
      }
    }
    if (op instanceof Move.Pad pad) {
      if (pad.mode() != Move.Pad.Mode.CONSTANT) {
        return Support.no("pads that are not constant");
      }
      Quant quant = to.quant();
      return quant == null || quant.isPerTensor()
          ? Support.YES
          : Support.no("pads of several scales");
    }
    return Support.YES;
  }

  static Kernel prepare(Node node, Move op, int threads) {
    return switch (op) {
      case Move.Concat concat -> concat(node, concat, threads);
      case Move.Pad pad -> pad(node, pad, threads);
      case Move.Reshape _,
          Move.Transpose _,
          Move.Broadcast _,
          Move.Slice _,
          Move.Reverse _,
          Move.Tile _,
          Move.SpaceToDepth _ -> {
        Strided copy = strided(node, op, threads);
        yield (inputs, outputs, _) -> copy.bind(inputs.getFirst(), outputs.getFirst());
      }
    };
  }

  private static int width(Node node) {
    return node.outputs().getFirst().dtype().bits() / 8;
  }

  private static Strided strided(Node node, Move op, int threads) {
    Shape from = node.inputs().getFirst().type().shape();
    Shape to = node.outputs().getFirst().shape();
    long[] strides = from.strides();
    int[] dims = to.dims();
    long at = 0;
    switch (op) {
      case Move.Transpose transpose ->
          strides =
              transpose.axes().stream()
                  .mapToLong(axis -> from.strides()[from.axis(axis)])
                  .toArray();
      case Move.Broadcast _ -> {
        strides = new long[to.rank()];
        int before = to.rank() - from.rank();
        for (int i = before; i < strides.length; i++) {
          strides[i] = from.dim(i - before) == 1 ? 0 : from.strides()[i - before];
        }
      }
      case Move.Slice slice -> {
        for (int i = 0; i < strides.length; i++) {
          at += slice.first(i, from) * strides[i];
          strides[i] *= slice.step().get(i);
        }
      }
      case Move.Reverse reverse -> {
        for (int given : reverse.axes()) {
          int axis = from.axis(given);
          at += Math.max(0, from.dim(axis) - 1) * strides[axis];
          strides[axis] = -strides[axis];
        }
      }
      case Move.Tile tile -> {
        dims = new int[2 * from.rank()];
        strides = new long[dims.length];
        for (int i = 0; i < from.rank(); i++) {
          dims[2 * i] = tile.repeats().get(i);
          dims[2 * i + 1] = from.dim(i);
          strides[2 * i + 1] = from.strides()[i];
        }
      }
      case Move.SpaceToDepth(int block, boolean inverse) -> {
        Shape few = inverse ? from : to;
        int channels = inverse ? to.dim(3) : from.dim(3);
        long[] s = strides;
        dims =
            inverse
                ? new int[] {few.dim(0), few.dim(1), block, few.dim(2), block, channels}
                : new int[] {few.dim(0), few.dim(1), few.dim(2), block, block, channels};
        strides =
            inverse
                ? new long[] {s[0], s[1], (long) block * channels, s[2], channels, 1}
                : new long[] {s[0], s[1] * block, s[2] * block, s[1], s[2], s[3]};
      }
      case Move.Reshape _ -> {
        dims = new int[] {Math.toIntExact(from.size())};
        strides = new long[] {1};
      }
      case Move.Concat _, Move.Pad _ -> throw new IllegalArgumentException(op.name());
    }
    return new Strided(width(node), dims, strides, Shape.of(dims).strides(), at, 0, threads);
  }

  private static Kernel concat(Node node, Move.Concat op, int threads) {
    Shape to = node.outputs().getFirst().shape();
    int axis = to.axis(op.axis());
    List<Strided> copies = new ArrayList<>();
    long at = 0;
    for (TensorType part : node.inputTypes()) {
      copies.add(
          new Strided(
              width(node),
              part.shape().dims(),
              part.shape().strides(),
              to.strides(),
              0,
              at,
              threads));
      at += part.shape().dim(axis) * to.strides()[axis];
    }
    return (inputs, outputs, _) -> {
      Runnable[] all = new Runnable[copies.size()];
      for (int i = 0; i < all.length; i++) {
        all[i] = copies.get(i).bind(inputs.get(i), outputs.getFirst());
      }
      return () -> {
        for (Runnable copy : all) {
          copy.run();
        }
      };
    };
  }

  private static Kernel pad(Node node, Move.Pad op, int threads) {
    Shape from = node.inputs().getFirst().type().shape();
    Shape to = node.outputs().getFirst().shape();
    long at = 0;
    for (int i = 0; i < to.rank(); i++) {
      at += op.before().get(i) * to.strides()[i];
    }
    Strided inner =
        new Strided(width(node), from.dims(), from.strides(), to.strides(), 0, at, threads);
    MemorySegment value = value(node, op);
    int[] dims = {Math.toIntExact(to.size())};
    Strided fill = new Strided(width(node), dims, new long[] {0}, new long[] {1}, 0, 0, threads);
    return (inputs, outputs, _) -> {
      Runnable before = fill.bind(value, outputs.getFirst());
      Runnable copy = inner.bind(inputs.getFirst(), outputs.getFirst());
      return () -> {
        before.run();
        copy.run();
      };
    };
  }

  /// What a pad is filled with: as the reference pads nothing with one element.
  private static MemorySegment value(Node node, Move.Pad op) {
    TensorType type = node.outputs().getFirst();
    Tensor nothing = Tensor.allocate(type.with(Shape.of(0)));
    Tensor one = Tensor.allocate(type.with(Shape.of(1)));
    Move.Pad pad =
        new Move.Pad(List.of(1), Collections.nCopies(1, 0), Move.Pad.Mode.CONSTANT, op.value());
    ReferenceKernels.compute(pad, List.of(nothing), List.of(one));
    return one.memory();
  }
}
