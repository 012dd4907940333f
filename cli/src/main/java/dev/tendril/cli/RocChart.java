package dev.tendril.cli;

import dev.tendril.learn.OneVersusOthers;
import dev.tendril.learn.RocCurve;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// ROC curves as an SVG picture: the share of the positives found over the share of the others
/// called positive, the better the nearer to the upper left corner.
final class RocChart {
  private static final int SIDE = 360;
  private static final int MARGIN = 40;
  private static final int LEGEND = 240;
  private static final int MOST_POINTS = 400;

  private RocChart() {}

  static String of(List<OneVersusOthers> classes) {
    Svg svg = new Svg(SIDE + 2 * MARGIN + LEGEND, SIDE + 2 * MARGIN, "ROC curves");
    axes(svg);
    int shown = Math.min(Page.COLORS, classes.size());
    for (int i = 0; i < shown; i++) {
      curve(svg, classes.get(i), Page.color(i), MARGIN + 16 + 20 * i);
    }
    if (classes.size() > shown) {
      svg.text(SIDE + MARGIN + 20, MARGIN + 16 + 20 * shown, "start", "and more classes");
    }
    return svg.finish();
  }

  private static void axes(Svg svg) {
    for (int i = 0; i <= 4; i++) {
      double share = i / 4.0;
      String label = String.format(Locale.ROOT, "%.2f", share);
      svg.line(x(share), y(0), x(share), y(1), "rule");
      svg.line(x(0), y(share), x(1), y(share), "rule");
      svg.text(x(share), y(0) + 16, "middle", label);
      svg.text(x(0) - 6, y(share) + 4, "end", label);
    }
    svg.line(x(0), y(0), x(1), y(1), "axis");
    svg.text(x(0.5), y(0) + 34, "middle", "false positive rate");
    svg.text(x(0), y(1) - 12, "middle", "recall");
  }

  private static void curve(Svg svg, OneVersusOthers one, String color, int legendY) {
    RocCurve roc = one.curve();
    if (!(roc.positives() > 0) || !(roc.negatives() > 0)) {
      return;
    }
    List<RocCurve.Point> points = roc.points();
    int step = Math.max(1, points.size() / MOST_POINTS);
    List<Double> line = new ArrayList<>();
    for (int i = 0; i < points.size(); i += step) {
      point(line, roc, points.get(i));
    }
    point(line, roc, points.getLast());
    svg.curve(line, color, 2);
    double legendX = SIDE + MARGIN + 20;
    svg.rectangle(legendX, legendY - 10, 12, 12, color, "");
    String name = Words.shortened(one.positive(), 22) + "  " + Words.number(one.auc().value());
    svg.text(legendX + 18, legendY, "start", name);
  }

  private static void point(List<Double> line, RocCurve roc, RocCurve.Point point) {
    line.add(x(roc.falsePositiveRate(point)));
    line.add(y(roc.recall(point)));
  }

  private static double x(double share) {
    return MARGIN + share * SIDE;
  }

  private static double y(double share) {
    return MARGIN + (1 - share) * SIDE;
  }
}
