package dev.tendril.conformance.ops;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The catalogue: for every op of the vocabulary and every variety of it, cases on operands of each
/// element type that it takes, empty, small, large and special ones.
///
/// Operands are drawn from [#SEED]; `-Dtendril.seed` gives others.
final class OpCases {
  static final long SEED = Long.getLong("tendril.seed", 20_261_124);

  private static final List<OpCase> ALL = all();

  private OpCases() {}

  private static List<OpCase> all() {
    CaseList cases = new CaseList(new Draw(SEED));
    PointwiseCases.addTo(cases);
    MoveCases.addTo(cases);
    ReduceCases.addTo(cases);
    ContractCases.addTo(cases);
    IndexCases.addTo(cases);
    StructuredCases.addTo(cases);
    BodyCases.addTo(cases);
    StructuredCases.addCustomTo(cases);
    return cases.cases();
  }

  /// All cases by the name of the op.
  static Map<String, List<OpCase>> byName() {
    Map<String, List<OpCase>> byName = new LinkedHashMap<>();
    for (OpCase one : ALL) {
      byName.computeIfAbsent(one.name(), _ -> new ArrayList<>()).add(one);
    }
    return byName;
  }

  static List<OpCase> list() {
    return ALL;
  }
}
