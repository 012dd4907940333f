package dev.tendril.forest.engine;

import dev.tendril.data.Semantic;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Tree;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/// Walks trees on whole numbers, eight walks at a time and without a branch that depends on the
/// data.
///
/// A walk is a chain of loads that each wait for the one before, and a mispredicted branch at every
/// node if compiled as one. Here a node is one `long`, the step to a child is arithmetic, and the
/// chains of eight rows in the same tree (of many rows) or of the same row in eight trees (of one
/// row) run side by side in the processor's pipeline. A leaf steps to itself, so that walks of
/// different lengths need no test either.
///
/// Every ordered value becomes its key, a whole number of the same order. Each condition says for
/// itself where a missing value goes, so a feature has up to two columns of keys: in one a missing
/// value is below all thresholds, in the other above. A category has a column of its index plus 1.
///
/// | bits of a node | meaning |
/// |---|---|
/// | 32 to 63 | the smallest positive key, or the position of the bitmap of categories |
/// | 31 | whether the condition is on categories |
/// | 16 to 30 | the column |
/// | 0 to 15 | how far away the negative child is; the positive one follows it |
///
/// Fast from the first rows on: little is prepared, and the loops are short. Refuses conditions on
/// sets, sums of features and vectors.
final class KeyedEngine implements Engine {
  static final String NAME = "keyed";

  private static final int WAYS = 8;
  private static final int MOST_COLUMNS = (1 << 15) - 1;
  private static final int FARTHEST = (1 << 16) - 1;

  /// How many steps are taken between two looks at whether all walks have ended.
  private static final int STEPS = 4;

  /// Trees of at most this depth are walked without looking.
  private static final int SHALLOW = 8;

  /// Kinds of columns.
  private static final int NUMBER = 0;

  private static final int CODE = 1;
  private static final int CATEGORY = 2;

  private static final int BELOW = Integer.MIN_VALUE;
  private static final int ABOVE = Integer.MAX_VALUE;

  private final Answers answers;
  private final int width;
  private final int[] roots;
  private final int[] depths;
  private final int[] firstSums;

  /// The roots, filled up to a multiple of the walks at a time, and the depths of the groups.
  private final int[] groupRoots;

  private final int[] groupDepths;

  /// Whether there is one sum, to which each leaf adds one value.
  private final boolean single;

  private final long[] nodes;
  private final long[] bitmaps;

  /// Where the values of a leaf begin, or its only value.
  private final int[] payload;

  private final float[] values;

  /// The number of columns; the last is below everything.
  private final int columns;

  private final int[] slots;

  /// Of every column, what a missing value becomes there.
  private final int[] missing;

  private final int[] kinds;

  KeyedEngine(Forest forest, Layout layout) throws Unsuited {
    this.answers = new Answers(forest);
    Compiler compiler = new Compiler(forest, layout);
    this.roots = new int[forest.trees().size()];
    this.depths = new int[roots.length];
    this.firstSums = new int[roots.length];
    for (int t = 0; t < roots.length; t++) {
      roots[t] = compiler.nodes.size();
      compiler.add(forest.trees().get(t), t);
    }
    this.groupDepths = new int[(roots.length + WAYS - 1) / WAYS];
    this.groupRoots = Arrays.copyOf(roots, groupDepths.length * WAYS);
    Arrays.fill(groupRoots, roots.length, groupRoots.length, roots[roots.length - 1]);
    for (int t = 0; t < roots.length; t++) {
      groupDepths[t / WAYS] = Math.max(groupDepths[t / WAYS], depths[t]);
    }
    this.width = compiler.leaves.width();
    this.single = width == 1 && answers.sums() == 1;
    this.bitmaps = compiler.bitmaps.size() == 0 ? new long[0] : compiler.bitmaps.toArray();
    this.payload = compiler.payload.toArray();
    this.values = compiler.leaves.toArray();
    if (width == 1) {
      for (int i = 0; i < payload.length; i++) {
        payload[i] = Float.floatToRawIntBits(values[payload[i]]);
      }
    }
    this.slots = compiler.slots.toArray();
    this.missing = compiler.missing.toArray();
    this.columns = slots.length + 1;
    if (columns > MOST_COLUMNS) {
      throw new Unsuited("it needs " + columns + " columns of keys, more than " + MOST_COLUMNS);
    }
    this.kinds = new int[slots.length];
    for (int column = 0; column < slots.length; column++) {
      kinds[column] =
          switch (layout.semantic(slots[column])) {
            case NUMERICAL -> NUMBER;
            case CATEGORICAL -> missing[column] == 0 ? CATEGORY : CODE;
            case CATEGORICAL_SET,
                BOOLEAN,
                DISCRETIZED_NUMERICAL,
                NUMERICAL_VECTOR_SEQUENCE,
                TEXT,
                HASH ->
                CODE;
          };
    }
    this.nodes = compiler.nodes.toArray();
    for (int i = 0; i < nodes.length; i++) {
      if ((nodes[i] & FARTHEST) == 0) {
        nodes[i] = (long) ABOVE << 32 | (long) slots.length << 16;
      }
    }
  }

