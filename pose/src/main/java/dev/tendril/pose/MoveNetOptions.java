package dev.tendril.pose;

import org.jspecify.annotations.Nullable;

/// How MoveNet finds poses. Names and defaults are those of `MoveNetModelConfig` of TensorFlow.js.
///
/// @param enableSmoothing whether key points of a video are smoothed over time
/// @param minPoseScore below which there is no pose, from 0 to 1
/// @param multiPoseMaxDimension the longer side of what a model for several persons looks at, in
///     pixels: a multiple of 32; larger finds smaller persons and takes longer
/// @param enableTracking whether several persons get numbers that stay the same
/// @param tracker how persons are known again
/// @param threads of a network's run; 0 for one per processor
public record MoveNetOptions(
    boolean enableSmoothing,
    double minPoseScore,
    int multiPoseMaxDimension,
    boolean enableTracking,
    TrackerOptions tracker,
    int threads)
    implements PoseOptions {
  private static final int GRID = 32;
  private static final int MOST = 1024;

  public static final MoveNetOptions DEFAULT =
      new MoveNetOptions(true, 0.25, 256, true, TrackerOptions.BOUNDING_BOX, 0);

  public MoveNetOptions {
    PoseOptions.check(
        minPoseScore >= 0 && minPoseScore <= 1, "minPoseScore", minPoseScore, "0 to 1");
    PoseOptions.check(
        multiPoseMaxDimension >= GRID
            && multiPoseMaxDimension <= MOST
            && multiPoseMaxDimension % GRID == 0,
        "multiPoseMaxDimension",
        multiPoseMaxDimension,
        "a multiple of 32 from 32 to 1024");
    PoseOptions.check(threads >= 0, "threads", threads, "0 (one per processor) or more");
  }

  public MoveNetOptions withEnableSmoothing(boolean on) {
    return new MoveNetOptions(
        on, minPoseScore, multiPoseMaxDimension, enableTracking, tracker, threads);
  }

  public MoveNetOptions withMinPoseScore(double score) {
    return new MoveNetOptions(
        enableSmoothing, score, multiPoseMaxDimension, enableTracking, tracker, threads);
  }

  public MoveNetOptions withMultiPoseMaxDimension(int pixels) {
    return new MoveNetOptions(
        enableSmoothing, minPoseScore, pixels, enableTracking, tracker, threads);
  }

  /// @param how persons are known again; null: they are not
  public MoveNetOptions withTracker(@Nullable TrackerOptions how) {
    return new MoveNetOptions(
        enableSmoothing,
        minPoseScore,
        multiPoseMaxDimension,
        how != null,
        how == null ? tracker : how,
        threads);
  }

  public MoveNetOptions withThreads(int number) {
    return new MoveNetOptions(
        enableSmoothing, minPoseScore, multiPoseMaxDimension, enableTracking, tracker, number);
  }
}
