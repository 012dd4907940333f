package dev.tendril.data;

/// The bound of one table in memory: arrays are indexed by `int`.
final class Sizes {
  private static final int MOST = Integer.MAX_VALUE - 8;

  private Sizes() {}

  static int checked(long count, String what) {
    if (count > MOST) {
      throw new DataException(
          count
              + " "
              + what
              + " do not fit in one table of at most "
              + MOST
              + "; read fewer files at once");
    }
    return (int) count;
  }
}