  private final class Compiler {
    private final Layout layout;
    private final Contributions leaves;
    private final LongList nodes = new LongList();
    private final LongList bitmaps = new LongList();
    private final IntList payload = new IntList();
    private final IntList slots = new IntList();
    private final IntList missing = new IntList();

    /// The column of a slot and of what a missing value becomes, plus 1; 0 while there is none.
    private final int[] columnOf;

    private final Map<List<Long>, Integer> known = new HashMap<>();

    Compiler(Forest forest, Layout layout) throws Unsuited {
      this.layout = layout;
      this.columnOf = new int[3 * layout.slots()];
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
        if (next.node instanceof Node.Split split) {
          int child = reserve();
          reserve();
          if (child - next.at > FARTHEST) {
            throw new Unsuited("a tree has more than " + FARTHEST + " nodes on a level");
          }
          nodes.set(next.at, test(split) | (child - next.at));
          queue.add(new Pending(split.negative(), next.depth + 1, child));
          queue.add(new Pending(split.positive(), next.depth + 1, child + 1));
        } else if (next.node instanceof Node.Leaf leaf) {
          payload.set(next.at, leaves.add(leaf, next.depth, index));
          firstSums[index] = leaves.firstSum(index, leaf);
        }
      }
    }

    private int reserve() {
      nodes.add(0);
      payload.add(0);
      return nodes.size() - 1;
    }

    private long test(Node.Split split) throws Unsuited {
      int slot = layout.slot(split.condition().attributes()[0]);
      boolean passes = split.missingIsPositive();
      // Linking a switch on patterns takes milliseconds, which forests of numbers are spared.
      if (split.condition() instanceof Condition.AtLeast atLeast) {
        return atLeast(slot, passes, atLeast.threshold());
      }
      return switch (split.condition()) {
        case Condition.IsMissing _ -> ordered(slot, true, ABOVE);
        case Condition.AtLeast(_, float threshold) -> atLeast(slot, passes, threshold);
        case Condition.IsTrue _ -> ordered(slot, passes, 1);
        case Condition.BinAtLeast(_, int bin) -> ordered(slot, passes, Math.max(BELOW + 1, bin));
        case Condition.Contains contains -> {
          if (layout.semantic(slot) != Semantic.CATEGORICAL) {
            throw new Unsuited("it has conditions on sets of categories");
          }
          long column = column(slot, 0);
          yield (long) bitmap(contains, slot, passes) << 32 | 1L << 31 | column << 16;
        }
        case Condition.Oblique _ -> throw new Unsuited("it has conditions on sums of features");
        case Condition.CloserThan _, Condition.ProjectedMoreThan _ ->
            throw new Unsuited("it has conditions on sequences of vectors");
      };
    }

