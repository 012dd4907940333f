package dev.tendril.forest.engine;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The loops of [RowLanes] for forests with conditions on categories: a node tests those bits of a
/// code that its mask has. The halves of a block run one after the other, since the compiler gives
/// up on methods with more vectors than that.
final class MaskedLanes {
  private static final VectorSpecies<Byte> LANES = ByteVector.SPECIES_PREFERRED;
  private static final int HALF = LANES.length();
  private static final int BLOCK = 2 * HALF;
  private static final int UNIT = 3;
  private static final int NODES = (1 << UNIT) - 1;

  private MaskedLanes() {}

  /// Leaves the number of the leaf that each row reaches at the beginning of the found ones.
  ///
  /// @param from the first node of the tree
  /// @param rows how many of a block are there
  static void evaluate(
      int[] columns,
      byte[] thresholds,
      byte[] masks,
      int from,
      int treeDepth,
      byte[] codes,
      int found,
      int rows) {
    for (int half = 0; half < rows; half += HALF) {
      int depth = treeDepth - UNIT;
      int units = 1 << depth;
      int at = from;
      lowest(columns, thresholds, masks, at, units, codes, found, half);
      at += units * NODES;
      for (; depth >= UNIT; depth -= UNIT) {
        units >>= UNIT;
        above(columns, thresholds, masks, at, units, codes, found, half);
        at += units * NODES;
      }
      for (; depth > 0; depth--) {
        units >>= 1;
        single(columns, thresholds, masks, at, units, codes, found, half);
        at += units;
      }
    }
  }

  private static void lowest(
      int[] columns,
      byte[] thresholds,
      byte[] masks,
      int from,
      int units,
      byte[] codes,
      int found,
      int half) {
    ByteVector zero = ByteVector.zero(LANES);
    for (int u = 0, at = from; u < units; u++, at += NODES) {
      ByteVector a = zero.blend((byte) 1, test(columns, thresholds, masks, at, codes, half));
      ByteVector b =
          number(2).blend((byte) 3, test(columns, thresholds, masks, at + 1, codes, half));
      a = a.blend(b, test(columns, thresholds, masks, at + 2, codes, half));
      b = number(4).blend((byte) 5, test(columns, thresholds, masks, at + 3, codes, half));
      ByteVector c =
          number(6).blend((byte) 7, test(columns, thresholds, masks, at + 4, codes, half));
      b = b.blend(c, test(columns, thresholds, masks, at + 5, codes, half));
      a.blend(b, test(columns, thresholds, masks, at + 6, codes, half))
          .add((byte) (u << UNIT))
          .intoArray(codes, found + u * BLOCK + half);
    }
  }

  private static void above(
      int[] columns,
      byte[] thresholds,
      byte[] masks,
      int from,
      int units,
      byte[] codes,
      int found,
      int half) {
    for (int u = 0, at = from; u < units; u++, at += NODES) {
      int in = found + u * (BLOCK << UNIT) + half;
      ByteVector a = pick(codes, in, test(columns, thresholds, masks, at, codes, half));
      in += 2 * BLOCK;
      ByteVector b = pick(codes, in, test(columns, thresholds, masks, at + 1, codes, half));
      a = a.blend(b, test(columns, thresholds, masks, at + 2, codes, half));
      in += 2 * BLOCK;
      b = pick(codes, in, test(columns, thresholds, masks, at + 3, codes, half));
      in += 2 * BLOCK;
      ByteVector c = pick(codes, in, test(columns, thresholds, masks, at + 4, codes, half));
      b = b.blend(c, test(columns, thresholds, masks, at + 5, codes, half));
      a.blend(b, test(columns, thresholds, masks, at + 6, codes, half))
          .intoArray(codes, found + u * BLOCK + half);
    }
  }

  private static void single(
      int[] columns,
      byte[] thresholds,
      byte[] masks,
      int from,
      int units,
      byte[] codes,
      int found,
      int half) {
    for (int u = 0; u < units; u++) {
      pick(
              codes,
              found + u * (2 * BLOCK) + half,
              test(columns, thresholds, masks, from + u, codes, half))
          .intoArray(codes, found + u * BLOCK + half);
    }
  }

  private static ByteVector number(int value) {
    return ByteVector.broadcast(LANES, (byte) value);
  }

  /// The numbers of the negative child, or those of the positive one where a mask is set.
  private static ByteVector pick(byte[] codes, int in, VectorMask<Byte> positive) {
    return ByteVector.fromArray(LANES, codes, in)
        .blend(ByteVector.fromArray(LANES, codes, in + BLOCK), positive);
  }

  private static VectorMask<Byte> test(
      int[] columns, byte[] thresholds, byte[] masks, int at, byte[] codes, int half) {
    return ByteVector.fromArray(LANES, codes, columns[at] + half)
        .and(masks[at])
        .compare(VectorOperators.GT, thresholds[at]);
  }
}
