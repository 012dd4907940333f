package dev.tendril.pose.draw;

import dev.tendril.pose.BoundingBox;
import dev.tendril.pose.Keypoint;
import dev.tendril.pose.Pose;
import dev.tendril.pose.Segmentation;
import dev.tendril.pose.Topology;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;

/// Draws poses onto pictures: lines between key points, the left side of a body, the right side and
/// the middle in colors of their own, that the color-blind tell apart too.
public final class SkeletonDrawing {
  /// Below which key points are not drawn, by default.
  public static final double MIN_SCORE = 0.3;

  private static final Color LEFT = new Color(0xd55e00);
  private static final Color RIGHT = new Color(0x0072b2);
  private static final Color MIDDLE = new Color(0xf0e442);
  private static final Color OUTLINE = new Color(0xcc000000, true);
  private static final int MASK = 0x009e73;

  private final double minScore;

  /// @param minScore below which key points are not drawn
  public SkeletonDrawing(double minScore) {
    this.minScore = minScore;
  }

  /// Draws poses onto a picture.
  public void draw(BufferedImage image, List<Pose> poses) {
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    float width = Math.max(1.5f, Math.max(image.getWidth(), image.getHeight()) / 250f);
    for (Pose pose : poses) {
      if (pose.segmentation() != null) {
        mask(graphics, pose.segmentation());
      }
      lines(graphics, pose, width);
      points(graphics, pose, width);
      label(graphics, pose, width);
    }
    graphics.dispose();
  }

  private static void mask(Graphics2D graphics, Segmentation mask) {
    BufferedImage layer =
        new BufferedImage(mask.width(), mask.height(), BufferedImage.TYPE_INT_ARGB);
    for (int y = 0; y < mask.height(); y++) {
      for (int x = 0; x < mask.width(); x++) {
        layer.setRGB(x, y, Math.round(mask.get(x, y) * 110) << 24 | MASK);
      }
    }
    graphics.drawImage(layer, 0, 0, null);
  }

  private void lines(Graphics2D graphics, Pose pose, float width) {
    for (Topology.Pair pair : pose.topology().pairs()) {
      Keypoint a = pose.keypoints().get(pair.first());
      Keypoint b = pose.keypoints().get(pair.second());
      if (a.score() >= minScore && b.score() >= minScore) {
        Line2D line = new Line2D.Double(a.x(), a.y(), b.x(), b.y());
        graphics.setStroke(
            new BasicStroke(width * 2, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.setColor(OUTLINE);
        graphics.draw(line);
        graphics.setStroke(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        Color one = color(pose.topology(), pair.first());
        graphics.setColor(one.equals(color(pose.topology(), pair.second())) ? one : MIDDLE);
        graphics.draw(line);
      }
    }
  }

  private void points(Graphics2D graphics, Pose pose, float width) {
    for (int i = 0; i < pose.keypoints().size(); i++) {
      Keypoint point = pose.keypoints().get(i);
      if (point.score() >= minScore) {
        double radius = width * 1.6;
        Ellipse2D dot =
            new Ellipse2D.Double(point.x() - radius, point.y() - radius, 2 * radius, 2 * radius);
        graphics.setColor(color(pose.topology(), i));
        graphics.fill(dot);
        graphics.setStroke(new BasicStroke(width / 2));
        graphics.setColor(Color.WHITE);
        graphics.draw(dot);
      }
    }
  }

  private static Color color(Topology topology, int keypoint) {
    if (topology.left().contains(keypoint)) {
      return LEFT;
    }
    return topology.right().contains(keypoint) ? RIGHT : MIDDLE;
  }

  private static void label(Graphics2D graphics, Pose pose, float width) {
    BoundingBox box = pose.box();
    if (box == null) {
      return;
    }
    graphics.setStroke(new BasicStroke(width / 2));
    graphics.setColor(Color.WHITE);
    graphics.draw(new Rectangle2D.Double(box.xMin(), box.yMin(), box.width(), box.height()));
    if (pose.id() != null) {
      graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, Math.round(width * 8)));
      graphics.drawString(
          "#" + pose.id(), (float) box.xMin() + width * 2, (float) box.yMin() + width * 9);
    }
  }
}
