package dev.tendril.formats.graph;

/// Orders of axes: Tendril has channels last, some formats have them first.
public final class Layouts {
  private Layouts() {}

  /// The order that brings channels from behind the batch to the end.
  public static int[] toLast(int rank) {
    int[] axes = new int[rank];
    for (int i = 1; i < rank; i++) {
      axes[i] = i == rank - 1 ? 1 : i + 1;
    }
    return axes;
  }

  /// The order that brings channels from the end to behind the batch.
  public static int[] toFirst(int rank) {
    int[] axes = new int[rank];
    for (int i = 1; i < rank; i++) {
      axes[i] = i == 1 ? rank - 1 : i - 1;
    }
    return axes;
  }
}
