package dev.tendril.pose;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Gives persons numbers that stay the same from frame to frame.
///
/// Each pose of a frame, best first, is linked to the most similar of the persons remembered that
/// no other pose of the frame is linked to; who is similar to nobody gets the next number. Numbers
/// are never given twice.
final class Tracker {
  private static final double MICROSECONDS = 1000;

  private final TrackerOptions options;
  private List<Track> tracks = new ArrayList<>();
  private int next = 1;

  private record Track(int id, Pose pose, long time) {}

  Tracker(TrackerOptions options) {
    this.options = options;
  }

  /// The numbers of poses of one frame, in their order.
  ///
  /// @param micros the time of the frame
  List<Integer> apply(List<Pose> poses, long micros) {
    tracks.removeIf(track -> micros - track.time > options.maxAge() * MICROSECONDS);
    boolean[] taken = new boolean[tracks.size()];
    List<Track> added = new ArrayList<>();
    List<Integer> ids = new ArrayList<>();
    for (Pose pose : poses) {
      int best = mostSimilar(pose, taken);
      if (best < 0) {
        added.add(new Track(next++, pose, micros));
        ids.add(added.getLast().id);
      } else {
        taken[best] = true;
        Track track = tracks.get(best);
        tracks.set(best, new Track(track.id, pose, micros));
        ids.add(track.id);
      }
    }
    tracks.addAll(added);
    tracks.sort(Comparator.comparingLong(Track::time).reversed());
    if (tracks.size() > options.maxTracks()) {
      tracks = new ArrayList<>(tracks.subList(0, options.maxTracks()));
    }
    return ids;
  }

  private int mostSimilar(Pose pose, boolean[] taken) {
    int best = -1;
    double most = 0;
    for (int i = 0; i < taken.length; i++) {
      if (!taken[i]) {
        double similarity = similarity(pose, tracks.get(i).pose);
        if (similarity >= options.minSimilarity() && (best < 0 || similarity > most)) {
          best = i;
          most = similarity;
        }
      }
    }
    return best;
  }

  private double similarity(Pose pose, Pose track) {
    return switch (options.type()) {
      case BOUNDING_BOX -> box(pose).overlap(box(track));
      case KEYPOINT -> keypoints(pose, track);
    };
  }

  private static BoundingBox box(Pose pose) {
    return pose.box() == null ? BoundingBox.around(pose.keypoints()) : pose.box();
  }

  /// The object similarity of key points (COCO): 1 where they are in the same places.
  private double keypoints(Pose pose, Pose track) {
    double threshold = options.keypointConfidenceThreshold();
    double area = area(track, threshold) + 1e-6;
    double sum = 0;
    int count = 0;
    int most = Math.min(pose.keypoints().size(), options.keypointFalloff().size());
    for (int i = 0; i < most; i++) {
      Keypoint a = pose.keypoints().get(i);
      Keypoint b = track.keypoints().get(i);
      if (a.score() < threshold || b.score() < threshold) {
        continue;
      }
      count++;
      double squared = Math.pow(a.x() - b.x(), 2) + Math.pow(a.y() - b.y(), 2);
      double reach = 2 * options.keypointFalloff().get(i);
      sum += Math.exp(-squared / (2 * area * reach * reach));
    }
    return count < options.minNumberOfKeypoints() ? 0 : sum / count;
  }

  private static double area(Pose track, double threshold) {
    double xMin = Double.POSITIVE_INFINITY;
    double yMin = Double.POSITIVE_INFINITY;
    double xMax = Double.NEGATIVE_INFINITY;
    double yMax = Double.NEGATIVE_INFINITY;
    for (Keypoint point : track.keypoints()) {
      if (point.score() > threshold) {
        xMin = Math.min(xMin, point.x());
        yMin = Math.min(yMin, point.y());
        xMax = Math.max(xMax, point.x());
        yMax = Math.max(yMax, point.y());
      }
    }
    return xMax >= xMin ? (xMax - xMin) * (yMax - yMin) : 0;
  }

  void reset() {
    tracks.clear();
    next = 1;
  }
}
