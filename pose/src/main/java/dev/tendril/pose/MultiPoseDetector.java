package dev.tendril.pose;

import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.pose.image.Cut;
import dev.tendril.pose.image.Picture;
import dev.tendril.pose.net.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// MoveNet for several persons: looks at the whole picture, made small, and knows persons again.
final class MultiPoseDetector implements PoseDetector {
  private static final int GRID = 32;
  private static final int INSTANCE = 56;
  private static final int BOX = 51;
  private static final int KEYPOINTS = Topology.COCO_17.size();
  private static final float WHITE = 255;

  private final MoveNetOptions options;
  private final Function<TensorType, Graph> graphs;
  private final TensorType type;
  private final Tracker tracker;
  private final Clock clock = new Clock();
  private final Map<Integer, KeypointSmoothing> smoothings = new HashMap<>();
  private @Nullable View view;

  /// What the network looks at of pictures of one size.
  private record View(int width, int height, int columns, int rows, Network network, Cut cut) {
    double acrossX() {
      return (double) cut.width() / columns * width;
    }

    double downY() {
      return (double) cut.height() / rows * height;
    }
  }

  /// @param graphs the network for its input's type
  /// @param type of the input, with extents that are not known
  MultiPoseDetector(Function<TensorType, Graph> graphs, TensorType type, MoveNetOptions options) {
    this.graphs = graphs;
    this.type = type;
    this.options = options;
    tracker = new Tracker(options.tracker());
  }

  @Override
  public Topology topology() {
    return Topology.COCO_17;
  }

  @Override
  public List<Pose> estimatePoses(
      Picture picture, EstimationConfig config, @Nullable Duration timestamp) {
    View at = view(picture);
    at.network.run(at.cut.resized(picture, at.columns, at.rows));
    List<Pose> poses = read(at, config.maxPoses());
    if (options.enableTracking()) {
      poses = tracked(poses, picture, timestamp);
    }
    return config.flipHorizontal()
        ? poses.stream().map(pose -> pose.flipped(picture.width())).toList()
        : poses;
  }

  private View view(Picture picture) {
    if (view != null && view.width == picture.width() && view.height == picture.height()) {
      return view;
    }
    if (view != null) {
      view.network.close();
      view = null;
    }
    double scale =
        (double) options.multiPoseMaxDimension() / Math.max(picture.width(), picture.height());
    int columns = (int) Math.max(1, Math.round(picture.width() * scale));
    int rows = (int) Math.max(1, Math.round(picture.height() * scale));
    int width = (columns + GRID - 1) / GRID * GRID;
    int height = (rows + GRID - 1) / GRID * GRID;
    Graph graph =
        graphs.apply(new TensorType(type.dtype(), Shape.of(1, height, width, 3), type.quant()));
    view =
        new View(
            picture.width(),
            picture.height(),
            columns,
            rows,
            new Network(graph, 0, WHITE, options.threads()),
            new Cut(width, height));
    return view;
  }

  private List<Pose> read(View at, int maxPoses) {
    float[] raw = at.network.output(0);
    List<Pose> poses = new ArrayList<>();
    for (int from = 0; from + INSTANCE <= raw.length; from += INSTANCE) {
      double score = raw[from + INSTANCE - 1];
      if (score < options.minPoseScore() || (maxPoses > 0 && poses.size() == maxPoses)) {
        continue;
      }
      List<Keypoint> points = new ArrayList<>(KEYPOINTS);
      for (int i = 0; i < KEYPOINTS; i++) {
        points.add(
            new Keypoint(
                Topology.COCO_17.names().get(i),
                raw[from + i * 3 + 1] * at.acrossX(),
                raw[from + i * 3] * at.downY(),
                Double.NaN,
                raw[from + i * 3 + 2]));
      }
      BoundingBox box =
          new BoundingBox(
              raw[from + BOX + 1] * at.acrossX(),
              raw[from + BOX] * at.downY(),
              raw[from + BOX + 3] * at.acrossX(),
              raw[from + BOX + 2] * at.downY());
      poses.add(new Pose(Topology.COCO_17, score, points, List.of(), box, null, null));
    }
    return poses;
  }

  private List<Pose> tracked(List<Pose> poses, Picture picture, @Nullable Duration timestamp) {
    long micros = clock.micros(timestamp);
    List<Integer> ids = tracker.apply(poses, micros);
    smoothings.keySet().retainAll(ids);
    List<Pose> known = new ArrayList<>(poses.size());
    for (int i = 0; i < poses.size(); i++) {
      Pose pose = poses.get(i).withId(ids.get(i));
      known.add(
          timestamp != null && options.enableSmoothing() ? smooth(pose, picture, micros) : pose);
    }
    return known;
  }

  private Pose smooth(Pose pose, Picture picture, long micros) {
    double[] x = new double[KEYPOINTS];
    double[] y = new double[KEYPOINTS];
    for (int i = 0; i < KEYPOINTS; i++) {
      x[i] = pose.keypoints().get(i).x() / picture.width();
      y[i] = pose.keypoints().get(i).y() / picture.height();
    }
    smoothings
        .computeIfAbsent(pose.id(), _ -> new KeypointSmoothing(KEYPOINTS))
        .apply(x, y, micros);
    List<Keypoint> points = new ArrayList<>(KEYPOINTS);
    for (int i = 0; i < KEYPOINTS; i++) {
      Keypoint was = pose.keypoints().get(i);
      points.add(
          new Keypoint(
              was.name(), x[i] * picture.width(), y[i] * picture.height(), was.z(), was.score()));
    }
    return new Pose(pose.topology(), pose.score(), points, List.of(), pose.box(), null, pose.id());
  }

  @Override
  public void reset() {
    tracker.reset();
    clock.reset();
    smoothings.clear();
  }

  @Override
  public void close() {
    if (view != null) {
      view.network.close();
      view = null;
    }
  }
}
