package dev.tendril.pose;

import dev.tendril.pose.blazepose.BlazePoseNetworks;
import dev.tendril.pose.blazepose.Detection;
import dev.tendril.pose.blazepose.LandmarkSmoothing;
import dev.tendril.pose.blazepose.Landmarks;
import dev.tendril.pose.blazepose.Mask;
import dev.tendril.pose.image.Picture;
import dev.tendril.pose.image.Region;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// BlazePose (Bazarevsky et al., 2020) for one person or several.
///
/// A detector finds people in the whole picture; a second network finds the landmarks of each in a
/// square cut-out that stands upright with the person. Where the body is in the next frame follows
/// from two auxiliary landmarks, so that the detector has to look again only when fewer people are
/// followed than are asked for.
///
/// Where to look next follows from the landmarks as they were found: smoothed ones lag behind and
/// lose people who move fast. A person who is followed keeps the filters that smooth what is given
/// out. Two who come to lie on each other are one: the less sure one is dropped.
final class BlazePoseDetector implements PoseDetector {
  private static final double MARGIN = 1.25;
  private static final double MIN_OVERLAP = 0.3;

  /// The mean distance between the landmarks of two persons, as a share of the size of the region,
  /// below which they are one.
  private static final double SAME = 0.05;

  private final BlazePoseOptions options;
  private final BlazePoseNetworks networks;
  private final @Nullable Tracker tracker;
  private final Clock clock = new Clock();
  private List<Person> people = new ArrayList<>();

  /// Somebody who is followed.
  private static final class Person {
    final LandmarkSmoothing smoothing = new LandmarkSmoothing();
    Region region;
    float @Nullable [] mask;

    Person(Region region) {
      this.region = region;
    }
  }

  /// What is known of a person in one picture.
  private record Sight(Person person, double score, Landmarks image, Landmarks world) {}

  BlazePoseDetector(BlazePoseNetworks networks, BlazePoseOptions options) {
    this.networks = networks;
    this.options = options;
    tracker = options.tracker() == null ? null : new Tracker(options.tracker());
  }

  @Override
  public Topology topology() {
    return Topology.BLAZEPOSE_33;
  }

  @Override
  public List<Pose> estimatePoses(
      Picture picture, EstimationConfig config, @Nullable Duration timestamp) {
    int most = Math.max(1, config.maxPoses());
    long micros = clock.micros(timestamp);
    look(picture, most);
    List<Sight> sights = new ArrayList<>();
    for (Person person : people) {
      Sight sight = see(person, picture);
      if (sight != null && sights.stream().noneMatch(other -> same(sight, other))) {
        sights.add(sight);
      }
    }
    List<Pose> poses = new ArrayList<>();
    people = new ArrayList<>();
    for (Sight sight : sights) {
      sight.person.region = sight.image.region().square(MARGIN);
      if (sight.image.isNear(picture)) {
        people.add(sight.person);
      }
      if (timestamp != null && options.enableSmoothing()) {
        sight.person.smoothing.apply(sight.image, sight.world, micros);
      }
      Segmentation mask = options.enableSegmentation() ? mask(sight.person, picture) : null;
      poses.add(pose(sight, mask, most > 1));
    }
    return finished(poses, picture, config, most, micros);
  }

  /// Finds people beside those who are followed, while there are fewer than are asked for.
  private void look(Picture picture, int most) {
    if (people.size() > most) {
      people = new ArrayList<>(people.subList(0, most));
    }
    if (people.size() == most) {
      return;
    }
    for (Detection detection : detections(picture)) {
      Region region = detection.region(picture).square(MARGIN);
      boolean known =
          people.stream()
              .anyMatch(p -> p.region.overlap(region) >= options.minTrackingConfidence());
      if (!known && people.size() < most) {
        people.add(new Person(region));
      }
    }
  }

  private List<Detection> detections(Picture picture) {
    Region padded = Region.of(picture).padded(1, 1);
    List<Detection> raw = networks.detect(picture, padded, options.minPoseDetectionConfidence());
    return Detection.suppress(raw, MIN_OVERLAP).stream()
        .map(detection -> detection.within(picture, padded))
        .toList();
  }

  private @Nullable Sight see(Person person, Picture picture) {
    double score = networks.look(picture, person.region);
    if (score <= options.minPosePresenceConfidence()) {
      return null;
    }
    Landmarks image = networks.landmarks(person.region);
    Landmarks world = networks.world(person.region, image);
    if (options.enableSegmentation()) {
      float[] mask = networks.mask(person.region, picture);
      if (options.smoothSegmentation()) {
        Mask.smooth(mask, person.mask);
      }
      person.mask = mask;
    }
    return new Sight(person, score, image, world);
  }

  private static boolean same(Sight one, Sight other) {
    double sum = 0;
    for (int i = 0; i < Landmarks.NAMED; i++) {
      sum += Math.hypot(one.image.x(i) - other.image.x(i), one.image.y(i) - other.image.y(i));
    }
    return sum / Landmarks.NAMED < SAME * other.person.region.width();
  }

  private static @Nullable Segmentation mask(Person person, Picture picture) {
    return person.mask == null
        ? null
        : new Segmentation(picture.width(), picture.height(), person.mask);
  }

  private static Pose pose(Sight sight, @Nullable Segmentation mask, boolean boxed) {
    List<Keypoint> points = keypoints(sight.image);
    return new Pose(
        Topology.BLAZEPOSE_33,
        sight.score,
        points,
        keypoints(sight.world),
        boxed ? BoundingBox.around(points) : null,
        mask,
        null);
  }

  private static List<Keypoint> keypoints(Landmarks landmarks) {
    List<Keypoint> points = new ArrayList<>(Landmarks.NAMED);
    for (int i = 0; i < Landmarks.NAMED; i++) {
      points.add(
          new Keypoint(
              Topology.BLAZEPOSE_33.names().get(i),
              landmarks.x(i),
              landmarks.y(i),
              landmarks.z(i),
              landmarks.visibility(i)));
    }
    return points;
  }

  private List<Pose> finished(
      List<Pose> poses, Picture picture, EstimationConfig config, int most, long micros) {
    List<Pose> sorted = new ArrayList<>(poses);
    sorted.sort(Comparator.comparingDouble(Pose::score).reversed());
    if (tracker != null && most > 1) {
      List<Integer> ids = tracker.apply(sorted, micros);
      for (int i = 0; i < ids.size(); i++) {
        sorted.set(i, sorted.get(i).withId(ids.get(i)));
      }
    }
    return config.flipHorizontal()
        ? sorted.stream().map(pose -> pose.flipped(picture.width())).toList()
        : List.copyOf(sorted);
  }

  @Override
  public void reset() {
    people.clear();
    clock.reset();
    if (tracker != null) {
      tracker.reset();
    }
  }

  @Override
  public void close() {
    networks.close();
  }
}
