package dev.tendril.core.plan;

import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The text of a [Plan].
final class PlanReport {
  private final Plan plan;
  private final StringBuilder text = new StringBuilder();

  private PlanReport(Plan plan) {
    this.plan = plan;
  }

  static String of(Plan plan) {
    PlanReport report = new PlanReport(plan);
    report.write();
    return report.text.toString();
  }

  private void write() {
    line("memory of %s: %,d bytes", plan.graph(), plan.arenaBytes());
    line("  lower bound    %,15d", plan.lowerBound());
    line("  without reuse  %,15d", plan.withoutReuse());
    peak();
    line("");
    line("%5s %-24s %12s %12s  %s", "step", "node", "offset", "bytes", "until");
    plan.places()
        .forEach(
            (value, place) -> {
              if (place.firstUse() < 0) {
                row("", value, place, "");
              }
            });
    for (int t = 0; t < plan.steps().size(); t++) {
      step(t, plan.steps().get(t));
    }
  }

  private void peak() {
    if (plan.peak() < 0) {
      line("  most is needed before the first step, by");
    } else {
      Node node = plan.steps().get(Math.min(plan.peak(), plan.steps().size() - 1)).node();
      line("  most is needed at step %d, %s (%s), by", plan.peak(), node.name(), node.op().name());
    }
    for (Map.Entry<String, Place> entry : alive()) {
      Place place = entry.getValue();
      line("    %,12d at %,12d  %s", place.bytes(), place.offset(), entry.getKey());
    }
  }

  /// What is in the arena at the peak, the largest first.
  private List<Map.Entry<String, Place>> alive() {
    List<Map.Entry<String, Place>> alive = new ArrayList<>();
    plan.places()
        .forEach(
            (value, place) -> {
              if (place.inArena() && meets(place)) {
                alive.add(Map.entry(value.name() + " " + value.type(), place));
              }
            });
    plan.scratch()
        .forEach(
            (node, place) -> {
              if (meets(place)) {
                alive.add(Map.entry("working memory of " + node.name(), place));
              }
            });
    alive.sort(Comparator.comparingLong(e -> -e.getValue().bytes()));
    return alive;
  }

  private boolean meets(Place place) {
    return place.firstUse() <= plan.peak() && plan.peak() <= place.lastUse();
  }

  private void step(int t, Step step) {
    for (int i = 0; i < step.node().outputs().size(); i++) {
      Value value = step.node().output(i);
      row(i == 0 ? Integer.toString(t) : "", value, plan.place(value), note(step, i));
    }
    Place scratch = plan.scratch().get(step.node());
    if (scratch != null) {
      line("%5s %-24s %,12d %,12d", "", "  working memory", scratch.offset(), scratch.bytes());
    }
  }

  private String note(Step step, int result) {
    return switch (step.work()) {
      case NOTHING -> result == 0 ? "  is " + step.node().inputs().getFirst().name() : "";
      case JOIN -> "  joined in place";
      case COMPUTE -> {
        Place place = plan.place(step.node().output(result));
        yield step.node().inputs().stream()
            .filter(v -> !(v instanceof Value.Constant))
            .filter(v -> result == 0 && plan.place(v).equals(sameButLife(place, plan.place(v))))
            .findFirst()
            .map(v -> "  overwrites " + v.name())
            .orElse("");
      }
    };
  }

  private static Place sameButLife(Place place, Place life) {
    return new Place(place.owner(), place.offset(), place.bytes(), life.firstUse(), life.lastUse());
  }

  private void row(String step, Value value, Place place, String note) {
    Value owner = place.owner();
    line(
        "%5s %-24s %12s %,12d  %s%s%s",
        step,
        value.name(),
        owner == null ? String.format(Locale.ROOT, "%,d", place.offset()) : "-",
        place.bytes(),
        place.lastUse() >= plan.steps().size() ? "end" : Integer.toString(place.lastUse()),
        owner == null ? "" : owner.equals(value) ? "  outside" : "  in " + owner.name(),
        note);
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }
}
