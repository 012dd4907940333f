package dev.tendril.formats.task;

import java.util.List;

/// Which class each pixel is of, in the model's own resolution. Do not change the array.
///
/// @param classes row by row, from the top
/// @param labels what classes are called; empty when the model does not say
public record Segmentation(int width, int height, int[] classes, List<String> labels) {
  public Segmentation {
    labels = List.copyOf(labels);
  }

  /// The class of a pixel.
  public int at(int x, int y) {
    return classes[y * width + x];
  }
}
