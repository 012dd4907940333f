package dev.tendril.pose.exercise;

import dev.tendril.pose.Keypoint;
import dev.tendril.pose.Pose;
import java.util.List;

/// A joint between two parts of a body, whose angle can be measured in poses of either topology.
public enum Joint {
  LEFT_ELBOW("left_shoulder", "left_elbow", "left_wrist"),
  RIGHT_ELBOW("right_shoulder", "right_elbow", "right_wrist"),
  LEFT_SHOULDER("left_elbow", "left_shoulder", "left_hip"),
  RIGHT_SHOULDER("right_elbow", "right_shoulder", "right_hip"),
  LEFT_HIP("left_shoulder", "left_hip", "left_knee"),
  RIGHT_HIP("right_shoulder", "right_hip", "right_knee"),
  LEFT_KNEE("left_hip", "left_knee", "left_ankle"),
  RIGHT_KNEE("right_hip", "right_knee", "right_ankle");

  private final String from;
  private final String at;
  private final String to;

  Joint(String from, String at, String to) {
    this.from = from;
    this.at = at;
    this.to = to;
  }

  /// The angle of the joint in degrees, 180 when it is stretched: in space where the model knows
  /// depths in metres, else as the picture shows it.
  ///
  /// @return NaN when one of the three points has a lower score
  public double angle(Pose pose, double minScore) {
    int[] indices = {index(pose, from), index(pose, at), index(pose, to)};
    for (int index : indices) {
      if (!(pose.keypoints().get(index).score() >= minScore)) {
        return Double.NaN;
      }
    }
    List<Keypoint> points = pose.keypoints3D().isEmpty() ? pose.keypoints() : pose.keypoints3D();
    return between(points.get(indices[0]), points.get(indices[1]), points.get(indices[2]));
  }

  private static int index(Pose pose, String name) {
    return pose.topology().index(name).orElseThrow();
  }

  private static double between(Keypoint from, Keypoint at, Keypoint to) {
    double[] one = {from.x() - at.x(), from.y() - at.y(), depth(from) - depth(at)};
    double[] other = {to.x() - at.x(), to.y() - at.y(), depth(to) - depth(at)};
    double dot = 0;
    double first = 0;
    double second = 0;
    for (int i = 0; i < one.length; i++) {
      dot += one[i] * other[i];
      first += one[i] * one[i];
      second += other[i] * other[i];
    }
    return Math.toDegrees(Math.acos(Math.clamp(dot / Math.sqrt(first * second), -1, 1)));
  }

  private static double depth(Keypoint point) {
    return point.hasDepth() ? point.z() : 0;
  }
}
