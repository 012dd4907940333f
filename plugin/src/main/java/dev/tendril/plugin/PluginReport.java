package dev.tendril.plugin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the kit found of a plug-in.
///
/// @param support for each op of the plug-in what became of it on each type: `ok`, `no`, or `FAIL`
public record PluginReport(List<Check> checks, Map<String, Map<String, String>> support) {
  public PluginReport {
    checks = List.copyOf(checks);
    support = new LinkedHashMap<>(support);
  }

  /// Whether nothing speaks against the plug-in.
  public boolean isSound() {
    return checks.stream().noneMatch(Check::isBad);
  }

  /// The table of ops and types in Markdown.
  public String table() {
    List<String> types = new ArrayList<>();
    support
        .values()
        .forEach(row -> row.keySet().stream().filter(t -> !types.contains(t)).forEach(types::add));
    if (support.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder("| op |");
    types.forEach(type -> text.append(' ').append(type).append(" |"));
    text.append("\n|---|").append("---|".repeat(types.size())).append('\n');
    support.forEach(
        (op, row) -> {
          text.append("| ").append(op).append(" |");
          types.forEach(t -> text.append(' ').append(row.getOrDefault(t, "")).append(" |"));
          text.append('\n');
        });
    return text.toString();
  }
}
