package dev.tendril.formats.tflite;

import dev.tendril.formats.FormatException;
import dev.tendril.formats.tflite.Layout.Dimension;
import dev.tendril.formats.tflite.Layout.Sparsity;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Sparse constants: axes, and blocks that divide them, are gone through in a given order; each is
/// stored whole or, like the rows of a compressed sparse matrix, by the places of what is there
/// (Kjolstad et al. 2017, "The tensor algebra compiler").
final class SparseData {
  private final Sparsity sparsity;
  private final int[] shape;
  private final int bytes;
  private final MemorySegment from;
  private final MemorySegment to;
  private final int[] blockSizes;
  private long taken;
  private long steps;

  private SparseData(
      Sparsity sparsity, int[] shape, int bytes, MemorySegment from, MemorySegment to) {
    this.sparsity = sparsity;
    this.shape = shape;
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.blockSizes = new int[sparsity.blocks().size()];
  }

  static Sparsity read(FlatTable table) {
    List<Dimension> dimensions = new ArrayList<>();
    for (FlatTable dimension : table.tables("dim_metadata")) {
      dimensions.add(
          new Dimension(
              dimension.whole("format") == 1,
              dimension.integer("dense_size"),
              numbers(dimension, "array_segments"),
              numbers(dimension, "array_indices")));
    }
    Sparsity sparsity =
        new Sparsity(
            Arrays.stream(table.integers("traversal_order")).boxed().toList(),
            Arrays.stream(table.integers("block_map")).boxed().toList(),
            dimensions);
    if (sparsity.order().size() != dimensions.size()) {
      throw new FormatException(
          table.at(),
          table.path()
              + ": an order of "
              + sparsity.order().size()
              + " axes for "
              + dimensions.size());
    }
    return sparsity;
  }

  private static int[] numbers(FlatTable dimension, String field) {
    String member =
        switch (dimension.integer(field + "_type")) {
          case 1 -> "Int32Vector";
          case 2 -> "Uint16Vector";
          case 3 -> "Uint8Vector";
          default -> "";
        };
    if (member.isEmpty()) {
      return new int[0];
    }
    FlatTable vector = dimension.union(field, Schema.table(member));
    return vector == null ? new int[0] : vector.integers("values");
  }

  /// Puts what is there into memory that is filled with zeros.
  ///
  /// @param bytes the size of an element
  static void expand(
      Sparsity sparsity, int[] shape, int bytes, MemorySegment from, MemorySegment to) {
    SparseData data = new SparseData(sparsity, shape, bytes, from, to);
    int rank = shape.length;
    if (sparsity.order().size() != rank + sparsity.blocks().size()) {
      throw new FormatException(
          "a sparse constant of "
              + rank
              + " axes and "
              + sparsity.blocks().size()
              + " blocks with an order of "
              + sparsity.order().size());
    }
    for (int i = 0; i < sparsity.blocks().size(); i++) {
      int level = sparsity.order().indexOf(rank + i);
      int axis = sparsity.blocks().get(i);
      int size = level < 0 ? 0 : sparsity.dimensions().get(level).size();
      if (axis < 0 || axis >= rank || size < 1) {
        throw new FormatException(
            "a sparse constant with blocks of " + size + " along axis " + axis);
      }
      data.blockSizes[i] = size;
    }
    for (int axis : sparsity.order()) {
      if (axis < 0 || axis >= rank + sparsity.blocks().size()) {
        throw new FormatException("a sparse constant that goes through axis " + axis);
      }
    }
    data.level(0, 0, new int[rank + sparsity.blocks().size()]);
  }

  private void level(int level, long place, int[] at) {
    if (level == sparsity.order().size()) {
      put(at);
      return;
    }
    Dimension dimension = sparsity.dimensions().get(level);
    int axis = sparsity.order().get(level);
    steps += 1 + (dimension.sparse() ? 0 : Math.max(dimension.size(), 0));
    if (steps > 4 * (to.byteSize() + 1024)) {
      throw new FormatException("a sparse constant with axes that its shape has not");
    }
    if (!dimension.sparse()) {
      for (int i = 0; i < dimension.size(); i++) {
        at[axis] = i;
        level(level + 1, place * dimension.size() + i, at);
      }
      return;
    }
    if (place + 1 >= dimension.segments().length) {
      throw new FormatException("a sparse constant with too few segments");
    }
    int begin = dimension.segments()[(int) place];
    int end = dimension.segments()[(int) place + 1];
    if (begin < 0 || end < begin || end > dimension.indices().length) {
      throw new FormatException("a sparse constant with a segment from " + begin + " to " + end);
    }
    for (int i = begin; i < end; i++) {
      at[axis] = dimension.indices()[i];
      level(level + 1, i, at);
    }
  }

  private void put(int[] at) {
    long index = 0;
    for (int axis = 0; axis < shape.length; axis++) {
      long place = at[axis];
      for (int block = 0; block < blockSizes.length; block++) {
        if (sparsity.blocks().get(block) == axis) {
          place = place * blockSizes[block] + at[shape.length + block];
        }
      }
      if (place < 0 || place >= shape[axis]) {
        throw new FormatException(
            "a sparse constant with place " + place + " along axis " + axis + " of " + shape[axis]);
      }
      index = index * shape[axis] + place;
    }
    if (taken + bytes > from.byteSize()) {
      throw new FormatException("a sparse constant with less data than places");
    }
    MemorySegment.copy(from, taken, to, index * bytes, bytes);
    taken += bytes;
  }
}
