package dev.tendril.pose;

import dev.tendril.core.graph.Graph;
import dev.tendril.pose.image.Cut;
import dev.tendril.pose.image.Picture;
import dev.tendril.pose.movenet.CropRegion;
import dev.tendril.pose.net.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// MoveNet for one person: looks where the person was in the frame before.
final class MoveNetDetector implements PoseDetector {
  private static final double MIN_KEYPOINT_SCORE = 0.2;
  private static final float WHITE = 255;

  private final MoveNetOptions options;
  private final Network network;
  private final Cut cut;
  private final double[] x = new double[Topology.COCO_17.size()];
  private final double[] y = new double[Topology.COCO_17.size()];
  private final double[] scores = new double[Topology.COCO_17.size()];
  private @Nullable CropRegion region;
  private CropRegion.Smoothing regionSmoothing = new CropRegion.Smoothing();
  private KeypointSmoothing smoothing = new KeypointSmoothing(x.length);

  MoveNetDetector(Graph graph, MoveNetOptions options) {
    this.options = options;
    network = new Network(graph, 0, WHITE, options.threads());
    cut = new Cut(network.width(), network.height());
  }

  @Override
  public Topology topology() {
    return Topology.COCO_17;
  }

  @Override
  public List<Pose> estimatePoses(
      Picture picture, EstimationConfig config, @Nullable Duration timestamp) {
    int width = picture.width();
    int height = picture.height();
    CropRegion now = region == null ? CropRegion.initial(width, height, true) : region;
    network.run(cut.axisAligned(picture, now.yMin(), now.xMin(), now.yMax(), now.xMax()));
    double score = read(network.output(0), now);
    if (score < options.minPoseScore()) {
      reset();
      return List.of();
    }
    if (timestamp != null && options.enableSmoothing()) {
      smoothing.apply(x, y, timestamp.toNanos() / 1000);
    }
    region = regionSmoothing.apply(CropRegion.around(region, x, y, scores, width, height));
    Pose pose =
        new Pose(Topology.COCO_17, score, keypoints(width, height), List.of(), null, null, null);
    return List.of(config.flipHorizontal() ? pose.flipped(width) : pose);
  }

  /// Takes key points to shares of the picture; gives the score of the pose.
  private double read(float[] raw, CropRegion from) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < x.length; i++) {
      y[i] = from.yMin() + raw[i * 3] * from.height();
      x[i] = from.xMin() + raw[i * 3 + 1] * from.width();
      scores[i] = raw[i * 3 + 2];
      if (scores[i] > MIN_KEYPOINT_SCORE) {
        sum += scores[i];
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }

  private List<Keypoint> keypoints(int width, int height) {
    List<Keypoint> points = new ArrayList<>(x.length);
    for (int i = 0; i < x.length; i++) {
      String name = Topology.COCO_17.names().get(i);
      points.add(new Keypoint(name, x[i] * width, y[i] * height, Double.NaN, scores[i]));
    }
    return points;
  }

  @Override
  public void reset() {
    region = null;
    regionSmoothing = new CropRegion.Smoothing();
    smoothing = new KeypointSmoothing(x.length);
  }

  @Override
  public void close() {
    network.close();
  }
}
