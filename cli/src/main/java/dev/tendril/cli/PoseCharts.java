package dev.tendril.cli;

import dev.tendril.pose.Pose;
import dev.tendril.pose.exercise.Joint;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Curves over the frames of a video: the score of the surest person, and the angles of that
/// person's joints.
final class PoseCharts {
  private static final int WIDTH = 300;
  private static final int HEIGHT = 150;
  private static final int LEFT = 34;
  private static final int TOP = 10;
  private static final int BOTTOM = 12;

  private final double minScore;
  private final List<Double> scores = new ArrayList<>();
  private final Map<Joint, List<Double>> angles = new EnumMap<>(Joint.class);

  PoseCharts(double minScore) {
    this.minScore = minScore;
    for (Joint joint : Joint.values()) {
      angles.put(joint, new ArrayList<>());
    }
  }

  void add(List<Pose> poses) {
    Pose pose = poses.isEmpty() ? null : poses.getFirst();
    scores.add(pose == null ? Double.NaN : pose.score());
    for (Joint joint : Joint.values()) {
      double angle = pose == null ? Double.NaN : joint.angle(pose, minScore);
      series(joint).add(angle);
    }
  }

  String markup() {
    StringBuilder markup = new StringBuilder();
    markup.append(card("Score", List.of("of the surest person"), List.of(scores), 1));
    markup.append(pair("Elbows", Joint.LEFT_ELBOW, Joint.RIGHT_ELBOW));
    markup.append(pair("Shoulders", Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER));
    markup.append(pair("Hips", Joint.LEFT_HIP, Joint.RIGHT_HIP));
    markup.append(pair("Knees", Joint.LEFT_KNEE, Joint.RIGHT_KNEE));
    return markup.toString();
  }

  private List<Double> series(Joint joint) {
    return Objects.requireNonNull(angles.get(joint));
  }

  private String pair(String title, Joint left, Joint right) {
    return card(
        title + ", degrees", List.of("left", "right"), List.of(series(left), series(right)), 180);
  }

  private static String card(
      String title, List<String> names, List<List<Double>> series, double most) {
    StringBuilder svg = new StringBuilder();
    svg.append("<div class=\"card\"><h3>" + Page.escaped(title) + "</h3>");
    svg.append("<svg viewBox=\"0 0 " + WIDTH + " " + HEIGHT + "\" role=\"img\">");
    for (int i = 0; i <= 2; i++) {
      double value = most * i / 2;
      double y = y(value, most);
      svg.append(
          "<line class=\"rule\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
              .formatted(LEFT, WIDTH - 2, y, y));
      svg.append(
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>"
              .formatted(LEFT - 5, y + 4, Page.shortNumber(value)));
    }
    for (int s = 0; s < series.size(); s++) {
      String color = s == 0 ? "var(--c1)" : "var(--c2)";
      svg.append(
          "<path fill=\"none\" stroke-width=\"1.8\" stroke=\""
              + color
              + "\" d=\""
              + path(series.get(s), most)
              + "\"><title>"
              + names.get(s)
              + "</title></path>");
    }
    svg.append(
        "<line class=\"now\" data-left=\"%d\" data-width=\"%d\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>"
            .formatted(LEFT, WIDTH - 2 - LEFT, LEFT, LEFT, TOP, HEIGHT - BOTTOM));
    return svg.append("</svg></div>\n").toString();
  }

  private static double y(double value, double most) {
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / most);
  }

  /// A line that breaks off where a value is not known.
  private static String path(List<Double> values, double most) {
    StringBuilder path = new StringBuilder();
    boolean open = false;
    for (int i = 0; i < values.size(); i++) {
      double value = values.get(i);
      if (Double.isNaN(value)) {
        open = false;
        continue;
      }
      double x = LEFT + (WIDTH - 2.0 - LEFT) * i / Math.max(1, values.size() - 1);
      path.append(open ? 'L' : 'M')
          .append(Page.shortNumber(x))
          .append(' ')
          .append(Page.shortNumber(y(value, most)));
      open = true;
    }
    return path.toString();
  }
}
