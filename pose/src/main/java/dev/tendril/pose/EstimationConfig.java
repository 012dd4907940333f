package dev.tendril.pose;

/// What is asked of one picture.
///
/// @param maxPoses how many persons are looked for; 0: one with models for one person and
///     BlazePose, all that it knows with a model for several
/// @param flipHorizontal whether poses are given as a mirror shows them
public record EstimationConfig(int maxPoses, boolean flipHorizontal) {
  private static final int MOST = 64;

  public static final EstimationConfig DEFAULT = new EstimationConfig(0, false);

  public EstimationConfig {
    PoseOptions.check(
        maxPoses >= 0 && maxPoses <= MOST, "maxPoses", maxPoses, "0 (the model's own) to " + MOST);
  }

  public EstimationConfig withMaxPoses(int number) {
    return new EstimationConfig(number, flipHorizontal);
  }

  public EstimationConfig withFlipHorizontal(boolean on) {
    return new EstimationConfig(maxPoses, on);
  }
}
