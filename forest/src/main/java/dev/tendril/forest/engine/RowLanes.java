package dev.tendril.forest.engine;

import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import java.io.ByteArrayOutputStream;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Evaluates every node of a tree for a block of rows at once, one row in each byte lane of a
/// vector.
///
/// A tree is filled up to the depth of its deepest leaf. Its nodes are then evaluated from the
/// lowest level up: a node on the lowest level picks one of two leaf numbers in each lane by
/// comparing the codes of its column with its threshold, a node above picks one of the numbers that
/// its two children picked. So a tree of depth 6 takes 63 comparisons and 63 selections for as many
/// rows as there are lanes, without a branch and without a gather, where a walk takes 6 dependent
/// steps a row. Two levels at a time stay in registers.
///
/// A condition on categories tests bits of a code in place of all of it: [LaneCodes] says how.
/// Forests with such conditions run through [MaskedLanes].
/// Touched only when the module `jdk.incubator.vector` is there.
final class RowLanes implements Engine {
  static final String NAME = "row lanes";

  private static final VectorSpecies<Byte> LANES = ByteVector.SPECIES_PREFERRED;
  private static final int HALF = LANES.length();
  private static final int BLOCK = 2 * HALF;
  private static final int DEEPEST = 8;

  /// The levels of nodes that are evaluated without a result in memory, and their nodes.
  private static final int UNIT = 3;

  private static final int NODES = (1 << UNIT) - 1;

  /// As large as the position of a column may be in a node.
  private static final int MOST_CODES = 1 << 24;

  private final Answers answers;
  private final LaneCodes book;
  private final int width;
  private final int[] depths;
  private final int[] firstNodes;
  private final int[] firstValues;
  private final int[] firstSums;

  /// Of every node, where the codes of its column begin in a block.
  private final int[] columns;

  private final byte[] thresholds;
  private final byte[] masks;
  private final boolean mixed;
  private final float[] values;

  RowLanes(Forest forest, Layout layout) throws Unsuited {
    this.answers = new Answers(forest);
    int trees = forest.trees().size();
    this.depths = new int[trees];
    for (int t = 0; t < trees; t++) {
      depths[t] = forest.trees().get(t).depth();
      if (depths[t] > DEEPEST) {
        throw new Unsuited("a tree has depth " + depths[t] + ", more than " + DEEPEST);
      }
      depths[t] = Math.max(UNIT, depths[t]);
    }
    this.book = new LaneCodes(forest, layout);
    if ((long) book.columns() * BLOCK >= MOST_CODES) {
      throw new Unsuited("it needs " + book.columns() + " columns of codes");
    }
    Compiler compiler = new Compiler(forest);
    this.firstNodes = new int[trees];
    this.firstValues = new int[trees];
    this.firstSums = new int[trees];
    for (int t = 0; t < trees; t++) {
      compiler.add(forest.trees().get(t).root(), t);
    }
    this.width = compiler.leaves.width();
    this.columns = compiler.columns.toArray();
    this.thresholds = compiler.thresholds.toByteArray();
    this.masks = compiler.masks.toByteArray();
    this.mixed = book.mixed();
    this.values = compiler.values.toArray();
  }

  /// Fills trees up and writes their nodes in the order of evaluation.
  private final class Compiler {
    private final Contributions leaves;
    private final IntList columns = new IntList();
    private final ByteArrayOutputStream thresholds = new ByteArrayOutputStream();
    private final ByteArrayOutputStream masks = new ByteArrayOutputStream();
    private final FloatList values = new FloatList();

    Compiler(Forest forest) {
      this.leaves = new Contributions(forest, answers);
    }

    void add(Node root, int tree) throws Unsuited {
      firstNodes[tree] = columns.size();
      firstValues[tree] = values.size();
      FullTree full = new FullTree(root, depths[tree], UNIT);
      full.order().forEach(this::node);
      for (int i = 0; i < full.leaves(); i++) {
        firstSums[tree] = leaves.firstSum(tree, full.leaf(i));
        values.addAll(leaves.values(leaves.add(full.leaf(i), full.leafDepth(i), tree)));
      }
    }

