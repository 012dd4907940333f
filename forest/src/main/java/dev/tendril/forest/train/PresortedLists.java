package dev.tendril.forest.train;

import org.jspecify.annotations.Nullable;

/// The rows of every numerical attribute in ascending order of its value, kept sorted while a tree
/// grows.
///
/// Each attribute is sorted once for all trees. A tree works on a copy that holds its sample; when
/// a node is split, every list is split the same way without changing the order within either side,
/// so that the rows of a node stand sorted in the same positions in every list (SPRINT, Shafer,
/// Agrawal, Mehta 1996).
final class PresortedLists {
  private static final long[] NONE = {};

  private final long[][] sorted;
  private final Workers workers;

  private PresortedLists(long[][] sorted, Workers workers) {
    this.sorted = sorted;
    this.workers = workers;
  }

  /// Sorts every numerical attribute over these rows, which ascend. Attributes of other kinds have
  /// no list.
  static PresortedLists of(TrainingTable table, int[] rows, Workers workers) {
    long[][] sorted = new long[table.attributes().size()][];
    workers.forEach(
        sorted.length,
        i -> {
          sorted[i] = NONE;
          if (table.attributes().get(i) instanceof Attribute.Numerical attribute) {
            long[] list = new long[rows.length];
            for (int r = 0; r < rows.length; r++) {
              list[r] = (long) attribute.keys()[rows[r]] << 32 | rows[r];
            }
            Radix.sort(list, rows.length, new long[rows.length]);
            sorted[i] = list;
          }
        });
    return new PresortedLists(sorted, workers);
  }

  /// A copy that holds the rows whose multiplicity is not zero; null: all.
  ///
  /// @param reuse an earlier copy to overwrite, or null
  PresortedLists sample(int @Nullable [] multiplicity, int size, @Nullable PresortedLists reuse) {
    long[][] copy = reuse == null ? new long[sorted.length][] : reuse.sorted;
    workers.forEach(
        sorted.length,
        i -> {
          long[] from = sorted[i];
          if (from.length == 0) {
            copy[i] = NONE;
            return;
          }
          long[] to = reuse == null ? new long[size] : copy[i];
          if (multiplicity == null) {
            System.arraycopy(from, 0, to, 0, size);
          } else {
            int n = 0;
            for (long entry : from) {
              if (multiplicity[(int) entry] > 0) {
                to[n++] = entry;
              }
            }
          }
          copy[i] = to;
        });
    return reuse == null ? new PresortedLists(copy, workers) : reuse;
  }

  /// The list of a numerical attribute; a node's rows are those from its start to its end.
  long[] list(int attribute) {
    return sorted[attribute];
  }

  /// Splits the lists at a node.
  ///
  /// @param positive by row: 1 goes to the positive side
  /// @param except an attribute whose list is in order already, or -1
  void partition(int from, int to, byte[] positive, int except, Scratch.Pool pool, boolean fork) {
    if (fork) {
      workers.forEach(sorted.length, i -> partition(i, from, to, positive, except, pool));
    } else {
      for (int i = 0; i < sorted.length; i++) {
        partition(i, from, to, positive, except, pool);
      }
    }
  }

  private void partition(
      int attribute, int from, int to, byte[] positive, int except, Scratch.Pool pool) {
    long[] list = sorted[attribute];
    if (list.length == 0 || attribute == except) {
      return;
    }
    Scratch scratch = pool.borrow();
    partition(list, from, to, positive, scratch.spare);
    pool.giveBack(scratch);
  }

  /// Writes each entry to both sides and advances one of them, so that there is no branch to
  /// mispredict.
  private static void partition(long[] list, int from, int to, byte[] positive, long[] spare) {
    int low = from;
    int high = 0;
    for (int i = from; i < to; i++) {
      long entry = list[i];
      int side = positive[(int) entry];
      list[low] = entry;
      spare[high] = entry;
      low += 1 - side;
      high += side;
    }
    System.arraycopy(spare, 0, list, low, high);
  }
}
