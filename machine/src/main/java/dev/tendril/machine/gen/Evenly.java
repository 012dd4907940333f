package dev.tendril.machine.gen;

/// Something cut into parts that differ by one at most: first the larger ones, then the smaller.
///
/// @param larger the number of larger parts
/// @param size their size
/// @param smaller the number of parts of `size - 1`
public record Evenly(int larger, int size, int smaller) {
  /// @param most the greatest size that a part may have
  public static Evenly of(int whole, int most) {
    int parts = Math.ceilDiv(whole, most);
    int size = parts == 0 ? 1 : Math.ceilDiv(whole, parts);
    int smaller = parts * size - whole;
    return new Evenly(parts - smaller, size, smaller);
  }

  public int parts() {
    return larger + smaller;
  }

  /// Where a part begins.
  public int start(int part) {
    return part <= larger ? part * size : larger * size + (part - larger) * (size - 1);
  }

  public int whole() {
    return start(parts());
  }
}
