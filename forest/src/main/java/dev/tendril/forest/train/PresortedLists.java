package dev.tendril.forest.train;

/// The rows of every numerical attribute in ascending order of its value, kept sorted while a tree
/// grows.
///
/// Each attribute is sorted once for all trees, by [TrainingTable]. A tree works on lists that hold
/// its sample; when a node is split, every list is split the same way without changing the order
/// within either side, so that the rows of a node stand sorted in the same positions in every list
/// (SPRINT, Shafer, Agrawal, Mehta 1996). An entry is `key << 32 | row`: the key is looked at right
/// after the row, where a look into another array would miss the cache.
///
/// Attributes of other kinds have empty lists.
final class PresortedLists {
  private static final long[] NONE = {};

  private final TrainingTable table;
  private final Workers workers;
  private final long[][] lists;

  /// Lists for trees of at most so many rows.
  PresortedLists(TrainingTable table, int mostRows, Workers workers) {
    this.table = table;
    this.workers = workers;
    this.lists = new long[table.attributes().size()][];
    for (int i = 0; i < lists.length; i++) {
      boolean sorted = table.attributes().get(i) instanceof Attribute.Numerical;
      lists[i] = sorted ? new long[mostRows] : NONE;
    }
  }

  /// Fills the lists for a tree.
  ///
  /// @param in by row: whether the tree has it, as a number above 0
  void fill(int[] in) {
    workers.forEach(
        lists.length,
        i -> {
          if (table.attributes().get(i) instanceof Attribute.Numerical attribute) {
            fill(attribute, in, lists[i]);
          }
        });
  }

  private static void fill(Attribute.Numerical attribute, int[] in, long[] list) {
    int[] keys = attribute.keys();
    int n = 0;
    for (int row : attribute.order()) {
      if (in[row] > 0) {
        list[n++] = (long) keys[row] << 32 | row;
      }
    }
  }

  /// The list of a numerical attribute; a node's rows are those from its start to its end.
  long[] list(int attribute) {
    return lists[attribute];
  }

  /// Splits the lists at a node.
  ///
  /// @param positive by row: 1 goes to the positive side
  /// @param except an attribute whose list is in order already, or -1
  void partition(int from, int to, byte[] positive, int except, Scratch.Pool pool, boolean fork) {
    if (fork) {
      workers.forEach(lists.length, i -> partition(i, from, to, positive, except, pool));
    } else {
      for (int i = 0; i < lists.length; i++) {
        partition(i, from, to, positive, except, pool);
      }
    }
  }

  private void partition(
      int attribute, int from, int to, byte[] positive, int except, Scratch.Pool pool) {
    long[] list = lists[attribute];
    if (list.length == 0 || attribute == except) {
      return;
    }
    Scratch scratch = pool.borrow();
    RowPartition.split(list, from, to, positive, scratch.spare);
    pool.giveBack(scratch);
  }
}
