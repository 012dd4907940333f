package dev.tendril.cli;

import dev.tendril.learn.OneVersusOthers;
import dev.tendril.learn.RocCurve;
import java.util.List;
import java.util.Locale;

/// ROC curves as an SVG picture: the share of the positives found over the share of the others
/// called positive, the better the nearer to the upper left corner.
final class RocChart {
  private static final int SIDE = 360;
  private static final int MARGIN = 40;
  private static final int LEGEND = 240;
  private static final int MOST_CURVES = 8;
  private static final int MOST_POINTS = 400;

  /// Colors that also the color-blind can tell apart (Okabe and Ito 2008).
  private static final List<String> COLORS =
      List.of(
          "#009e73", "#d55e00", "#0072b2", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#b8a900");

  private RocChart() {}

  static String of(List<OneVersusOthers> classes) {
    StringBuilder svg = new StringBuilder();
    int width = SIDE + 2 * MARGIN + LEGEND;
    int height = SIDE + 2 * MARGIN;
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-size=\"12\" role=\"img\""
                + " aria-label=\"ROC curves\">%n",
            width,
            height,
            width,
            height));
    axes(svg);
    int shown = Math.min(MOST_CURVES, classes.size());
    for (int i = 0; i < shown; i++) {
      curve(svg, classes.get(i), COLORS.get(i), MARGIN + 16 + 20 * i);
    }
    if (classes.size() > shown) {
      text(svg, SIDE + MARGIN + 20, MARGIN + 16 + 20 * shown, "start", "and more classes");
    }
    return svg.append("</svg>\n").toString();
  }

  private static void axes(StringBuilder svg) {
    for (int i = 0; i <= 4; i++) {
      double share = i / 4.0;
      double x = x(share);
      double y = y(share);
      line(svg, x, y(0), x, y(1), "#e3e9e4");
      line(svg, x(0), y, x(1), y, "#e3e9e4");
      text(svg, x, y(0) + 16, "middle", String.format(Locale.ROOT, "%.2f", share));
      text(svg, x(0) - 6, y + 4, "end", String.format(Locale.ROOT, "%.2f", share));
    }
    line(svg, x(0), y(0), x(1), y(1), "#b9c5bd");
    text(svg, x(0.5), y(0) + 34, "middle", "false positive rate");
    text(svg, x(0), y(1) - 12, "middle", "recall");
  }

  private static void curve(StringBuilder svg, OneVersusOthers one, String color, int legendY) {
    RocCurve roc = one.curve();
    if (!(roc.positives() > 0) || !(roc.negatives() > 0)) {
      return;
    }
    List<RocCurve.Point> points = roc.points();
    int step = Math.max(1, points.size() / MOST_POINTS);
    svg.append("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"").append(color);
    svg.append("\" points=\"");
    for (int i = 0; i < points.size(); i += step) {
      point(svg, roc, points.get(i));
    }
    point(svg, roc, points.getLast());
    svg.append("\"/>\n");
    double legendX = SIDE + MARGIN + 20;
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.0f\" y=\"%d\" width=\"12\" height=\"12\" fill=\"%s\"/>%n",
            legendX,
            legendY - 10,
            color));
    String name = Words.shortened(one.positive(), 22) + "  " + Words.number(one.auc().value());
    text(svg, legendX + 18, legendY, "start", name);
  }

  private static void point(StringBuilder svg, RocCurve roc, RocCurve.Point point) {
    svg.append(
        String.format(
            Locale.ROOT, "%.1f,%.1f ", x(roc.falsePositiveRate(point)), y(roc.recall(point))));
  }

  private static void line(
      StringBuilder svg, double x1, double y1, double x2, double y2, String color) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
            x1,
            y1,
            x2,
            y2,
            color));
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#5b6b62\">%s</text>%n",
            x,
            y,
            anchor,
            HtmlReport.escaped(text)));
  }

  private static double x(double share) {
    return MARGIN + share * SIDE;
  }

  private static double y(double share) {
    return MARGIN + (1 - share) * SIDE;
  }
}