    private void node(Node node) {
      if (node instanceof Node.Split split) {
        LaneCodes.Test test = book.test(split);
        columns.add(test.column() * BLOCK);
        masks.write(test.mask());
        thresholds.write(test.threshold());
      } else {
        columns.add(0);
        masks.write(LaneCodes.ALL_BITS);
        thresholds.write(LaneCodes.NEVER);
      }
    }
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
    byte[] codes = rows.bytes(BLOCK * (book.columns() + 1) + BLOCK * (1 << (DEEPEST - UNIT)));
    int found = BLOCK * (book.columns() + 1);
    for (int row = 0; row < count; row += BLOCK) {
      int some = Math.min(BLOCK, count - row);
      book.fill(rows, row, some, codes, BLOCK);
      int at = offset + row * answers.outputs();
      for (int t = 0; t < depths.length; t++) {
        if (mixed) {
          MaskedLanes.evaluate(
              columns, thresholds, masks, firstNodes[t], depths[t], codes, found, some);
        } else {
          evaluate(t, codes, found);
        }
        add(t, codes, found, some, out, at + firstSums[t]);
      }
    }
    answers.finish(out, offset, count);
  }

  /// Leaves the number of the leaf that each row reaches at the beginning of the found ones.
  private void evaluate(int tree, byte[] codes, int found) {
    int depth = depths[tree] - UNIT;
    int units = 1 << depth;
    int at = firstNodes[tree];
    lowest(columns, thresholds, at, units, codes, found);
    at += units * NODES;
    for (; depth >= UNIT; depth -= UNIT) {
      units >>= UNIT;
      above(columns, thresholds, at, units, codes, found);
      at += units * NODES;
    }
    for (; depth > 0; depth--) {
      units >>= 1;
      single(columns, thresholds, at, units, codes, found);
      at += units;
    }
  }

  /// The three lowest levels: units of seven nodes, which pick one of eight numbers. The two halves
  /// of a block go side by side, so that they share the addresses and thresholds of the nodes.
  private static void lowest(
      int[] columns, byte[] thresholds, int from, int units, byte[] codes, int found) {
    ByteVector zero = ByteVector.zero(LANES);
    for (int u = 0; u < units; u++) {
      int at = from + u * NODES;
      int to = found + u * BLOCK;
      int column = columns[at];
      byte threshold = thresholds[at];
      ByteVector a = zero.blend((byte) 1, test(codes, column, threshold));
      ByteVector b = zero.blend((byte) 1, test(codes, column + HALF, threshold));
      column = columns[at + 1];
      threshold = thresholds[at + 1];
      ByteVector c = number(2).blend((byte) 3, test(codes, column, threshold));
      ByteVector d = number(2).blend((byte) 3, test(codes, column + HALF, threshold));
      column = columns[at + 2];
      threshold = thresholds[at + 2];
      a = a.blend(c, test(codes, column, threshold));
      b = b.blend(d, test(codes, column + HALF, threshold));
      column = columns[at + 3];
      threshold = thresholds[at + 3];
      c = number(4).blend((byte) 5, test(codes, column, threshold));
      d = number(4).blend((byte) 5, test(codes, column + HALF, threshold));
      column = columns[at + 4];
      threshold = thresholds[at + 4];
      ByteVector e = number(6).blend((byte) 7, test(codes, column, threshold));
      ByteVector f = number(6).blend((byte) 7, test(codes, column + HALF, threshold));
      column = columns[at + 5];
      threshold = thresholds[at + 5];
      c = c.blend(e, test(codes, column, threshold));
      d = d.blend(f, test(codes, column + HALF, threshold));
      column = columns[at + 6];
      threshold = thresholds[at + 6];
      ByteVector first = number(u << UNIT);
      a.blend(c, test(codes, column, threshold)).add(first).intoArray(codes, to);
      b.blend(d, test(codes, column + HALF, threshold)).add(first).intoArray(codes, to + HALF);
    }
  }

