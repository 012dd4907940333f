package dev.tendril.pose.image;

/// A rectangle in a picture, which may be turned and reach beyond its borders.
///
/// @param x of the center, in pixels from the left
/// @param y of the center, in pixels from the top
/// @param width before it is turned, in pixels
/// @param height before it is turned, in pixels
/// @param rotation clockwise, in radians
public record Region(double x, double y, double width, double height, double rotation) {
  /// The whole picture.
  public static Region of(Picture picture) {
    return new Region(
        picture.width() / 2.0, picture.height() / 2.0, picture.width(), picture.height(), 0);
  }

  /// The square around a person who stands from one point toward another: twice their distance
  /// wide, and turned so that the second is straight above the first.
  public static Region toward(double x0, double y0, double x1, double y1) {
    double size = 2 * Math.hypot(x1 - x0, y1 - y0);
    double angle = Math.PI / 2 - Math.atan2(y0 - y1, x1 - x0);
    double turns = Math.floor((angle + Math.PI) / (2 * Math.PI));
    return new Region(x0, y0, size, size, angle - 2 * Math.PI * turns);
  }

  /// The square of the longer side, made larger.
  public Region square(double scale) {
    double side = Math.max(width, height) * scale;
    return new Region(x, y, side, side, rotation);
  }

  /// The smallest rectangle of the shape of a result around this one.
  ///
  /// @param columns of the result
  /// @param rows of the result
  public Region padded(int columns, int rows) {
    double aspect = (double) rows / columns;
    return aspect > height / width
        ? new Region(x, y, width, width * aspect, rotation)
        : new Region(x, y, height / aspect, height, rotation);
  }

  /// The share of two regions that they have in common, turned or not.
  public double overlap(Region other) {
    double across =
        Math.min(x + width / 2, other.x + other.width / 2)
            - Math.max(x - width / 2, other.x - other.width / 2);
    double down =
        Math.min(y + height / 2, other.y + other.height / 2)
            - Math.max(y - height / 2, other.y - other.height / 2);
    if (across <= 0 || down <= 0) {
      return 0;
    }
    double common = across * down;
    return common / (width * height + other.width * other.height - common);
  }
}
