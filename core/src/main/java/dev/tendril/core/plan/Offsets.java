package dev.tendril.core.plan;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Gives blocks of memory offsets, so that those that live at the same time do not overlap and the
/// whole is small: dynamic storage allocation, which is NP-hard (Garey, Johnson, problem SR2).
///
/// A solution comes from an order of the blocks: one after the other is put into a gap among those
/// that are there already and live at the same time, into the lowest or into the tightest. Orders
/// that are tried: by size, as TensorFlow Lite does; by the breadth of the step at which most
/// memory is needed (Pisarchyk, Lee, "Efficient Memory Management for Deep Neural Net Inference",
/// 2020, section 5); by life, by area, by time. If none reaches the lower bound, a search moves
/// blocks at the top of memory ahead. It draws from a stream with a fixed seed and is bounded in
/// work, not in time.
final class Offsets {
  /// Memory that is needed from one step to another, both included.
  record Block(long bytes, int first, int last) {
    boolean meets(Block other) {
      return first <= other.last && other.first <= last;
    }
  }

  /// The most pairs of blocks that a search looks at.
  private static final long SEARCH_WORK = 20_000_000;

  private static final int SEARCH_ROUNDS = 2_000;

  private final Block[] blocks;
  private final long bound;
  private long[] best = new long[0];
  private long bestEnd = Long.MAX_VALUE;
  private int[] bestOrder = new int[0];
  private boolean bestTight;

  private Offsets(List<Block> blocks, long bound) {
    this.blocks = blocks.toArray(Block[]::new);
    this.bound = bound;
  }

  /// The offsets of blocks, in their order.
  static long[] assign(List<Block> blocks) {
    Offsets offsets = new Offsets(blocks, bound(blocks));
    offsets.solve();
    return offsets.best;
  }

  /// The most bytes that are needed at one step.
  static long bound(List<Block> blocks) {
    return Arrays.stream(breadths(blocks)).max().orElse(0);
  }

  /// The step at which the most bytes are needed, the first of equals; steps begin with -1.
  static int peak(List<Block> blocks) {
    long[] breadths = breadths(blocks);
    long most = Arrays.stream(breadths).max().orElse(0);
    return IntStream.range(0, breadths.length)
            .filter(t -> breadths[t] == most)
            .findFirst()
            .orElse(0)
        - 1;
  }

  private static long[] breadths(List<Block> blocks) {
    int steps = blocks.stream().mapToInt(Block::last).max().orElse(-1) + 2;
    long[] breadths = new long[steps];
    for (Block block : blocks) {
      breadths[block.first + 1] += block.bytes;
      if (block.last + 2 < steps) {
        breadths[block.last + 2] -= block.bytes;
      }
    }
    Arrays.parallelPrefix(breadths, Math::addExact);
    return breadths;
  }

  /// Where memory ends.
  static long end(List<Block> blocks, long[] offsets) {
    return IntStream.range(0, offsets.length)
        .mapToLong(i -> offsets[i] + blocks.get(i).bytes)
        .max()
        .orElse(0);
  }

  private void solve() {
    best = new long[blocks.length];
    long[] breadths = breadths(Arrays.asList(blocks));
    long[] widest = new long[blocks.length];
    for (int i = 0; i < blocks.length; i++) {
      widest[i] = Arrays.stream(breadths, blocks[i].first + 1, blocks[i].last + 2).max().orElse(0);
    }
    Comparator<Integer> size = Comparator.comparingLong(i -> -blocks[i].bytes);
    Comparator<Integer> life = Comparator.comparingInt(i -> blocks[i].first - blocks[i].last);
    Comparator<Integer> time = Comparator.comparingInt(i -> blocks[i].first);
    Comparator<Integer> end = Comparator.comparingInt(i -> -blocks[i].last);
    Comparator<Integer> area =
        Comparator.comparingDouble(
            i -> -(double) blocks[i].bytes * (blocks[i].last - blocks[i].first + 1));
    Comparator<Integer> breadth = Comparator.comparingLong(i -> -widest[i]);
    for (Comparator<Integer> order :
        List.of(
            size.thenComparing(time),
            breadth.thenComparing(size).thenComparing(time),
            size.thenComparing(life),
            life.thenComparing(size),
            area,
            time.thenComparing(size),
            end.thenComparing(size))) {
      int[] sorted =
          IntStream.range(0, blocks.length)
              .boxed()
              .sorted(order)
              .mapToInt(Integer::intValue)
              .toArray();
      if (attempt(sorted, false) || attempt(sorted, true)) {
        return;
      }
    }
    search();
  }

