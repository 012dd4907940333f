package dev.tendril.forest.engine;

import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Evaluates every node of as many trees as a vector has lanes for one row at once.
///
/// The counterpart of [RowLanes] for single rows: there a vector has one node of one tree for many
/// rows, here the same position of many trees for one row. The codes of the row are a table in a
/// few vectors; a permutation picks the code of each tree's column, a comparison with a vector of
/// thresholds tests all trees, and a blend picks one of two leaf numbers. So 32 trees of depth 6
/// take 63 permutations, comparisons and blends, without a branch and without waiting for a load.
///
/// The trees of a group are filled up to the depth of the deepest. Their leaves are added one by
/// one in the order of the forest, as in every engine.
///
/// Touched only when the module `jdk.incubator.vector` is there.
final class TreeLanes implements Engine {
  static final String NAME = "tree lanes";

  private static final VectorSpecies<Byte> LANES = ByteVector.SPECIES_PREFERRED;
  private static final int TREES = LANES.length();
  private static final int DEEPEST = 8;

  /// The levels of nodes that are evaluated without a result in memory, and their nodes.
  private static final int UNIT = 3;

  private static final int NODES = (1 << UNIT) - 1;

  /// The most vectors that the codes of a row may take.
  private static final int MOST_TABLES = 4;

  private final Answers answers;
  private final LaneCodes book;
  private final int tables;
  private final int trees;
  private final int width;

  /// Whether the codes of a row are one vector and no condition has a mask.
  private final boolean simple;

  /// Where the numbers of the leaves begin in the room for codes.
  private final int found;

  /// Where the decisions of a group of trees begin.
  private final int decided;

  private final int room;

  /// Of every group of trees.
  private final int[] depths;

  private final int[] firstNodes;

  /// Of every tree: where its values begin, and the sum that they are added to.
  private final int[] firstValues;

  private final int[] firstSums;

  /// Of every node and lane.
  private final byte[] columns;

  private final byte[] masks;
  private final byte[] thresholds;
  private final float[] values;

