package dev.tendril.pose;

import org.jspecify.annotations.Nullable;

/// How BlazePose finds poses. Names and defaults are those of `BlazePoseTfjsModelConfig` of
/// TensorFlow.js and of the options of `PoseLandmarker` of MediaPipe.
///
/// @param enableSmoothing whether landmarks of a video are smoothed over time
/// @param enableSegmentation whether poses tell which pixels belong to them
/// @param smoothSegmentation whether that is smoothed over time too
/// @param minPoseDetectionConfidence below which the detector's answers do not count, from 0 to 1
/// @param minPosePresenceConfidence above which there is a person where one was looked for
/// @param minTrackingConfidence what two regions of one person have in common at least
/// @param tracker how several persons are known again; null: they get no numbers
/// @param threads of a network's run; 0 for one per processor
public record BlazePoseOptions(
    boolean enableSmoothing,
    boolean enableSegmentation,
    boolean smoothSegmentation,
    double minPoseDetectionConfidence,
    double minPosePresenceConfidence,
    double minTrackingConfidence,
    @Nullable TrackerOptions tracker,
    int threads)
    implements PoseOptions {
  public static final BlazePoseOptions DEFAULT =
      new BlazePoseOptions(true, false, true, 0.5, 0.5, 0.5, TrackerOptions.BOUNDING_BOX, 0);

  public BlazePoseOptions {
    share("minPoseDetectionConfidence", minPoseDetectionConfidence);
    share("minPosePresenceConfidence", minPosePresenceConfidence);
    share("minTrackingConfidence", minTrackingConfidence);
    PoseOptions.check(threads >= 0, "threads", threads, "0 (one per processor) or more");
  }

  private static void share(String name, double value) {
    PoseOptions.check(value >= 0 && value <= 1, name, value, "0 to 1");
  }

  public BlazePoseOptions withEnableSmoothing(boolean on) {
    return new BlazePoseOptions(
        on,
        enableSegmentation,
        smoothSegmentation,
        minPoseDetectionConfidence,
        minPosePresenceConfidence,
        minTrackingConfidence,
        tracker,
        threads);
  }

  /// @param on whether poses tell which pixels belong to them
  /// @param smooth whether that is smoothed over time
  public BlazePoseOptions withSegmentation(boolean on, boolean smooth) {
    return new BlazePoseOptions(
        enableSmoothing,
        on,
        smooth,
        minPoseDetectionConfidence,
        minPosePresenceConfidence,
        minTrackingConfidence,
        tracker,
        threads);
  }

  /// @param detection below which the detector's answers do not count
  /// @param presence above which there is a person where one was looked for
  /// @param tracking what two regions of one person have in common at least
  public BlazePoseOptions withConfidences(double detection, double presence, double tracking) {
    return new BlazePoseOptions(
        enableSmoothing,
        enableSegmentation,
        smoothSegmentation,
        detection,
        presence,
        tracking,
        tracker,
        threads);
  }

  /// @param how several persons are known again; null: they get no numbers
  public BlazePoseOptions withTracker(@Nullable TrackerOptions how) {
    return new BlazePoseOptions(
        enableSmoothing,
        enableSegmentation,
        smoothSegmentation,
        minPoseDetectionConfidence,
        minPosePresenceConfidence,
        minTrackingConfidence,
        how,
        threads);
  }

  public BlazePoseOptions withThreads(int number) {
    return new BlazePoseOptions(
        enableSmoothing,
        enableSegmentation,
        smoothSegmentation,
        minPoseDetectionConfidence,
        minPosePresenceConfidence,
        minTrackingConfidence,
        tracker,
        number);
  }
}
