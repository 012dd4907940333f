package dev.tendril.pose;

/// A point of a body.
///
/// @param name of the point, such as `left_knee`; see [Topology]
/// @param x in pixels from the left of the picture; in metres to the right for points in space
/// @param y in pixels from the top; in metres downward for points in space
/// @param z depth, smaller is nearer, on the scale of x; NaN where the model knows none
/// @param score how sure the model is, or how visible the point, from 0 to 1
public record Keypoint(String name, double x, double y, double z, double score) {
  /// Whether the model says how near the point is.
  public boolean hasDepth() {
    return !Double.isNaN(z);
  }
}
