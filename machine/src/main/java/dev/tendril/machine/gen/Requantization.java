package dev.tendril.machine.gen;

/// How sums of 32 bits become bytes: a bias is in them already; they are multiplied by a number for
/// each channel, rounded, moved by the zero point and kept to a range.
///
/// @param mode how it is rounded
/// @param signed whether results are signed bytes
/// @param zeroPoint a number that a byte of the result can be
/// @param low the least result
/// @param high the greatest result
public record Requantization(Mode mode, boolean signed, int zeroPoint, int low, int high) {
  /// Ways to multiply and round. The exact ones give the same bits, those of TensorFlow Lite, which
  /// rounds twice, but for ties where that is wanted; which of them can be used depends on how
  /// large sums can become, and the first takes the fewest instructions.
  public enum Mode {
    /// By a 32-bit float, rounded to the nearest, ties to even.
    FAST(2),
    /// Both roundings at once, of the magnitude, where the first never meets a tie and the shift is
    /// to the right.
    EXACT(7),
    /// One rounding after the other, where the shift is to the right and sums have room.
    STEPS(5),
    /// The same with ties of the second rounding up.
    UP(5),
    /// For any sums, factors and shifts.
    ANY(7);

    private final int vectors;

    Mode(int vectors) {
      this.vectors = vectors;
    }

    /// The vectors of constants for each vector of channels, the bias included.
    public int vectors() {
      return vectors;
    }
  }
}