    private long atLeast(int slot, boolean missingPasses, float threshold) {
      return ordered(slot, missingPasses, Float.isNaN(threshold) ? ABOVE : CodeBook.key(threshold));
    }

    private long ordered(int slot, boolean missingPasses, int key) {
      return (long) key << 32 | (long) column(slot, missingPasses ? ABOVE : BELOW) << 16;
    }

    /// @param ofMissing what a missing value becomes: below, above, or 0 for a category
    private int column(int slot, int ofMissing) {
      int key = 3 * slot + (ofMissing == 0 ? 0 : ofMissing == ABOVE ? 1 : 2);
      if (columnOf[key] == 0) {
        slots.add(slot);
        missing.add(ofMissing);
        columnOf[key] = slots.size();
      }
      return Math.min(columnOf[key] - 1, MOST_COLUMNS);
    }

    private int bitmap(Condition.Contains contains, int slot, boolean missingPasses) {
      Long[] bits = new Long[layout.field(slot).vocabulary().size() / 64 + 1];
      Arrays.fill(bits, 0L);
      bits[0] = missingPasses ? 1L : 0L;
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
      return at;
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
    int[] keys = rows.ints(WAYS + Math.max(1, whole) * columns);
    if (whole > 0) {
      rowsTogether(rows, whole, keys, out, offset);
    }
    for (int row = whole; row < count; row++) {
      treesTogether(rows, row, keys, out, offset + row * answers.outputs());
    }
    answers.finish(out, offset, count);
  }

  private void rowsTogether(Rows rows, int count, int[] keys, float[] out, int offset) {
    fill(rows, 0, count, keys);
    int outputs = answers.outputs();
    for (int t = 0; t < roots.length; t++) {
      int first = offset + firstSums[t];
      for (int row = 0; row < count; row += WAYS) {
        for (int i = 0; i < WAYS; i++) {
          keys[i] = roots[t];
        }
        descend(depths[t], keys, WAYS + row * columns, columns);
        for (int i = 0; i < WAYS; i++) {
          add(keys[i], out, first + (row + i) * outputs);
        }
      }
    }
  }

