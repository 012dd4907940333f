package dev.tendril.formats.tflite;

import dev.tendril.core.Shape;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Move;
import dev.tendril.formats.FormatException;
import java.util.ArrayList;
import java.util.List;

/// Blocks of the spatial axes to batches and back, as dilated convolutions were once written.
final class Batches {
  private Batches() {}

  static void spaceToBatch(OperatorImport op) {
    int[] blocks = op.ints(1, "the blocks");
    int[] paddings = op.ints(2, "the paddings");
    check(op, blocks, paddings);
    int rank = op.rank(0);
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      boolean spatial = axis >= 1 && axis <= blocks.length;
      before.add(spatial ? paddings[2 * axis - 2] : 0);
      after.add(spatial ? paddings[2 * axis - 1] : 0);
    }
    Value padded = op.plain(new Move.Pad(before, after, Move.Pad.Mode.CONSTANT, 0), op.in(0));
    Shape shape = padded.type().shape();
    List<Integer> divided = new ArrayList<>(List.of(shape.dim(0)));
    List<Integer> order = new ArrayList<>();
    List<Integer> rest = new ArrayList<>();
    List<Integer> result = new ArrayList<>();
    int batch = shape.dim(0);
    for (int i = 0; i < blocks.length; i++) {
      if (shape.dim(i + 1) % blocks[i] != 0) {
        throw new FormatException(
            "blocks of " + blocks[i] + " in an extent of " + shape.dim(i + 1));
      }
      divided.add(shape.dim(i + 1) / blocks[i]);
      divided.add(blocks[i]);
      order.add(2 * i + 2);
      rest.add(2 * i + 1);
      result.add(shape.dim(i + 1) / blocks[i]);
      batch = Math.multiplyExact(batch, blocks[i]);
    }
    order.add(0);
    order.addAll(rest);
    result.addFirst(batch);
    for (int axis = blocks.length + 1; axis < rank; axis++) {
      order.add(divided.size());
      divided.add(shape.dim(axis));
      result.add(shape.dim(axis));
    }
    Value parts = op.plain(new Move.Reshape(Shape.of(divided)), padded);
    Value moved = op.plain(new Move.Transpose(order), parts);
    op.give(op.add(new Move.Reshape(Shape.of(result)), moved));
  }

  static void batchToSpace(OperatorImport op) {
    int[] blocks = op.ints(1, "the blocks");
    int[] crops = op.ints(2, "the crops");
    check(op, blocks, crops);
    Shape shape = op.shape(0);
    int rank = shape.rank();
    int all = 1;
    for (int block : blocks) {
      all = Math.multiplyExact(all, block);
    }
    if (shape.dim(0) % all != 0) {
      throw new FormatException("blocks of " + all + " in a batch of " + shape.dim(0));
    }
    List<Integer> divided = new ArrayList<>();
    List<Integer> order = new ArrayList<>(List.of(blocks.length));
    List<Integer> result = new ArrayList<>(List.of(shape.dim(0) / all));
    List<Integer> begin = new ArrayList<>(List.of(0));
    List<Integer> end = new ArrayList<>(List.of(Move.Slice.END));
    List<Integer> step = new ArrayList<>(List.of(1));
    for (int block : blocks) {
      divided.add(block);
    }
    divided.add(shape.dim(0) / all);
    for (int i = 0; i < blocks.length; i++) {
      order.add(blocks.length + 1 + i);
      order.add(i);
      divided.add(shape.dim(i + 1));
      int extent = Math.multiplyExact(shape.dim(i + 1), blocks[i]);
      result.add(extent);
      begin.add(crops[2 * i]);
      end.add(extent - crops[2 * i + 1]);
      step.add(1);
    }
    for (int axis = blocks.length + 1; axis < rank; axis++) {
      order.add(divided.size());
      divided.add(shape.dim(axis));
      result.add(shape.dim(axis));
      begin.add(0);
      end.add(Move.Slice.END);
      step.add(1);
    }
    Value parts = op.plain(new Move.Reshape(Shape.of(divided)), op.in(0));
    Value moved = op.plain(new Move.Transpose(order), parts);
    Value joined = op.plain(new Move.Reshape(Shape.of(result)), moved);
    op.give(op.add(new Move.Slice(begin, end, step), joined));
  }

  private static void check(OperatorImport op, int[] blocks, int[] borders) {
    if (blocks.length < 1 || blocks.length >= op.rank(0) || borders.length != 2 * blocks.length) {
      throw new FormatException(
          blocks.length + " blocks and " + borders.length + " borders of " + op.shape(0));
    }
    for (int block : blocks) {
      if (block < 1) {
        throw new FormatException("blocks of " + block);
      }
    }
    for (int border : borders) {
      if (border < 0) {
        throw new FormatException("a border of " + border);
      }
    }
  }
}
