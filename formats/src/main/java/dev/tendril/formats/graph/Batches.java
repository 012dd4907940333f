package dev.tendril.formats.graph;

import dev.tendril.core.Shape;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Move;
import dev.tendril.formats.FormatException;
import java.util.ArrayList;
import java.util.List;

/// Blocks of the spatial axes to batches and back, as dilated convolutions were once written.
public final class Batches {
  private Batches() {}

  /// Blocks to batches.
  ///
  /// @param paddings two for each block, before and after
  public static Value spaceToBatch(OpSink sink, Value x, int[] blocks, int[] paddings) {
    Shape from = x.type().shape();
    check(from, blocks, paddings);
    int rank = from.rank();
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      boolean spatial = axis >= 1 && axis <= blocks.length;
      before.add(spatial ? paddings[2 * axis - 2] : 0);
      after.add(spatial ? paddings[2 * axis - 1] : 0);
    }
    Value padded = sink.add(new Move.Pad(before, after, Move.Pad.Mode.CONSTANT, 0), x);
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
    Value parts = sink.add(new Move.Reshape(Shape.of(divided)), padded);
    Value moved = sink.add(new Move.Transpose(order), parts);
    return sink.add(new Move.Reshape(Shape.of(result)), moved);
  }

  /// Batches to blocks.
  ///
  /// @param crops two for each block, before and after
  public static Value batchToSpace(OpSink sink, Value x, int[] blocks, int[] crops) {
    Shape shape = x.type().shape();
    check(shape, blocks, crops);
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
    Value parts = sink.add(new Move.Reshape(Shape.of(divided)), x);
    Value moved = sink.add(new Move.Transpose(order), parts);
    Value joined = sink.add(new Move.Reshape(Shape.of(result)), moved);
    return sink.add(new Move.Slice(begin, end, step), joined);
  }

  private static void check(Shape shape, int[] blocks, int[] borders) {
    if (blocks.length < 1 || blocks.length >= shape.rank() || borders.length != 2 * blocks.length) {
      throw new FormatException(
          blocks.length + " blocks and " + borders.length + " borders of " + shape);
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