  TreeLanes(Forest forest, Layout layout) throws Unsuited {
    this.answers = new Answers(forest);
    this.trees = forest.trees().size();
    int groups = (trees + TREES - 1) / TREES;
    this.depths = new int[groups];
    for (int t = 0; t < trees; t++) {
      int depth = forest.trees().get(t).depth();
      if (depth > DEEPEST) {
        throw new Unsuited("a tree has depth " + depth + ", more than " + DEEPEST);
      }
      depths[t / TREES] = Math.max(depths[t / TREES], Math.max(UNIT, depth));
    }
    this.book = new LaneCodes(forest, layout);
    this.tables = Math.max(1, (book.columns() + TREES - 1) / TREES);
    if (tables > MOST_TABLES) {
      throw new Unsuited(
          "it needs " + book.columns() + " columns of codes, more than " + MOST_TABLES * TREES);
    }
    this.simple = tables == 1 && !book.mixed();
    this.found = tables * TREES;
    this.decided = found + TREES * (groups + (1 << (DEEPEST - UNIT)));
    this.room = decided + TREES * (1 << DEEPEST);
    this.firstNodes = new int[groups];
    int nodes = 0;
    for (int g = 0; g < groups; g++) {
      firstNodes[g] = nodes * TREES;
      nodes += (1 << depths[g]) - 1;
    }
    this.columns = new byte[nodes * TREES];
    this.masks = new byte[nodes * TREES];
    this.thresholds = new byte[nodes * TREES];
    java.util.Arrays.fill(masks, LaneCodes.ALL_BITS);
    java.util.Arrays.fill(thresholds, LaneCodes.NEVER);
    this.firstValues = new int[trees];
    this.firstSums = new int[trees];
    Contributions leaves = new Contributions(forest, answers);
    FloatList all = new FloatList();
    for (int t = 0; t < trees; t++) {
      FullTree full = new FullTree(forest.trees().get(t).root(), depths[t / TREES], UNIT);
      firstValues[t] = all.size();
      int at = firstNodes[t / TREES] + t % TREES;
      for (Node node : full.order()) {
        if (node instanceof Node.Split split) {
          LaneCodes.Test test = book.test(split);
          columns[at] = (byte) test.column();
          masks[at] = test.mask();
          thresholds[at] = test.threshold();
        }
        at += TREES;
      }
      for (int i = 0; i < full.leaves(); i++) {
        firstSums[t] = leaves.firstSum(t, full.leaf(i));
        all.addAll(leaves.values(leaves.add(full.leaf(i), full.leafDepth(i), t)));
      }
    }
    this.width = leaves.width();
    this.values = all.toArray();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int outputs() {
    return answers.outputs();
  }

  @Override
  public void predict(Rows rows, int count, float[] out, int offset) {
    answers.start(out, offset, count);
    byte[] codes = rows.bytes(room);
    for (int row = 0; row < count; row++) {
      book.fill(rows, row, codes);
      for (int g = 0; g < depths.length; g++) {
        evaluate(g, codes, found + g * TREES);
      }
      int at = offset + row * answers.outputs();
      if (width == 1) {
        if (answers.sums() == 1) {
          out[at] = sum(values, firstValues, codes, found, out[at]);
        } else {
          addOne(values, firstValues, answers.sums(), codes, found, out, at);
        }
      } else {
        add(codes, found, out, at);
      }
    }
    answers.finish(out, offset, count);
  }

  /// Leaves the number of the leaf that each tree of a group ends in at a place. What is written
  /// behind it is overwritten by the groups that follow.
  private void evaluate(int group, byte[] codes, int found) {
    int depth = depths[group] - UNIT;
    int units = 1 << depth;
    int at = firstNodes[group];
    if (simple) {
      lowestAtOnce(columns, thresholds, at, units, codes, found);
    } else {
      decide(at, TREES * ((1 << depths[group]) - 1), codes, decided);
      lowest(codes, decided, units, found);
    }
    int step = decided + units * NODES * TREES;
    at += units * NODES * TREES;
    if (simple) {
      decideByOne(columns, thresholds, at, TREES * ((1 << depth) - 1), codes, step);
    }
    for (; depth >= UNIT; depth -= UNIT) {
      units >>= UNIT;
      above(codes, step, units, found);
      step += units * NODES * TREES;
    }
    for (; depth > 0; depth--) {
      units >>= 1;
      single(codes, step, units, found);
      step += units * TREES;
    }
  }

  /// The three lowest levels of a forest whose codes are one vector and have no masks, without
  /// decisions in memory.
  private static void lowestAtOnce(
      byte[] columns, byte[] thresholds, int from, int units, byte[] codes, int found) {
    ByteVector table = ByteVector.fromArray(LANES, codes, 0);
    ByteVector zero = ByteVector.zero(LANES);
    for (int u = 0, at = from; u < units; u++, at += NODES * TREES) {
      ByteVector a = zero.blend((byte) 1, test(table, columns, thresholds, at));
      ByteVector b = number(2).blend((byte) 3, test(table, columns, thresholds, at + TREES));
      a = a.blend(b, test(table, columns, thresholds, at + 2 * TREES));
      b = number(4).blend((byte) 5, test(table, columns, thresholds, at + 3 * TREES));
      ByteVector c = number(6).blend((byte) 7, test(table, columns, thresholds, at + 4 * TREES));
      b = b.blend(c, test(table, columns, thresholds, at + 5 * TREES));
      a.blend(b, test(table, columns, thresholds, at + 6 * TREES))
          .add((byte) (u << UNIT))
          .intoArray(codes, found + u * TREES);
    }
  }

  private static VectorMask<Byte> test(
      ByteVector table, byte[] columns, byte[] thresholds, int at) {
    return ByteVector.fromArray(LANES, columns, at)
        .selectFrom(table)
        .compare(VectorOperators.GT, ByteVector.fromArray(LANES, thresholds, at));
  }

  /// Writes for each node and lane whether the condition holds: -1 or 0.
  private void decide(int from, int count, byte[] codes, int to) {
    switch (tables) {
      case 1 -> decideByOne(columns, masks, thresholds, from, count, codes, to);
      case 2 -> decideByTwo(columns, masks, thresholds, from, count, codes, to);
      default -> decideByMany(columns, masks, thresholds, tables, from, count, codes, to);
    }
  }

  private static void decideByOne(
      byte[] columns, byte[] thresholds, int from, int count, byte[] codes, int to) {
    ByteVector table = ByteVector.fromArray(LANES, codes, 0);
    for (int i = 0; i < count; i += TREES) {
      test(table, columns, thresholds, from + i)
          .toVector()
          .reinterpretAsBytes()
          .intoArray(codes, to + i);
    }
  }

  private static void decideByOne(
      byte[] columns, byte[] masks, byte[] thresholds, int from, int count, byte[] codes, int to) {
    ByteVector table = ByteVector.fromArray(LANES, codes, 0);
    for (int i = 0; i < count; i += TREES) {
      decide(
          ByteVector.fromArray(LANES, columns, from + i).selectFrom(table),
          masks,
          thresholds,
          from + i,
          codes,
          to + i);
    }
  }

  private static void decideByTwo(
      byte[] columns, byte[] masks, byte[] thresholds, int from, int count, byte[] codes, int to) {
    ByteVector first = ByteVector.fromArray(LANES, codes, 0);
    ByteVector second = ByteVector.fromArray(LANES, codes, TREES);
    for (int i = 0; i < count; i += TREES) {
      ByteVector column = ByteVector.fromArray(LANES, columns, from + i);
      ByteVector code =
          column
              .selectFrom(first)
              .blend(column.selectFrom(second), column.compare(VectorOperators.GE, (byte) TREES));
      decide(code, masks, thresholds, from + i, codes, to + i);
    }
  }

  /// One vector of codes after the other: each fills in the nodes that read it.
  private static void decideByMany(
      byte[] columns,
      byte[] masks,
      byte[] thresholds,
      int tables,
      int from,
      int count,
      byte[] codes,
      int to) {
    for (int t = 0; t < tables; t++) {
      select(columns, t * TREES, from, count, codes, to);
    }
    for (int i = 0; i < count; i += TREES) {
      decide(
          ByteVector.fromArray(LANES, codes, to + i), masks, thresholds, from + i, codes, to + i);
    }
  }

  private static void select(byte[] columns, int first, int from, int count, byte[] codes, int to) {
    ByteVector table = ByteVector.fromArray(LANES, codes, first);
    for (int i = 0; i < count; i += TREES) {
      ByteVector column = ByteVector.fromArray(LANES, columns, from + i);
      ByteVector.fromArray(LANES, codes, to + i)
          .blend(column.selectFrom(table), column.compare(VectorOperators.GE, (byte) first))
          .intoArray(codes, to + i);
    }
  }

  private static void decide(
      ByteVector code, byte[] masks, byte[] thresholds, int at, byte[] codes, int to) {
    code.and(ByteVector.fromArray(LANES, masks, at))
        .compare(VectorOperators.GT, ByteVector.fromArray(LANES, thresholds, at))
        .toVector()
        .reinterpretAsBytes()
        .intoArray(codes, to);
  }

  private static VectorMask<Byte> decided(byte[] codes, int at) {
    return ByteVector.fromArray(LANES, codes, at).compare(VectorOperators.LT, (byte) 0);
  }

  private static void lowest(byte[] codes, int decided, int units, int found) {
    ByteVector zero = ByteVector.zero(LANES);
    for (int u = 0, at = decided; u < units; u++, at += NODES * TREES) {
      ByteVector a = zero.blend((byte) 1, decided(codes, at));
      ByteVector b = number(2).blend((byte) 3, decided(codes, at + TREES));
      a = a.blend(b, decided(codes, at + 2 * TREES));
      b = number(4).blend((byte) 5, decided(codes, at + 3 * TREES));
      ByteVector c = number(6).blend((byte) 7, decided(codes, at + 4 * TREES));
      b = b.blend(c, decided(codes, at + 5 * TREES));
      a.blend(b, decided(codes, at + 6 * TREES))
          .add((byte) (u << UNIT))
          .intoArray(codes, found + u * TREES);
    }
  }

  private static ByteVector number(int value) {
    return ByteVector.broadcast(LANES, (byte) value);
  }

  /// Three levels above others: eight numbers become one.
  private static void above(byte[] codes, int decided, int units, int found) {
    for (int u = 0, at = decided; u < units; u++, at += NODES * TREES) {
      int in = found + u * (TREES << UNIT);
      ByteVector a = pick(codes, in, decided(codes, at));
      in += 2 * TREES;
      ByteVector b = pick(codes, in, decided(codes, at + TREES));
      a = a.blend(b, decided(codes, at + 2 * TREES));
      in += 2 * TREES;
      b = pick(codes, in, decided(codes, at + 3 * TREES));
      in += 2 * TREES;
      ByteVector c = pick(codes, in, decided(codes, at + 4 * TREES));
      b = b.blend(c, decided(codes, at + 5 * TREES));
      a.blend(b, decided(codes, at + 6 * TREES)).intoArray(codes, found + u * TREES);
    }
  }

  /// One level above others: two numbers become one.
  private static void single(byte[] codes, int decided, int units, int found) {
    for (int u = 0, at = decided; u < units; u++, at += TREES) {
      pick(codes, found + u * 2 * TREES, decided(codes, at)).intoArray(codes, found + u * TREES);
    }
  }

  /// The numbers of the negative child, or those of the positive one where a mask is set.
  private static ByteVector pick(byte[] codes, int in, VectorMask<Byte> positive) {
    return ByteVector.fromArray(LANES, codes, in)
        .blend(ByteVector.fromArray(LANES, codes, in + TREES), positive);
  }

  private static float sum(
      float[] values, int[] firstValues, byte[] codes, int found, float start) {
    float sum = start;
    for (int t = 0; t < firstValues.length; t++) {
      sum += values[firstValues[t] + (codes[found + t] & 0xff)];
    }
    return sum;
  }

  /// Adds the leaves of the trees of each sum in their order.
  private static void addOne(
      float[] values, int[] firstValues, int sums, byte[] codes, int found, float[] out, int at) {
    for (int s = 0; s < sums; s++) {
      float sum = out[at + s];
      for (int t = s; t < firstValues.length; t += sums) {
        sum += values[firstValues[t] + (codes[found + t] & 0xff)];
      }
      out[at + s] = sum;
    }
  }

  private void add(byte[] codes, int found, float[] out, int at) {
    for (int t = 0; t < trees; t++) {
      int value = firstValues[t] + (codes[found + t] & 0xff) * width;
      for (int i = 0; i < width; i++) {
        out[at + firstSums[t] + i] += values[value + i];
      }
    }
  }
}
