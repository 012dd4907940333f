package dev.tendril.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/// An SVG picture in the making. Its colors are those of the [Page] that it stands in.
final class Svg {
  private final StringBuilder markup = new StringBuilder();

  /// @param label what the picture shows, for those who cannot see it
  Svg(double width, double height, String label) {
    String box = Page.shortNumber(width) + "\" height=\"" + Page.shortNumber(height);
    markup.append("<svg width=\"").append(box).append("\" viewBox=\"0 0 ");
    markup.append(Page.shortNumber(width)).append(' ').append(Page.shortNumber(height));
    markup.append("\" role=\"img\" aria-label=\"").append(Page.escaped(label)).append("\">\n");
  }

  /// @param style `rule` or `axis`
  Svg line(double x1, double y1, double x2, double y2, String style) {
    markup.append("<line class=\"").append(style).append('"');
    attribute("x1", x1);
    attribute("y1", y1);
    attribute("x2", x2);
    attribute("y2", y2);
    markup.append("/>\n");
    return this;
  }

  /// @param anchor `start`, `middle` or `end`
  Svg text(double x, double y, String anchor, String text) {
    return text(x, y, anchor, text, "");
  }

  /// @param style of the page's style, such as `ink`
  Svg text(double x, double y, String anchor, String text, String style) {
    markup.append("<text");
    attribute("x", x);
    attribute("y", y);
    markup.append(" text-anchor=\"").append(anchor).append('"');
    markup.append(style.isEmpty() ? ">" : " class=\"" + style + "\">");
    markup.append(Page.escaped(text)).append("</text>\n");
    return this;
  }

  /// @param title what a pointer that rests here is told; may be empty
  Svg rectangle(double x, double y, double width, double height, String color, String title) {
    markup.append("<rect rx=\"1.5\"");
    attribute("x", x);
    attribute("y", y);
    attribute("width", Math.max(0, width));
    attribute("height", Math.max(0, height));
    markup.append(" style=\"fill:").append(color).append("\">");
    return titled(title, "rect");
  }

  Svg dot(double x, double y, double radius, String style, String title) {
    markup.append("<circle");
    attribute("cx", x);
    attribute("cy", y);
    attribute("r", radius);
    markup.append(" style=\"").append(style).append("\">");
    return titled(title, "circle");
  }

  private Svg titled(String title, String element) {
    if (!title.isEmpty()) {
      markup.append("<title>").append(Page.escaped(title)).append("</title>");
    }
    markup.append("</").append(element).append(">\n");
    return this;
  }

  /// @param points x and y in turn
  Svg curve(List<Double> points, String color, double width) {
    markup
        .append("<polyline fill=\"none\" stroke-linejoin=\"round\" style=\"stroke:")
        .append(color);
    markup.append(";stroke-width:").append(Page.shortNumber(width)).append("\" points=\"");
    for (double value : points) {
      markup.append(Page.shortNumber(value)).append(' ');
    }
    markup.append("\"/>\n");
    return this;
  }

  /// Many dots of one color, in few characters.
  ///
  /// @param points x and y in turn
  Svg dots(List<Double> points, String color, double width) {
    if (points.isEmpty()) {
      return this;
    }
    markup.append("<path stroke-linecap=\"round\" style=\"stroke:").append(color);
    markup.append(";stroke-width:").append(Page.shortNumber(width)).append("\" d=\"");
    for (int i = 0; i < points.size(); i += 2) {
      markup.append('M').append(Page.shortNumber(points.get(i))).append(' ');
      markup.append(Page.shortNumber(points.get(i + 1))).append("h0");
    }
    markup.append("\"/>\n");
    return this;
  }

  String finish() {
    return markup + "</svg>\n";
  }

  private void attribute(String name, double value) {
    markup.append(' ').append(name).append("=\"").append(Page.shortNumber(value)).append('"');
  }

  /// Round numbers within a range, at most six of them, for an axis: steps of 1, 2, 5, 10, ...
  static List<Double> ticks(double low, double high) {
    if (!(high > low) || !Double.isFinite(high - low)) {
      return Double.isFinite(low) ? List.of(low) : List.of();
    }
    double size = Math.pow(10, Math.floor(Math.log10((high - low) / 5)));
    for (double multiple : new double[] {2, 2.5, 2}) {
      if ((high - low) / size > 5) {
        size *= multiple;
      }
    }
    List<Double> ticks = new ArrayList<>();
    for (double i = Math.ceil(low / size - 1e-9); i * size <= high + 1e-9 * size; i++) {
      ticks.add(i * size + 0.0);
    }
    return ticks;
  }

  /// A number beside an axis, as short as can be: `0.25`, `4000`, `25k`, `1.5M`.
  static String tick(double value) {
    double magnitude = Math.abs(value);
    if (magnitude >= 1e6 && magnitude < 1e9) {
      return plain(value / 1e6) + "M";
    }
    if (magnitude >= 1e4 && magnitude < 1e6) {
      return plain(value / 1e3) + "k";
    }
    return plain(value);
  }

  private static String plain(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return value == 0 ? "0" : Double.toString(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros();
    double magnitude = Math.abs(value);
    return magnitude < 1e-4 || magnitude >= 1e9 ? rounded.toString() : rounded.toPlainString();
  }
}
