package dev.tendril.forest.train;

/// Rows by group, each group's ascending.
///
/// @param starts group `g` owns the rows from `starts[g]` to `starts[g + 1]`
/// @param rows the rows, group by group
record Groups(int[] starts, int[] rows) {
  /// @param groupOf the group of every row of the table, from 0
  /// @param rows some rows, ascending; groups without any of them are left out
  static Groups of(int[] groupOf, int[] rows) {
    int most = 0;
    for (int row : rows) {
      most = Math.max(most, groupOf[row] + 1);
    }
    int[] sizes = new int[most];
    for (int row : rows) {
      sizes[groupOf[row]]++;
    }
    int[] next = new int[most];
    int[] starts = new int[most + 1];
    int groups = 0;
    int start = 0;
    for (int g = 0; g < most; g++) {
      next[g] = start;
      start += sizes[g];
      if (sizes[g] > 0) {
        starts[++groups] = start;
      }
    }
    int[] members = new int[rows.length];
    for (int row : rows) {
      members[next[groupOf[row]]++] = row;
    }
    return new Groups(java.util.Arrays.copyOf(starts, groups + 1), members);
  }

  int count() {
    return starts.length - 1;
  }

  int size(int group) {
    return starts[group + 1] - starts[group];
  }

  /// A row of a group, by its position in it.
  int row(int group, int position) {
    return rows[starts[group] + position];
  }
}
