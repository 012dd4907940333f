package dev.tendril.pose;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// Which key points a model knows, and how they hang together.
public final class Topology {
  /// The 17 key points of COCO, which MoveNet finds.
  public static final Topology COCO_17 =
      new Topology(
          "coco_17",
          """
      nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow \
      right_elbow left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle \
      right_ankle""",
          """
      0-1 0-2 1-3 2-4 5-6 5-7 5-11 6-8 6-12 7-9 8-10 11-12 11-13 12-14 13-15 14-16""");

  /// The 33 landmarks of BlazePose.
  public static final Topology BLAZEPOSE_33 =
      new Topology(
          "blazepose_33",
          """
      nose left_eye_inner left_eye left_eye_outer right_eye_inner right_eye right_eye_outer \
      left_ear right_ear mouth_left mouth_right left_shoulder right_shoulder left_elbow \
      right_elbow left_wrist right_wrist left_pinky right_pinky left_index right_index left_thumb \
      right_thumb left_hip right_hip left_knee right_knee left_ankle right_ankle left_heel \
      right_heel left_foot_index right_foot_index""",
          """
      0-1 0-4 1-2 2-3 3-7 4-5 5-6 6-8 9-10 11-12 11-13 11-23 12-14 14-16 12-24 13-15 15-17 16-18 \
      16-20 15-19 15-21 16-22 17-19 18-20 23-25 23-24 24-26 25-27 26-28 27-29 28-30 27-31 28-32 \
      29-31 30-32""");

  private final String name;
  private final List<String> names;
  private final List<Pair> pairs;
  private final Map<String, Integer> indices = new HashMap<>();

  /// Two key points that a line is drawn between.
  public record Pair(int first, int second) {}

  private Topology(String name, String names, String pairs) {
    this.name = name;
    this.names = List.of(names.split("\\s+"));
    this.pairs =
        List.of(pairs.split("\\s+")).stream()
            .map(pair -> pair.split("-"))
            .map(pair -> new Pair(Integer.parseInt(pair[0]), Integer.parseInt(pair[1])))
            .toList();
    for (int i = 0; i < this.names.size(); i++) {
      indices.put(this.names.get(i), i);
    }
  }

  /// The names of key points, in their order.
  public List<String> names() {
    return names;
  }

  /// The number of key points.
  public int size() {
    return names.size();
  }

  /// The place of a key point, by its name.
  public OptionalInt index(String name) {
    Integer index = indices.get(name);
    return index == null ? OptionalInt.empty() : OptionalInt.of(index);
  }

  /// What lines of a skeleton are drawn between.
  public List<Pair> pairs() {
    return pairs;
  }

  /// The key points of the left side of the body.
  public List<Integer> left() {
    return side("left");
  }

  /// The key points of the right side of the body.
  public List<Integer> right() {
    return side("right");
  }

  /// The key points of neither side.
  public List<Integer> middle() {
    return side("");
  }

  private List<Integer> side(String word) {
    return indices.entrySet().stream()
        .filter(e -> sideOf(e.getKey()).equals(word))
        .map(Map.Entry::getValue)
        .sorted()
        .toList();
  }

  private static String sideOf(String name) {
    if (name.startsWith("left_") || name.endsWith("_left")) {
      return "left";
    }
    return name.startsWith("right_") || name.endsWith("_right") ? "right" : "";
  }

  @Override
  public String toString() {
    return name;
  }
}
