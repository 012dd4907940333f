package dev.tendril.pose;

import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// A person in a picture.
///
/// @param topology which key points these are
/// @param score how sure the model is, from 0 to 1
/// @param keypoints in pixels of the picture, in the order of the topology
/// @param keypoints3D in metres around the middle of the hips; empty where the model knows none
/// @param box around the person; null where one person only is looked for
/// @param segmentation of the person; null where it is not asked for
/// @param id the same for the same person in frame after frame; null where nobody is tracked
public record Pose(
    Topology topology,
    double score,
    List<Keypoint> keypoints,
    List<Keypoint> keypoints3D,
    @Nullable BoundingBox box,
    @Nullable Segmentation segmentation,
    @Nullable Integer id) {

  public Pose {
    keypoints = List.copyOf(keypoints);
    keypoints3D = List.copyOf(keypoints3D);
  }

  /// A key point by its name.
  ///
  /// @throws NoSuchElementException when the topology has no such name
  public Keypoint keypoint(String name) {
    int index =
        topology
            .index(name)
            .orElseThrow(
                () ->
                    new NoSuchElementException(
                        "no key point '" + name + "'; there are " + topology.names()));
    return keypoints.get(index);
  }

  Pose withId(int number) {
    return new Pose(topology, score, keypoints, keypoints3D, box, segmentation, number);
  }

  /// The pose as a mirror shows it; left stays the left of the person.
  Pose flipped(int width) {
    List<Keypoint> mirrored =
        keypoints.stream()
            .map(p -> new Keypoint(p.name(), width - p.x(), p.y(), p.z(), p.score()))
            .toList();
    List<Keypoint> space =
        keypoints3D.stream()
            .map(p -> new Keypoint(p.name(), -p.x(), p.y(), p.z(), p.score()))
            .toList();
    BoundingBox flipped =
        box == null
            ? null
            : new BoundingBox(width - box.xMax(), box.yMin(), width - box.xMin(), box.yMax());
    Segmentation mask = segmentation == null ? null : segmentation.flipped();
    return new Pose(topology, score, mirrored, space, flipped, mask, id);
  }
}
