package dev.tendril.pose.blazepose;

import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.pose.image.Cut;
import dev.tendril.pose.image.Picture;
import dev.tendril.pose.image.Region;
import dev.tendril.pose.net.Network;
import java.util.List;

/// The two networks of BlazePose with what is right before and after them.
///
/// Heat maps and masks come as logits from the published .tflite files.
public final class BlazePoseNetworks implements AutoCloseable {
  private static final int DETECTION = 12;
  private static final int PRESENT = 1;
  private static final int LANDMARK = 5 * Landmarks.ALL;
  private static final int WORLD = 3 * Landmarks.ALL;

  private final Network detector;
  private final Network landmarks;
  private final Cut detectorCut;
  private final Cut landmarkCut;
  private final Anchors anchors = Anchors.of(Anchors.Options.POSE);
  private final int boxes;
  private final int logits;
  private final int present;
  private final int image;
  private final int world;
  private final int heat;
  private final int heatSize;
  private final int mask;
  private final int maskSize;

  /// @param detection the graph of `pose_detection.tflite`
  /// @param landmark the graph of `pose_landmark_*.tflite`
  /// @param threads of a run; 0 for one per processor
  /// @throws TensorException when a graph is another one
  public BlazePoseNetworks(Graph detection, Graph landmark, int threads) {
    boxes = find(detection, (long) anchors.size() * DETECTION, "boxes of people");
    logits = find(detection, anchors.size(), "scores of boxes");
    image = find(landmark, LANDMARK, "39 landmarks");
    present = find(landmark, PRESENT, "the presence of a person");
    world = find(landmark, WORLD, "39 landmarks in metres");
    mask = findMap(landmark, 1);
    maskSize = landmark.outputs().get(mask).type().shape().dim(1);
    heat = findMap(landmark, Landmarks.ALL);
    heatSize = landmark.outputs().get(heat).type().shape().dim(1);
    detector = new Network(detection, -1, 1, threads);
    landmarks = new Network(landmark, 0, 1, threads);
    detectorCut = new Cut(detector.width(), detector.height());
    landmarkCut = new Cut(landmarks.width(), landmarks.height());
  }

  private static int find(Graph graph, long size, String what) {
    List<TensorType> types = graph.outputTypes();
    for (int i = 0; i < types.size(); i++) {
      if (types.get(i).shape().size() == size) {
        return i;
      }
    }
    throw new TensorException(
        "BlazePose: the graph " + graph.name() + " gives " + types + "; expected " + what);
  }

  private static int findMap(Graph graph, int channels) {
    List<TensorType> types = graph.outputTypes();
    for (int i = 0; i < types.size(); i++) {
      var shape = types.get(i).shape();
      if (shape.rank() == 4
          && shape.dim(3) == channels
          && shape.dim(1) > 1
          && shape.dim(1) == shape.dim(2)) {
        return i;
      }
    }
    throw new TensorException(
        "BlazePose: the graph "
            + graph.name()
            + " gives "
            + types
            + "; expected a map of "
            + channels
            + " channels");
  }

  /// Finds people, with several detections each.
  ///
  /// @param padded the rectangle that is looked at
  public List<Detection> detect(Picture picture, Region padded, double minScore) {
    detector.run(detectorCut.turned(picture, padded, false));
    return Detection.decode(
        detector.output(boxes), detector.output(logits), anchors, detector.width(), minScore);
  }

  /// Looks for a person in a region.
  ///
  /// @return how likely it is that there is one, from 0 to 1
  public double look(Picture picture, Region region) {
    landmarks.run(landmarkCut.turned(picture, region, false));
    return landmarks.scalar(present);
  }

  /// The landmarks of the person whom was looked for last, in pixels of the picture.
  public Landmarks landmarks(Region region) {
    Landmarks found = Landmarks.decode(landmarks.output(image), landmarks.width());
    found.refine(landmarks.output(heat), heatSize);
    found.project(region);
    return found;
  }

  /// The same in metres.
  public Landmarks world(Region region, Landmarks inPicture) {
    return Landmarks.world(landmarks.output(world), region.rotation(), inPicture);
  }

  /// Which pixels belong to the person, by pixel of the picture.
  public float[] mask(Region region, Picture picture) {
    return Mask.project(landmarks.output(mask), maskSize, region, picture);
  }

  @Override
  public void close() {
    detector.close();
    landmarks.close();
  }
}
