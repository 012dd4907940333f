package dev.tendril.forest.train;

/// Stable partition of a range of rows.
final class RowPartition {
  private RowPartition() {}

  /// Moves the negative rows of a range to its front; either side keeps its order. Each row is
  /// written to both sides and one of them advances, so that there is no branch to mispredict.
  ///
  /// @param positive by row: 1 goes to the back, 0 to the front
  /// @param spare room for the range
  /// @return where the positive rows begin
  static int split(int[] rows, int from, int to, byte[] positive, int[] spare) {
    int low = from;
    int high = 0;
    for (int i = from; i < to; i++) {
      int row = rows[i];
      int side = positive[row];
      rows[low] = row;
      spare[high] = row;
      low += 1 - side;
      high += side;
    }
    System.arraycopy(spare, 0, rows, low, high);
    return low;
  }

  /// The same for sorted entries, whose row is the lower half.
  static void split(long[] entries, int from, int to, byte[] positive, long[] spare) {
    int low = from;
    int high = 0;
    for (int i = from; i < to; i++) {
      long entry = entries[i];
      int side = positive[(int) entry];
      entries[low] = entry;
      spare[high] = entry;
      low += 1 - side;
      high += side;
    }
    System.arraycopy(spare, 0, entries, low, high);
  }
}