  private void treesTogether(Rows rows, int row, int[] keys, float[] out, int offset) {
    fill(rows, row, 1, keys);
    int trees = roots.length;
    float sum = out[offset];
    for (int t = 0; t < trees; t += WAYS) {
      System.arraycopy(groupRoots, t, keys, 0, WAYS);
      descend(groupDepths[t / WAYS], keys, WAYS, 0);
      int some = Math.min(WAYS, trees - t);
      if (single) {
        for (int i = 0; i < some; i++) {
          sum += Float.intBitsToFloat(payload[keys[i]]);
        }
      } else {
        for (int i = 0; i < some; i++) {
          add(keys[i], out, offset + firstSums[t + i]);
        }
      }
    }
    if (single) {
      out[offset] = sum;
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

  /// Takes eight walks to their leaves.
  ///
  /// @param keys the roots, and afterwards the leaves, before the keys
  /// @param base where the keys of the first walk begin
  /// @param stride between the keys of one walk and those of the next
  private void descend(int depth, int[] keys, int base, int stride) {
    int steps = depth > SHALLOW ? STEPS : depth;
    for (int left = depth; left > 0; left -= steps) {
      boolean moved =
          bitmaps.length == 0
              ? walk(nodes, steps, keys, base, stride)
              : walkMixed(nodes, bitmaps, steps, keys, base, stride);
      if (!moved) {
        return;
      }
    }
  }

  /// Takes eight walks some steps further.
  ///
  /// @return whether any of them has moved
  private static boolean walk(long[] nodes, int steps, int[] keys, int base, int stride) {
    int a = keys[0];
    int b = keys[1];
    int c = keys[2];
    int d = keys[3];
    int e = keys[4];
    int f = keys[5];
    int g = keys[6];
    int h = keys[7];
    // Walks only move forward, and not as far as an integer counts: equal sums, equal places.
    int before = a + b + c + d + e + f + g + h;
    for (int s = 0; s < steps; s++) {
      int from = base;
      a = step(nodes, a, keys, from);
      b = step(nodes, b, keys, from += stride);
      c = step(nodes, c, keys, from += stride);
      d = step(nodes, d, keys, from += stride);
      e = step(nodes, e, keys, from += stride);
      f = step(nodes, f, keys, from += stride);
      g = step(nodes, g, keys, from += stride);
      h = step(nodes, h, keys, from + stride);
    }
    keys[0] = a;
    keys[1] = b;
    keys[2] = c;
    keys[3] = d;
    keys[4] = e;
    keys[5] = f;
    keys[6] = g;
    keys[7] = h;
    return before != a + b + c + d + e + f + g + h;
  }

  private static int step(long[] nodes, int at, int[] keys, int from) {
    long node = nodes[at];
    int key = keys[from + ((int) node >>> 16)];
    return at + ((int) node & FARTHEST) + (int) (((node >> 32) - key - 1) >>> 63);
  }

  private static boolean walkMixed(
      long[] nodes, long[] bitmaps, int steps, int[] keys, int base, int stride) {
    int a = keys[0];
    int b = keys[1];
    int c = keys[2];
    int d = keys[3];
    int e = keys[4];
    int f = keys[5];
    int g = keys[6];
    int h = keys[7];
    int before = a + b + c + d + e + f + g + h;
    for (int s = 0; s < steps; s++) {
      int from = base;
      a = stepMixed(nodes, bitmaps, a, keys, from);
      b = stepMixed(nodes, bitmaps, b, keys, from += stride);
      c = stepMixed(nodes, bitmaps, c, keys, from += stride);
      d = stepMixed(nodes, bitmaps, d, keys, from += stride);
      e = stepMixed(nodes, bitmaps, e, keys, from += stride);
      f = stepMixed(nodes, bitmaps, f, keys, from += stride);
      g = stepMixed(nodes, bitmaps, g, keys, from += stride);
      h = stepMixed(nodes, bitmaps, h, keys, from + stride);
    }
    keys[0] = a;
    keys[1] = b;
    keys[2] = c;
    keys[3] = d;
    keys[4] = e;
    keys[5] = f;
    keys[6] = g;
    keys[7] = h;
    return before != a + b + c + d + e + f + g + h;
  }

  private static int stepMixed(long[] nodes, long[] bitmaps, int at, int[] keys, int from) {
    long node = nodes[at];
    int key = keys[from + (((int) node >>> 16) & 0x7fff)];
    int categories = (int) node >> 31;
    int operand = (int) (node >>> 32);
    long bitmap = bitmaps[(operand + (key >>> 6)) & categories];
    int listed = (int) (bitmap >>> key) & categories;
    int above = (int) (((long) operand - key - 1) >>> 63) & ~categories;
    return at + ((int) node & FARTHEST) + ((listed | above) & 1);
  }

  /// Writes the keys of rows, row by row, behind the room for the walks.
  private void fill(Rows rows, int from, int count, int[] keys) {
    int stride = rows.layout().slots();
    for (int row = 0; row < count; row++) {
      int at = WAYS + row * columns;
      fill(rows.cells(), (from + row) * stride, keys, at);
      keys[at + slots.length] = BELOW;
    }
  }

  private void fill(int[] cells, int first, int[] keys, int at) {
    for (int column = 0; column < slots.length; column++) {
      int cell = cells[first + slots[column]];
      int key = cell + 1;
      if (kinds[column] == NUMBER) {
        float value = Float.intBitsToFloat(cell);
        key = Float.isNaN(value) ? missing[column] : CodeBook.key(value);
      } else if (kinds[column] == CODE) {
        key = cell == Rows.MISSING ? missing[column] : cell;
      }
      keys[at + column] = key;
    }
  }
}
