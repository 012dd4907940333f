package dev.tendril.forest.engine;

import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Tree;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/// Walks trees on the codes of a [CodeBook], eight walks at a time and without a branch that
/// depends on the data.
///
/// A walk is a chain of loads that each wait for the one before, and a mispredicted branch at every
/// node if compiled as one. Here a node is one `long`, the step to a child is arithmetic, and the
/// chains of eight rows in the same tree (of many rows) or of the same row in eight trees (of one
/// row) run side by side in the processor's pipeline. A leaf steps to itself, so that walks of
/// different lengths need no test either.
///
/// | bits of a node | meaning |
/// |---|---|
/// | 63 | whether the condition is on categories |
/// | 48 to 62 | the column of codes |
/// | 32 to 47 | the threshold, or the position of the bitmap of categories |
/// | 0 to 31 | the negative child; the positive one follows it |
///
/// Best for deep trees. Refuses conditions on sets, sums of features and vectors.
final class BinnedEngine implements Engine {
  static final String NAME = "binned";

  private static final int WAYS = 8;
  private static final int LARGEST = 65535;
  private static final int MOST_COLUMNS = 1 << 15;

  /// How many steps are taken between two looks at whether all walks have ended.
  private static final int STEPS = 4;

  /// Trees of at most this depth are walked without looking.
  private static final int SHALLOW = 8;

  private final Answers answers;
  private final FlatEngine flat;
  private final CodeBook book;
  private final int columns;
  private final int width;
  private final int[] roots;
  private final int[] depths;
  private final int[] firstSums;
  private final long[] nodes;
  private final long[] bitmaps;

  /// Where the values of a leaf begin, or its only value.
  private final int[] payload;

  private final float[] values;

  BinnedEngine(Forest forest, Layout layout, FlatEngine flat) throws Unsuited {
    this.answers = new Answers(forest);
    this.flat = flat;
    this.book = new CodeBook(forest, layout, LARGEST);
    if (book.columns() >= MOST_COLUMNS) {
      throw new Unsuited("it needs " + book.columns() + " columns of codes, more than 32767");
    }
    this.columns = Math.max(1, book.columns());
    Compiler compiler = new Compiler(forest, layout);
    this.roots = new int[forest.trees().size()];
    this.depths = new int[roots.length];
    this.firstSums = new int[roots.length];
    for (int t = 0; t < roots.length; t++) {
      roots[t] = compiler.nodes.size();
      compiler.add(forest.trees().get(t), t);
    }
    this.width = compiler.leaves.width();
    this.nodes = compiler.nodes.toArray();
    this.bitmaps = compiler.bitmaps.size() == 0 ? new long[0] : compiler.bitmaps.toArray();
    this.payload = compiler.payload.toArray();
    this.values = compiler.leaves.toArray();
    if (width == 1) {
      for (int i = 0; i < payload.length; i++) {
        payload[i] = Float.floatToRawIntBits(values[payload[i]]);
      }
    }
  }

  private final class Compiler {
    private final Layout layout;
    private final Contributions leaves;
    private final LongList nodes = new LongList();
    private final LongList bitmaps = new LongList();
    private final IntList payload = new IntList();
    private final Map<List<Long>, Integer> known = new HashMap<>();

    Compiler(Forest forest, Layout layout) {
      this.layout = layout;
      this.leaves = new Contributions(forest, answers);
    }

    /// A node that is still to be written.
    private record Pending(Node node, int depth, int at) {}

    /// Lays a tree out level by level, so that children stand together and the first levels share
    /// cache lines.
    void add(Tree tree, int index) throws Unsuited {
      Queue<Pending> queue = new ArrayDeque<>();
      queue.add(new Pending(tree.root(), 0, reserve()));
      while (!queue.isEmpty()) {
        Pending next = queue.remove();
        depths[index] = Math.max(depths[index], next.depth);
        switch (next.node) {
          case Node.Leaf leaf -> {
            nodes.set(next.at, ((long) LARGEST << 32) | next.at);
            payload.set(next.at, leaves.add(leaf, next.depth, index));
            firstSums[index] = leaves.firstSum(index, leaf);
          }
          case Node.Split split -> {
            int child = reserve();
            reserve();
            nodes.set(next.at, test(split) << 32 | child);
            queue.add(new Pending(split.negative(), next.depth + 1, child));
            queue.add(new Pending(split.positive(), next.depth + 1, child + 1));
          }
        }
      }
    }

    private int reserve() {
      nodes.add(0);
      payload.add(0);
      return nodes.size() - 1;
    }

    private long test(Node.Split split) throws Unsuited {
      CodeBook.Test test = book.test(split);
      if (test != null) {
        return (long) test.column() << 16 | test.threshold();
      }
      Condition.Contains contains = (Condition.Contains) split.condition();
      int slot = layout.slot(contains.attribute());
      Long[] bits = new Long[layout.field(slot).vocabulary().size() / 64 + 1];
      java.util.Arrays.fill(bits, 0L);
      bits[0] = split.missingIsPositive() ? 1L : 0L;
      for (int value : contains.values()) {
        bits[(value + 1) >> 6] |= 1L << (value + 1);
      }
      List<Long> bitmap = List.of(bits);
      Integer at = known.get(bitmap);
      if (at == null) {
        at = bitmaps.size();
        known.put(bitmap, at);
        bitmap.forEach(bitmaps::add);
      }
      if (at > LARGEST) {
        throw new Unsuited("its sets of categories take more than 65536 words");
      }
      return (1L << 31) | (long) book.category(slot) << 16 | at;
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
    int whole = count - count % WAYS;
    if (whole > 0) {
      rowsTogether(rows, whole, out, offset);
    }
    for (int row = whole; row < count; row++) {
      treesTogether(rows, row, out, offset + row * answers.outputs());
    }
    answers.finish(out, offset, count);
  }

