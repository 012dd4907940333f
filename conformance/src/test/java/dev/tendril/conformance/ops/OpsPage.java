package dev.tendril.conformance.ops;

import dev.tendril.core.DType;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.cpu.Providers;
import dev.tendril.core.graph.Gradients;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.spi.KernelProvider;
import dev.tendril.core.spi.Support;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The page that tells of every op what it means, on which element types, who computes it fast, and
/// whether gradients go through it: what the catalogue's cases come to.
final class OpsPage {
  private static final String ALL = "✅";
  private static final String SOME = "🟡";
  private static final String NONE = "❌";

  private final Map<String, String> meanings;
  private final List<KernelProvider> providers;
  private final Map<String, Integer> footnotes = new LinkedHashMap<>();

  /// @param meanings by the name of the op
  OpsPage(Map<String, String> meanings) {
    this.meanings = meanings;
    this.providers =
        Providers.usable().stream()
            .filter(provider -> provider.priority() != KernelProvider.REFERENCE)
            .sorted(Comparator.comparingInt(KernelProvider::priority))
            .toList();
  }

  String text() {
    StringBuilder page =
        new StringBuilder(
            """
            # Ops

            What graphs are made of. A test keeps this page: it runs every op on a catalogue of \
            cases (element types, shapes, broadcasting, empty and large operands, NaN and \
            infinities) by every source of kernels, and compares values with the reference and \
            gradients with central differences.

            - **Types**: of the first operand that is data, as the reference takes them; `q` for quantized ones.
            """);
    page.append("- **").append(names()).append("**: sources of kernels, slower first; ");
    page.append(
        """
        ✅ for all cases of 32-bit floats (where an op takes none, for all cases), 🟡 for some, \
        ❌ for none: the reference computes those. Footnotes tell the most frequent reason.
        - **Gradient**: ✅ where derivatives are known, – where an op has none, as those that \
        compare or count.

        """);
    String head = providers.stream().map(p -> p.name() + " | ").collect(Collectors.joining());
    String line = "|---|---|---|---|" + "---|".repeat(providers.size());
    String group = "";
    for (Map.Entry<String, List<OpCase>> row : OpCases.byName().entrySet()) {
      String next = group(row.getValue().getFirst().op());
      if (!next.equals(group)) {
        page.append(group.isEmpty() ? "" : "\n").append("## ").append(next).append("\n\n");
        page.append("| Op | Meaning | Types | ").append(head).append("Gradient |\n");
        page.append(line).append('\n');
        group = next;
      }
      row(page, row.getKey(), row.getValue());
    }
    page.append('\n');
    footnotes.forEach((reason, n) -> page.append("[^%d]: %s\n".formatted(n, reason)));
    return page.toString();
  }

  private String names() {
    return providers.stream().map(KernelProvider::name).collect(Collectors.joining(", "));
  }

  private static String group(Op op) {
    return switch (op) {
      case Pointwise _ -> "Element by element";
      case Move _ -> "Moves";
      case Reduce _ -> "Reductions";
      case Contract _ -> "Sums of products and windows";
      case Index _ -> "Places";
      case Structured.Body _ -> "Graphs within graphs";
      case Structured _ -> "Structured";
      case Custom _ -> "Custom";
    };
  }

  private void row(StringBuilder page, String name, List<OpCase> cases) {
    page.append("| `").append(name).append("` | ").append(meaning(name));
    page.append(" | ").append(types(cases)).append(" | ");
    for (KernelProvider provider : providers) {
      page.append(support(provider, cases)).append(" | ");
    }
    page.append(gradient(cases)).append(" |\n");
  }

  private String meaning(String name) {
    return meanings.getOrDefault(name, "?").replace("|", "\\|");
  }

  private static String types(List<OpCase> cases) {
    EnumSet<DType> plain = EnumSet.noneOf(DType.class);
    EnumSet<DType> quantized = EnumSet.noneOf(DType.class);
    for (OpCase one : cases) {
      TensorType type =
          one.operands().isEmpty()
              ? one.types().getFirst()
              : one.operands().get(isLed(one.op()) ? 1 : 0).type();
      (type.quant() == null ? plain : quantized).add(type.dtype());
    }
    List<String> names = new ArrayList<>();
    if (plain.size() == DType.values().length) {
      names.add("all");
    } else if (plain.equals(EnumSet.complementOf(EnumSet.of(DType.BOOL)))) {
      names.add("all but bool");
    } else {
      if (plain.containsAll(floats())) {
        names.add("floats");
        plain.removeAll(floats());
      }
      if (plain.containsAll(integers())) {
        names.add("integers");
        plain.removeAll(integers());
      }
      plain.forEach(type -> names.add(type.text()));
    }
    quantized.forEach(type -> names.add("q" + type.text()));
    return String.join(", ", names);
  }

  /// Whether the first operand is a condition or a count, and data follow.
  private static boolean isLed(Op op) {
    return op instanceof Pointwise.Select
        || op instanceof Structured.If
        || op instanceof Structured.While;
  }

  private static Set<DType> floats() {
    return EnumSet.of(DType.F32, DType.F16, DType.BF16, DType.F64);
  }

  private static Set<DType> integers() {
    EnumSet<DType> integers = EnumSet.allOf(DType.class);
    integers.removeIf(type -> !type.isInteger());
    return integers;
  }

  private String support(KernelProvider provider, List<OpCase> cases) {
    List<OpCase> asked = cases.stream().filter(one -> one.isOf(DType.F32)).toList();
    if (asked.isEmpty()) {
      asked = cases;
    }
    Map<String, Integer> reasons = new TreeMap<>();
    int yes = 0;
    for (OpCase one : asked) {
      Node node = one.node(0);
      Support support = provider.supports(node);
      if (support.reason() == null) {
        yes++;
      } else {
        reasons.merge(support.reason(), 1, Integer::sum);
      }
    }
    if (yes == 0) {
      return NONE;
    }
    if (reasons.isEmpty()) {
      return ALL;
    }
    String reason =
        reasons.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .orElseThrow();
    int number = footnotes.computeIfAbsent(reason, _ -> footnotes.size() + 1);
    return SOME + "[^" + number + "]";
  }

  private static String gradient(List<OpCase> cases) {
    int yes = 0;
    int no = 0;
    for (OpCase one : cases) {
      if (Weighted.isDerivable(one)) {
        Weighted weighted = Weighted.of(one);
        try {
          Gradients.of(weighted.graph(), 0, weighted.floats());
          yes++;
        } catch (TensorException e) {
          no++;
        }
      }
    }
    return yes == 0 ? "–" : no == 0 ? ALL : SOME;
  }
}
