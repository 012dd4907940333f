package dev.tendril.data;

public final class Splits {
  private Splits() {}

  public static Split random(Frame frame, double testShare, long seed) {
    throw new IllegalStateException(frame.toString() + testShare + seed);
  }
}
