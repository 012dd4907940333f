package dev.tendril.cli;

import dev.tendril.data.Field;
import dev.tendril.data.Frame;
import dev.tendril.data.Semantic;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// What a table holds, in a line.
///
/// @param rows its rows
/// @param columns its columns by semantic
/// @param missing values that are missing
/// @param incomplete columns that miss some
record DataSummary(long rows, Map<Semantic, Integer> columns, long missing, int incomplete) {

  static DataSummary of(Frame frame) {
    Map<Semantic, Integer> columns = new EnumMap<>(Semantic.class);
    long missing = 0;
    int incomplete = 0;
    for (Field field : frame.schema().fields()) {
      columns.merge(field.semantic(), 1, Integer::sum);
      missing += field.missing();
      incomplete += field.missing() > 0 ? 1 : 0;
    }
    return new DataSummary(frame.rows(), columns, missing, incomplete);
  }

  private int width() {
    return columns.values().stream().mapToInt(Integer::intValue).sum();
  }

  String text() {
    String kinds =
        columns.entrySet().stream()
            .map(entry -> entry.getValue() + " " + word(entry.getKey()))
            .collect(Collectors.joining(", "));
    String gaps =
        missing == 0
            ? "nothing missing"
            : String.format(
                Locale.ROOT,
                "%s missing in %s",
                Words.count(missing, "value"),
                Words.count(incomplete, "column"));
    return Words.count(rows, "row")
        + ", "
        + Words.count(width(), "column")
        + " ("
        + kinds
        + "), "
        + gaps;
  }

  void write(ObjectNode json) {
    json.put("rows", rows);
    json.put("columns", width());
    ObjectNode kinds = json.putObject("semantics");
    columns.forEach((semantic, count) -> kinds.put(word(semantic), count));
    json.put("missing", missing);
  }

  private static String word(Semantic semantic) {
    return semantic.name().toLowerCase(Locale.ROOT);
  }
}
