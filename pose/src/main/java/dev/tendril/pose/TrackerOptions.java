package dev.tendril.pose;

import java.util.List;

/// How persons are known again from frame to frame.
///
/// @param type what is compared
/// @param maxTracks how many persons are remembered at most
/// @param maxAge for how long a person is remembered who is out of sight, in milliseconds
/// @param minSimilarity of two poses of one person, from 0 to 1
/// @param keypointConfidenceThreshold of key points that are compared, from 0 to 1
/// @param keypointFalloff how far each key point may be off, as a share of the person's size
/// @param minNumberOfKeypoints that both poses must have for a comparison
public record TrackerOptions(
    Type type,
    int maxTracks,
    double maxAge,
    double minSimilarity,
    double keypointConfidenceThreshold,
    List<Double> keypointFalloff,
    int minNumberOfKeypoints) {
  private static final List<Double> COCO_FALLOFF =
      List.of(
          .026, .025, .025, .035, .035, .079, .079, .072, .072, .062, .062, .107, .107, .087, .087,
          .089, .089);

  /// What is compared of two poses.
  public enum Type {
    /// Key points, by their object similarity (COCO).
    KEYPOINT,
    /// Boxes, by what they have in common.
    BOUNDING_BOX
  }

  /// Comparing boxes.
  public static final TrackerOptions BOUNDING_BOX =
      new TrackerOptions(Type.BOUNDING_BOX, 18, 1000, 0.15, 0.3, COCO_FALLOFF, 4);

  /// Comparing key points.
  public static final TrackerOptions KEYPOINT =
      new TrackerOptions(Type.KEYPOINT, 18, 1000, 0.2, 0.3, COCO_FALLOFF, 4);

  public TrackerOptions {
    keypointFalloff = List.copyOf(keypointFalloff);
    check(maxTracks >= 1, "maxTracks", maxTracks, "1 or more");
    check(maxAge > 0, "maxAge", maxAge, "more than 0 milliseconds");
    check(minSimilarity >= 0 && minSimilarity <= 1, "minSimilarity", minSimilarity, "0 to 1");
    check(
        keypointConfidenceThreshold >= 0 && keypointConfidenceThreshold <= 1,
        "keypointConfidenceThreshold",
        keypointConfidenceThreshold,
        "0 to 1");
    check(minNumberOfKeypoints >= 1, "minNumberOfKeypoints", minNumberOfKeypoints, "1 or more");
    for (double falloff : keypointFalloff) {
      check(falloff > 0, "keypointFalloff", falloff, "more than 0");
    }
  }

  private static void check(boolean holds, String name, double value, String expected) {
    PoseOptions.check(holds, "tracker: " + name, value, expected);
  }

  public TrackerOptions withMaxTracks(int number) {
    return new TrackerOptions(
        type,
        number,
        maxAge,
        minSimilarity,
        keypointConfidenceThreshold,
        keypointFalloff,
        minNumberOfKeypoints);
  }

  /// @param milliseconds for which a person is remembered who is out of sight
  public TrackerOptions withMaxAge(double milliseconds) {
    return new TrackerOptions(
        type,
        maxTracks,
        milliseconds,
        minSimilarity,
        keypointConfidenceThreshold,
        keypointFalloff,
        minNumberOfKeypoints);
  }

  public TrackerOptions withMinSimilarity(double similarity) {
    return new TrackerOptions(
        type,
        maxTracks,
        maxAge,
        similarity,
        keypointConfidenceThreshold,
        keypointFalloff,
        minNumberOfKeypoints);
  }
}
