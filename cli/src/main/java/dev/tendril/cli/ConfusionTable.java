package dev.tendril.cli;

import java.util.List;
import java.util.Locale;

/// A table of how often which class was taken for which, as HTML: the more, the stronger the color.
final class ConfusionTable {
  private ConfusionTable() {}

  /// @param truths the names of rows
  /// @param classes the names of columns
  static void add(Page page, List<String> truths, List<String> classes, double[][] counts) {
    double most = 1;
    for (double[] row : counts) {
      for (double count : row) {
        most = Math.max(most, count);
      }
    }
    page.add("<div class=\"wide\"><table><tr><th></th>");
    classes.forEach(name -> page.add("<th>" + Page.escaped(name) + "</th>"));
    page.add("</tr>\n");
    for (int i = 0; i < truths.size(); i++) {
      page.add("<tr><td>" + Page.escaped(truths.get(i)) + "</td>");
      for (int j = 0; j < classes.size(); j++) {
        double count = counts[i][j];
        page.add(
            String.format(
                Locale.ROOT,
                "<td style=\"background:rgb(%s %.2f)\">%s</td>",
                i == j ? "47 143 99 /" : "201 79 61 /",
                0.7 * count / most,
                Words.plain(count)));
      }
      page.add("</tr>\n");
    }
    page.add("</table></div>\n");
  }
}
