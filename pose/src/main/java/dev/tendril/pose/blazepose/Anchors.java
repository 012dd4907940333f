package dev.tendril.pose.blazepose;

import java.util.ArrayList;
import java.util.List;

/// The boxes that a single-shot detector (Liu et al., SSD, ECCV 2016) starts from: a few at every
/// place of every map that it answers for, map by map, row by row.
///
/// The rule is that of the calculator `SsdAnchors` of MediaPipe: layers of one stride share a map;
/// the size of boxes grows evenly from the first layer to the last.
///
/// Centers and sizes are shares of the network's input.
public final class Anchors {
  private static final double[] LOWEST_RATIOS = {1, 2, 0.5};
  private static final double LOWEST_SCALE = 0.1;

  /// How boxes lie.
  ///
  /// @param minScale the size of boxes of the first layer, a share of the input
  /// @param maxScale the size of boxes of the last layer
  /// @param inputSize of the network, in pixels
  /// @param offset of centers within a place of a map, from 0 to 1
  /// @param strides pixels between two places, by layer
  /// @param aspectRatios width / height of boxes of every layer
  /// @param interpolatedRatio of one more box of a size between that of two layers; 0: no such box
  /// @param reduceLowest whether the first layer has three small boxes instead
  /// @param fixedSize whether all boxes have the size of the whole input
  public record Options(
      double minScale,
      double maxScale,
      int inputSize,
      double offset,
      List<Integer> strides,
      List<Double> aspectRatios,
      double interpolatedRatio,
      boolean reduceLowest,
      boolean fixedSize) {
    /// Those of the detector of people of BlazePose.
    public static final Options POSE =
        new Options(
            0.1484375, 0.75, 224, 0.5, List.of(8, 16, 32, 32, 32), List.of(1.0), 1, false, true);

    public Options {
      strides = List.copyOf(strides);
      aspectRatios = List.copyOf(aspectRatios);
    }

    private double scale(int layer) {
      return strides.size() == 1
          ? (minScale + maxScale) / 2
          : minScale + (maxScale - minScale) * layer / (strides.size() - 1.0);
    }
  }

  private static final int NUMBERS = 4;

  private final double[] boxes;

  private Anchors(double[] boxes) {
    this.boxes = boxes;
  }

  /// The boxes, in the order in which the network answers for them.
  public static Anchors of(Options options) {
    List<double[]> all = new ArrayList<>();
    for (int layer = 0; layer < options.strides.size(); ) {
      int stride = options.strides.get(layer);
      List<double[]> sizes = new ArrayList<>();
      for (; layer < options.strides.size() && options.strides.get(layer) == stride; layer++) {
        sizes(options, layer, sizes);
      }
      int places = (options.inputSize + stride - 1) / stride;
      for (int y = 0; y < places; y++) {
        for (int x = 0; x < places; x++) {
          for (double[] size : sizes) {
            all.add(
                new double[] {
                  (x + options.offset) / places,
                  (y + options.offset) / places,
                  options.fixedSize ? 1 : size[0],
                  options.fixedSize ? 1 : size[1]
                });
          }
        }
      }
    }
    return new Anchors(all.stream().flatMapToDouble(java.util.Arrays::stream).toArray());
  }

  private static void sizes(Options options, int layer, List<double[]> sizes) {
    double scale = options.scale(layer);
    if (layer == 0 && options.reduceLowest) {
      for (int i = 0; i < LOWEST_RATIOS.length; i++) {
        sizes.add(size(i == 0 ? LOWEST_SCALE : scale, LOWEST_RATIOS[i]));
      }
      return;
    }
    for (double ratio : options.aspectRatios) {
      sizes.add(size(scale, ratio));
    }
    if (options.interpolatedRatio > 0) {
      double next = layer == options.strides.size() - 1 ? 1 : options.scale(layer + 1);
      sizes.add(size(Math.sqrt(scale * next), options.interpolatedRatio));
    }
  }

  private static double[] size(double scale, double ratio) {
    double root = Math.sqrt(ratio);
    return new double[] {scale * root, scale / root};
  }

  /// The number of boxes.
  public int size() {
    return boxes.length / NUMBERS;
  }

  public double x(int anchor) {
    return boxes[anchor * NUMBERS];
  }

  public double y(int anchor) {
    return boxes[anchor * NUMBERS + 1];
  }

  public double width(int anchor) {
    return boxes[anchor * NUMBERS + 2];
  }

  public double height(int anchor) {
    return boxes[anchor * NUMBERS + 3];
  }
}
