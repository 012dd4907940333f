package dev.tendril.forest.engine;

import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
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
/// Each node is an integer: the position of its column's codes in the block, and its threshold in
/// the low byte. Codes and thresholds are stored less 128, since bytes are signed. Touched only
/// when the module `jdk.incubator.vector` is there.
final class RowLanes implements Engine {
  static final String NAME = "row lanes";

  private static final VectorSpecies<Byte> LANES = ByteVector.SPECIES_PREFERRED;
  private static final int HALF = LANES.length();
  private static final int BLOCK = 2 * HALF;
  private static final int DEEPEST = 8;
  private static final int LARGEST = 255;
  private static final int BIAS = 128;

  /// A threshold that no code is above.
  private static final int NEVER = 127;

  /// As large as the position of a column may be in a node.
  private static final int MOST_CODES = 1 << 23;

  private final Answers answers;
  private final FlatEngine flat;
  private final CodeBook book;
  private final int width;
  private final int[] depths;
  private final int[] firstNodes;
  private final int[] firstValues;
  private final int[] firstSums;
  private final int[] nodes;
  private final float[] values;

  RowLanes(Forest forest, Layout layout, FlatEngine flat) throws Unsuited {
    this.answers = new Answers(forest);
    this.flat = flat;
    int trees = forest.trees().size();
    this.depths = new int[trees];
    for (int t = 0; t < trees; t++) {
      depths[t] = forest.trees().get(t).depth();
      if (depths[t] > DEEPEST) {
        throw new Unsuited("a tree has depth " + depths[t] + ", more than " + DEEPEST);
      }
      depths[t] = Math.max(2, depths[t]);
    }
    this.book = new CodeBook(forest, layout, LARGEST);
    if (book.categorySlots().length > 0) {
      throw new Unsuited("it has conditions on categories");
    }
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
    this.nodes = compiler.nodes.toArray();
    this.values = compiler.values.toArray();
  }

  /// Fills trees up and writes their nodes in the order of evaluation.
  private final class Compiler {
    private final Contributions leaves;
    private final IntList nodes = new IntList();
    private final FloatList values = new FloatList();

    Compiler(Forest forest) {
      this.leaves = new Contributions(forest, answers);
    }

    void add(Node root, int tree) throws Unsuited {
      firstNodes[tree] = nodes.size();
      firstValues[tree] = values.size();
      int depth = depths[tree];
      // Heap order: the children of i are 2i + 1 (negative) and 2i + 2.
      Node[] heap = new Node[(2 << depth) - 1];
      int[] depthOf = new int[heap.length];
      heap[0] = root;
      for (int i = 0; i < heap.length; i++) {
        int level = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(i + 1);
        if (level < depth) {
          boolean split = heap[i] instanceof Node.Split;
          heap[2 * i + 1] = heap[i] instanceof Node.Split s ? s.negative() : heap[i];
          heap[2 * i + 2] = heap[i] instanceof Node.Split s ? s.positive() : heap[i];
          depthOf[2 * i + 1] = split ? level + 1 : depthOf[i];
          depthOf[2 * i + 2] = depthOf[2 * i + 1];
        }
      }
      for (int level = depth - 2; level >= 0; level -= 2) {
        for (int i = (1 << level) - 1; i < (2 << level) - 1; i++) {
          node(heap[i]);
          node(heap[2 * i + 1]);
          node(heap[2 * i + 2]);
        }
      }
      if (depth % 2 == 1) {
        node(heap[0]);
      }
      for (int i = (1 << depth) - 1; i < heap.length; i++) {
        Node.Leaf leaf = (Node.Leaf) heap[i];
        firstSums[tree] = leaves.firstSum(tree, leaf);
        int at = leaves.add(leaf, depthOf[i], tree);
        values.addAll(leaves.values(at));
      }
    }