  private void rowsTogether(Rows rows, int count, float[] out, int offset) {
    char[] codes = rows.chars(count * columns);
    fill(rows, 0, count, codes);
    int outputs = answers.outputs();
    int[] at = rows.ints(WAYS);
    for (int t = 0; t < roots.length; t++) {
      int first = offset + firstSums[t];
      for (int row = 0; row < count; row += WAYS) {
        for (int i = 0; i < WAYS; i++) {
          at[i] = roots[t];
        }
        descend(depths[t], codes, row * columns, columns, at);
        for (int i = 0; i < WAYS; i++) {
          add(at[i], out, first + (row + i) * outputs);
        }
      }
    }
  }

  private void treesTogether(Rows rows, int row, float[] out, int offset) {
    char[] codes = rows.chars(columns);
    fill(rows, row, 1, codes);
    int[] at = rows.ints(WAYS);
    int trees = roots.length;
    for (int t = 0; t < trees; t += WAYS) {
      int depth = 0;
      for (int i = 0; i < WAYS; i++) {
        int tree = Math.min(t + i, trees - 1);
        at[i] = roots[tree];
        depth = Math.max(depth, depths[tree]);
      }
      descend(depth, codes, 0, 0, at);
      for (int i = 0; i < Math.min(WAYS, trees - t); i++) {
        add(at[i], out, offset + firstSums[t + i]);
      }
    }
  }

  private void add(int leaf, float[] out, int at) {
    int value = payload[leaf];
    if (width == 1) {
      out[at] += Float.intBitsToFloat(value);
    } else {
      for (int i = 0; i < width; i++) {
        out[at + i] += values[value + i];
      }
    }
  }

  private void descend(int depth, char[] codes, int base, int stride, int[] at) {
    if (bitmaps.length == 0) {
      descendNumbers(nodes, depth, codes, base, stride, at);
    } else {
      descendMixed(nodes, bitmaps, depth, codes, base, stride, at);
    }
  }

  /// Takes eight walks to their leaves.
  ///
  /// @param stride between the codes of one walk and those of the next
  /// @param at the roots, and afterwards the leaves
  private static void descendNumbers(
      long[] nodes, int depth, char[] codes, int base, int stride, int[] at) {
    int moved = 1;
    int steps = depth > SHALLOW ? STEPS : depth;
    for (int left = depth; left > 0 && moved != 0; left -= steps) {
      for (int s = 0; s < steps; s++) {
        moved = 0;
        for (int i = 0, from = base; i < WAYS; i++, from += stride) {
          int here = at[i];
          long node = nodes[here];
          int code = codes[from + (int) (node >>> 48)];
          int threshold = (int) (node >>> 32) & 0xffff;
          int next = (int) node + ((threshold - code) >>> 31);
          moved |= next ^ here;
          at[i] = next;
        }
      }
    }
  }

  private static void descendMixed(
      long[] nodes, long[] bitmaps, int depth, char[] codes, int base, int stride, int[] at) {
    int moved = 1;
    int steps = depth > SHALLOW ? STEPS : depth;
    for (int left = depth; left > 0 && moved != 0; left -= steps) {
      for (int s = 0; s < steps; s++) {
        moved = 0;
        for (int i = 0, from = base; i < WAYS; i++, from += stride) {
          int here = at[i];
          long node = nodes[here];
          int code = codes[from + ((int) (node >>> 48) & 0x7fff)];
          int operand = (int) (node >>> 32) & 0xffff;
          int categories = (int) (node >> 63);
          long bitmap = bitmaps[(operand + (code >>> 6)) & categories];
          int listed = (int) (bitmap >>> code) & categories;
          int above = ((operand - code) >>> 31) & ~categories;
          int next = (int) node + ((listed | above) & 1);
          moved |= next ^ here;
          at[i] = next;
        }
      }
    }
  }

  /// Writes the codes of rows, row by row.
  private void fill(Rows rows, int from, int count, char[] codes) {
    int slots = rows.layout().slots();
    int[] cells = rows.cells();
    for (CodeBook.Ruler ruler : book.rulers()) {
      for (int row = 0; row < count; row++) {
        int passed = book.count(ruler, cells[(from + row) * slots + ruler.slot()]);
        int at = row * columns + ruler.column();
        for (int i = 0; i < ruler.columns(); i++) {
          codes[at + i] = (char) Math.clamp(passed - i * LARGEST, 0, LARGEST);
        }
      }
    }
    int[] categories = book.categorySlots();
    for (int i = 0; i < categories.length; i++) {
      int at = book.firstCategory() + i;
      for (int row = 0; row < count; row++, at += columns) {
        codes[at] = (char) (cells[(from + row) * slots + categories[i]] + 1);
      }
    }
  }

  @Override
  public void leaves(Rows rows, int count, int[] out, int offset) {
    flat.leaves(rows, count, out, offset);
  }
}
