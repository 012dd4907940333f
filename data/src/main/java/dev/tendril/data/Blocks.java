package dev.tendril.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// Primitive arrays of growing number, the storage of a column while its length is unknown. Nothing
/// is copied until [#drain], which gives each block back as soon as it is copied, so that reading a
/// column takes little more than twice its size at the worst moment. The owner writes into the last
/// block itself.
final class Blocks<A> {
  private static final int SMALLEST = 1 << 9;
  private static final int LARGEST = 1 << 16;

  private final IntFunction<A> allocate;
  private final List<A> blocks = new ArrayList<>();
  private int length;

  /// @param allocate makes an array of a length, such as `float[]::new`
  Blocks(IntFunction<A> allocate) {
    this.allocate = allocate;
  }

  /// A fresh block to be filled next; those before it are full.
  A next() {
    length = length == 0 ? SMALLEST : Math.min(2 * length, LARGEST);
    A block = allocate.apply(length);
    blocks.add(block);
    return block;
  }

  /// The length of the last block.
  int length() {
    return length;
  }

  /// The number of values when so many of the last block are used.
  long size(int usedInLast) {
    long size = usedInLast;
    for (int i = 0; i + 1 < blocks.size(); i++) {
      size += java.lang.reflect.Array.getLength(blocks.get(i));
    }
    return size;
  }

  /// Copies all values to a position of an array and forgets them.
  void drain(int usedInLast, A target, int position) {
    int at = position;
    for (int i = 0; i < blocks.size(); i++) {
      A block = blocks.get(i);
      int count = i + 1 == blocks.size() ? usedInLast : java.lang.reflect.Array.getLength(block);
      System.arraycopy(block, 0, target, at, count);
      at += count;
      blocks.set(i, allocate.apply(0));
    }
    blocks.clear();
  }
}