    private void node(Node node) {
      if (node instanceof Node.Split split) {
        CodeBook.Test test = java.util.Objects.requireNonNull(book.test(split));
        nodes.add((test.column() * BLOCK) << 8 | ((test.threshold() - BIAS) & 0xff));
      } else {
        nodes.add(NEVER);
      }
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void predict(Rows rows, int count, float[] out, int offset) {
    answers.start(out, offset, count);
    byte[] codes = rows.bytes(BLOCK * (book.columns() + 1) + BLOCK * (1 << (DEEPEST - 2)));
    int found = BLOCK * (book.columns() + 1);
    for (int row = 0; row < count; row += BLOCK) {
      int some = Math.min(BLOCK, count - row);
      for (CodeBook.Ruler ruler : book.rulers()) {
        fill(ruler, rows, row, some, codes);
      }
      int at = offset + row * answers.outputs();
      for (int t = 0; t < depths.length; t++) {
        evaluate(t, codes, found);
        add(t, codes, found, some, out, at + firstSums[t]);
      }
    }
    answers.finish(out, offset, count);
  }

  private void fill(CodeBook.Ruler ruler, Rows rows, int from, int count, byte[] codes) {
    int slots = rows.layout().slots();
    int[] cells = rows.cells();
    int cell = from * slots + ruler.slot();
    int at = ruler.column() * BLOCK;
    for (int row = 0; row < count; row++, cell += slots) {
      int passed = book.count(ruler, cells[cell]);
      for (int i = 0; i < ruler.columns(); i++) {
        codes[at + row + i * BLOCK] = (byte) (Math.clamp(passed - i * LARGEST, 0, LARGEST) - BIAS);
      }
    }
  }

  /// Leaves the number of the leaf that each row reaches at the beginning of the found ones.
  private void evaluate(int tree, byte[] codes, int found) {
    int depth = depths[tree];
    int at = firstNodes[tree];
    int units = 1 << (depth - 2);
    lowest(nodes, at, units, codes, found);
    for (at += 3 * units; units >= 4; at += 3 * units) {
      units >>= 2;
      above(nodes, at, units, codes, found);
    }
    if (units == 2) {
      top(nodes[at], codes, found);
    }
  }

  /// The two lowest levels: units of a node and its two children.
  private static void lowest(int[] nodes, int from, int units, byte[] codes, int found) {
    ByteVector zero = ByteVector.zero(LANES);
    ByteVector one = ByteVector.broadcast(LANES, (byte) 1);
    ByteVector two = ByteVector.broadcast(LANES, (byte) 2);
    ByteVector three = ByteVector.broadcast(LANES, (byte) 3);
    ByteVector four = ByteVector.broadcast(LANES, (byte) 4);
    ByteVector first = zero;
    int to = found;
    for (int u = 0, at = from; u < units; u++, at += 3, to += BLOCK) {
      int parent = nodes[at];
      int left = nodes[at + 1];
      int right = nodes[at + 2];
      ByteVector a =
          zero.blend(one, above(codes, left, 0))
              .blend(two.blend(three, above(codes, right, 0)), above(codes, parent, 0));
      ByteVector b =
          zero.blend(one, above(codes, left, HALF))
              .blend(two.blend(three, above(codes, right, HALF)), above(codes, parent, HALF));
      a.add(first).intoArray(codes, to);
      b.add(first).intoArray(codes, to + HALF);
      first = first.add(four);
    }
  }

  /// Two levels above others: four numbers become one.
  private static void above(int[] nodes, int from, int units, byte[] codes, int found) {
    int in = found;
    int to = found;
    for (int u = 0, at = from; u < units; u++, at += 3, in += 4 * BLOCK, to += BLOCK) {
      int parent = nodes[at];
      int left = nodes[at + 1];
      int right = nodes[at + 2];
      ByteVector a =
          pick(codes, in, in + BLOCK, left, 0)
              .blend(
                  pick(codes, in + 2 * BLOCK, in + 3 * BLOCK, right, 0), above(codes, parent, 0));
      ByteVector b =
          pick(codes, in, in + BLOCK, left, HALF)
              .blend(
                  pick(codes, in + 2 * BLOCK, in + 3 * BLOCK, right, HALF),
                  above(codes, parent, HALF));
      a.intoArray(codes, to);
      b.intoArray(codes, to + HALF);
    }
  }

  private static void top(int node, byte[] codes, int found) {
    ByteVector a = pick(codes, found, found + BLOCK, node, 0);
    ByteVector b = pick(codes, found, found + BLOCK, node, HALF);
    a.intoArray(codes, found);
    b.intoArray(codes, found + HALF);
  }

  private static ByteVector pick(byte[] codes, int negative, int positive, int node, int lane) {
    return ByteVector.fromArray(LANES, codes, negative + lane)
        .blend(ByteVector.fromArray(LANES, codes, positive + lane), above(codes, node, lane));
  }

  private static VectorMask<Byte> above(byte[] codes, int node, int lane) {
    return ByteVector.fromArray(LANES, codes, (node >>> 8) + lane)
        .compare(VectorOperators.GT, (byte) node);
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

  @Override
  public void leaves(Rows rows, int count, int[] out, int offset) {
    flat.leaves(rows, count, out, offset);
  }
}