  private static ByteVector number(int value) {
    return ByteVector.broadcast(LANES, (byte) value);
  }

  /// Three levels above others: eight numbers become one.
  private static void above(
      int[] columns, byte[] thresholds, int from, int units, byte[] codes, int found) {
    for (int u = 0; u < units; u++) {
      int at = from + u * NODES;
      int in = found + u * (BLOCK << UNIT);
      int to = found + u * BLOCK;
      int column = columns[at];
      byte threshold = thresholds[at];
      ByteVector a = pick(codes, in, test(codes, column, threshold));
      ByteVector b = pick(codes, in + HALF, test(codes, column + HALF, threshold));
      column = columns[at + 1];
      threshold = thresholds[at + 1];
      in += 2 * BLOCK;
      ByteVector c = pick(codes, in, test(codes, column, threshold));
      ByteVector d = pick(codes, in + HALF, test(codes, column + HALF, threshold));
      column = columns[at + 2];
      threshold = thresholds[at + 2];
      a = a.blend(c, test(codes, column, threshold));
      b = b.blend(d, test(codes, column + HALF, threshold));
      column = columns[at + 3];
      threshold = thresholds[at + 3];
      in += 2 * BLOCK;
      c = pick(codes, in, test(codes, column, threshold));
      d = pick(codes, in + HALF, test(codes, column + HALF, threshold));
      column = columns[at + 4];
      threshold = thresholds[at + 4];
      in += 2 * BLOCK;
      ByteVector e = pick(codes, in, test(codes, column, threshold));
      ByteVector f = pick(codes, in + HALF, test(codes, column + HALF, threshold));
      column = columns[at + 5];
      threshold = thresholds[at + 5];
      c = c.blend(e, test(codes, column, threshold));
      d = d.blend(f, test(codes, column + HALF, threshold));
      column = columns[at + 6];
      threshold = thresholds[at + 6];
      a.blend(c, test(codes, column, threshold)).intoArray(codes, to);
      b.blend(d, test(codes, column + HALF, threshold)).intoArray(codes, to + HALF);
    }
  }

  /// One level above others: two numbers become one.
  private static void single(
      int[] columns, byte[] thresholds, int from, int units, byte[] codes, int found) {
    for (int u = 0; u < units; u++) {
      int in = found + u * (2 * BLOCK);
      int to = found + u * BLOCK;
      int column = columns[from + u];
      byte threshold = thresholds[from + u];
      ByteVector a = pick(codes, in, test(codes, column, threshold));
      ByteVector b = pick(codes, in + HALF, test(codes, column + HALF, threshold));
      a.intoArray(codes, to);
      b.intoArray(codes, to + HALF);
    }
  }

  /// The numbers of the negative child, or those of the positive one where a mask is set.
  private static ByteVector pick(byte[] codes, int in, VectorMask<Byte> positive) {
    return ByteVector.fromArray(LANES, codes, in)
        .blend(ByteVector.fromArray(LANES, codes, in + BLOCK), positive);
  }

  private static VectorMask<Byte> test(byte[] codes, int column, byte threshold) {
    return ByteVector.fromArray(LANES, codes, column).compare(VectorOperators.GT, threshold);
  }

  private void add(int tree, byte[] codes, int found, int count, float[] out, int offset) {
    int base = firstValues[tree];
    int outputs = answers.outputs();
    if (width == 1) {
      addOne(values, base, codes, found, count, out, offset, outputs);
      return;
    }
    for (int row = 0, at = offset; row < count; row++, at += outputs) {
      int value = base + (codes[found + row] & 0xff) * width;
      for (int i = 0; i < width; i++) {
        out[at + i] += values[value + i];
      }
    }
  }

  private static void addOne(
      float[] values,
      int base,
      byte[] codes,
      int found,
      int count,
      float[] out,
      int offset,
      int outputs) {
    for (int row = 0, at = offset; row < count; row++, at += outputs) {
      out[at] += values[base + (codes[found + row] & 0xff)];
    }
  }
}
