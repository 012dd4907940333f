package dev.tendril.pose.blazepose;

import dev.tendril.pose.image.Picture;
import dev.tendril.pose.image.Region;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A person that the detector found: the box around the face and the torso, and four points, of
/// which the first is the middle of the hips and the second says how large and how turned the whole
/// person is. All are shares of what the detector looked at.
///
/// @param score from 0 to 1
/// @param points x and y of each, one after the other
public record Detection(
    double score, double xMin, double yMin, double xMax, double yMax, double[] points) {
  private static final int NUMBERS = 12;
  private static final double MOST = 100;

  /// What the network says, as boxes: those that are likely enough, in the order of anchors.
  ///
  /// @param boxes 12 numbers an anchor, in pixels of the input: center, size, and four points
  /// @param logits of there being a person, one an anchor
  public static List<Detection> decode(
      float[] boxes, float[] logits, Anchors anchors, int inputSize, double minScore) {
    List<Detection> found = new ArrayList<>();
    for (int i = 0; i < anchors.size(); i++) {
      double logit = Math.clamp(logits[i], -MOST, MOST);
      double score = 1 / (1 + Math.exp(-logit));
      int at = i * NUMBERS;
      if (score >= minScore && boxes[at + 2] >= 0 && boxes[at + 3] >= 0) {
        found.add(decode(score, boxes, at, anchors, i, inputSize));
      }
    }
    return found;
  }

  private static Detection decode(
      double score, float[] boxes, int at, Anchors anchors, int anchor, int inputSize) {
    double spreadX = anchors.width(anchor) / inputSize;
    double spreadY = anchors.height(anchor) / inputSize;
    double x = boxes[at] * spreadX + anchors.x(anchor);
    double y = boxes[at + 1] * spreadY + anchors.y(anchor);
    double halfX = boxes[at + 2] * spreadX / 2;
    double halfY = boxes[at + 3] * spreadY / 2;
    double[] points = new double[NUMBERS - 4];
    for (int p = 0; p < points.length; p += 2) {
      points[p] = boxes[at + 4 + p] * spreadX + anchors.x(anchor);
      points[p + 1] = boxes[at + 5 + p] * spreadY + anchors.y(anchor);
    }
    return new Detection(score, x - halfX, y - halfY, x + halfX, y + halfY, points);
  }

  /// One detection a person: each of the best ones, blended with all that overlap with it, by their
  /// scores (weighted non-maximum suppression).
  ///
  /// @param minOverlap the intersection over union above which two boxes are of one person
  public static List<Detection> suppress(List<Detection> all, double minOverlap) {
    List<Detection> rest = new ArrayList<>(all);
    rest.sort(Comparator.comparingDouble(Detection::score).reversed());
    List<Detection> kept = new ArrayList<>();
    while (!rest.isEmpty()) {
      Detection best = rest.getFirst();
      List<Detection> same = new ArrayList<>(List.of(best));
      List<Detection> others = new ArrayList<>();
      for (Detection one : rest.subList(1, rest.size())) {
        (one.overlap(best) > minOverlap ? same : others).add(one);
      }
      kept.add(blend(best.score, same));
      rest = others;
    }
    return kept;
  }

  private static Detection blend(double score, List<Detection> all) {
    double[] sums = new double[NUMBERS];
    double total = 0;
    for (Detection one : all) {
      double[] numbers = one.numbers();
      for (int i = 0; i < NUMBERS; i++) {
        sums[i] += one.score * numbers[i];
      }
      total += one.score;
    }
    for (int i = 0; i < NUMBERS; i++) {
      sums[i] /= total;
    }
    return of(score, sums);
  }

  private double[] numbers() {
    double[] numbers = new double[NUMBERS];
    numbers[0] = xMin;
    numbers[1] = yMin;
    numbers[2] = xMax;
    numbers[3] = yMax;
    System.arraycopy(points, 0, numbers, 4, points.length);
    return numbers;
  }

  private static Detection of(double score, double[] numbers) {
    double[] points = java.util.Arrays.copyOfRange(numbers, 4, NUMBERS);
    return new Detection(score, numbers[0], numbers[1], numbers[2], numbers[3], points);
  }

  private double overlap(Detection other) {
    double across = Math.min(xMax, other.xMax) - Math.max(xMin, other.xMin);
    double down = Math.min(yMax, other.yMax) - Math.max(yMin, other.yMin);
    if (across <= 0 || down <= 0) {
      return 0;
    }
    double common = across * down;
    double both = area() + other.area() - common;
    return both > 0 ? common / both : 0;
  }

  private double area() {
    return (xMax - xMin) * (yMax - yMin);
  }

  /// The same in shares of the picture, where the detector looked at more than that: at a rectangle
  /// of the shape of its input around it.
  public Detection within(Picture picture, Region padded) {
    double padX = (1 - picture.width() / padded.width()) / 2;
    double padY = (1 - picture.height() / padded.height()) / 2;
    double[] numbers = numbers();
    for (int i = 0; i < NUMBERS; i++) {
      double pad = i % 2 == 0 ? padX : padY;
      numbers[i] = (numbers[i] - pad) / (1 - 2 * pad);
    }
    return of(score, numbers);
  }

  /// Where the whole person is. Of a detection in shares of the picture.
  public Region region(Picture picture) {
    return Region.toward(
        points[0] * picture.width(),
        points[1] * picture.height(),
        points[2] * picture.width(),
        points[3] * picture.height());
  }
}