  /// Keeps a solution if it is better; whether it is as good as can be.
  private boolean attempt(int[] order, boolean tight) {
    long[] offsets = place(order, tight);
    long end = end(Arrays.asList(blocks), offsets);
    if (end < bestEnd) {
      best = offsets;
      bestEnd = end;
      bestOrder = order;
      bestTight = tight;
    }
    return bestEnd <= bound;
  }

  private long[] place(int[] order, boolean tight) {
    long[] offsets = new long[blocks.length];
    int[] placed = new int[blocks.length];
    for (int count = 0; count < order.length; count++) {
      Block block = blocks[order[count]];
      long end = 0;
      long found = -1;
      long gap = Long.MAX_VALUE;
      for (int i = 0; i < count && (found < 0 || tight); i++) {
        Block other = blocks[placed[i]];
        if (block.meets(other)) {
          long room = offsets[placed[i]] - end;
          if (room >= block.bytes && room < gap) {
            found = end;
            gap = room;
          }
          end = Math.max(end, offsets[placed[i]] + other.bytes);
        }
      }
      offsets[order[count]] = found < 0 ? end : found;
      insert(placed, count, order[count], offsets);
    }
    return offsets;
  }

  /// Keeps blocks that are placed in the order of their offsets.
  private static void insert(int[] placed, int count, int block, long[] offsets) {
    int at = count;
    while (at > 0 && offsets[placed[at - 1]] > offsets[block]) {
      placed[at] = placed[at - 1];
      at--;
    }
    placed[at] = block;
  }

  /// Moves a block at the top of memory to an earlier place of the order, or two at random for each
  /// other; keeps what is not worse.
  private void search() {
    long rounds = Math.min(SEARCH_ROUNDS, SEARCH_WORK / ((long) blocks.length * blocks.length + 1));
    SplittableRandom random = new SplittableRandom(blocks.length);
    Walk walk = new Walk(bestOrder, best, bestEnd);
    for (long round = 0; round < rounds; round++) {
      int[] next = walk.order.clone();
      int from = random.nextInt(2) == 0 ? walk.top(random) : random.nextInt(next.length);
      int to = random.nextInt(Math.max(1, from));
      int moved = next[from];
      System.arraycopy(next, to, next, to + 1, from - to);
      next[to] = moved;
      long[] offsets = place(next, bestTight);
      long end = end(Arrays.asList(blocks), offsets);
      if (end <= walk.end) {
        walk = new Walk(next, offsets, end);
      }
      if (end < bestEnd) {
        best = offsets;
        bestEnd = end;
        if (end <= bound) {
          return;
        }
      }
    }
  }

  /// Where the search is.
  private final class Walk {
    final int[] order;
    final long[] offsets;
    final long end;

    Walk(int[] order, long[] offsets, long end) {
      this.order = order;
      this.offsets = offsets;
      this.end = end;
    }

    /// The place in the order of one of the blocks that end where memory ends.
    int top(SplittableRandom random) {
      int[] tops =
          IntStream.range(0, order.length)
              .filter(i -> offsets[order[i]] + blocks[order[i]].bytes == end)
              .toArray();
      return tops[random.nextInt(tops.length)];
    }
  }
}
