package dev.tendril.core.quantize;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.UnaryKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides which nodes of a graph are computed as integers, and by which scales.
///
/// Values whose scales must be equal form groups: what a pool or a reshape gives has the scale of
/// what it takes, and what is joined by a concatenation has one scale where that does not cost the
/// other users of a part much; else the part is brought to the scale of the whole. A group's range
/// is that of all its values together, or fixed by the op that makes it.
///
/// A ramp (`relu`) after sums that nobody else needs is no node: integers that stand for the range
/// of its result end where it would cut.
final class Scales {
  /// By how much a range may grow for the sake of a concatenation that others do not take part in.
  private static final double WIDER = 1.25;

  /// By how much the range of a sum may be below that of a term.
  private static final double CANCELLED = 1024;

  private final Graph graph;
  private final QuantizeMode mode;
  private final Map<Value, Range> ranges;
  private final Map<Node, Treatment> treatments = new HashMap<>();
  private final Map<Value, List<Node>> users = new HashMap<>();
  private final Map<Value, Group> groups = new HashMap<>();
  private final Set<Node> absorbed = new HashSet<>();

  private static final class Group {
    private final List<Value> members = new ArrayList<>();
    private @Nullable Range range;
    private @Nullable Quant fixed;
  }

  Scales(Graph graph, Map<Value, Range> ranges, QuantizeOptions options) {
    this.graph = graph;
    this.mode = options.mode();
    this.ranges = ranges;
    for (Node node : graph.nodes()) {
      node.inputs().forEach(v -> users.computeIfAbsent(v, _ -> new ArrayList<>()).add(node));
    }
    for (Node node : graph.nodes()) {
      treatments.put(node, decide(node, options.keep()));
    }
    group();
  }

  Treatment treatment(Node node) {
    Treatment treatment = treatments.get(node);
    return treatment == null ? new Treatment.Plain() : treatment;
  }

  /// Whether a node is part of the one before it.
  boolean isAbsorbed(Node node) {
    return absorbed.contains(node);
  }

  private static boolean isFloat(Value value) {
    return value.type().dtype() == DType.F32;
  }

  private Treatment decide(Node node, Set<String> keep) {
    boolean floats =
        node.inputs().stream().anyMatch(Scales::isFloat)
            || node.outputs().stream().anyMatch(type -> type.dtype() == DType.F32);
    if (!floats) {
      return new Treatment.Plain();
    }
    if (keep.contains(node.name())) {
      return new Treatment.Real("asked for");
    }
    Treatment treatment = Treatments.of(node, mode);
    if (treatment instanceof Treatment.Real) {
      return treatment;
    }
    List<Value> operands = operands(node, treatment);
    for (Value operand : operands) {
      if (range(operand) == null) {
        return new Treatment.Real("an operand that is not always finite");
      }
    }
    boolean weighted = treatment instanceof Treatment.Weighted;
    for (Value constant :
        weighted ? node.inputs().subList(1, node.inputs().size()) : List.<Value>of()) {
      if (range(constant) == null) {
        return new Treatment.Real("weights that are not finite");
      }
    }
    if (treatment.isInteger() && range(node.output()) == null) {
      return new Treatment.Real("a result that is not always finite");
    }
    boolean moves = treatment instanceof Treatment.Same || treatment instanceof Treatment.Joint;
    if (moves && operands.stream().noneMatch(this::isInteger)) {
      return new Treatment.Real("what it takes is float");
    }
    return treatment;
  }

  /// The operands of a node that are quantized by themselves.
  static List<Value> operands(Node node, Treatment treatment) {
    return treatment instanceof Treatment.Weighted
        ? List.of(node.inputs().getFirst())
        : node.inputs().stream().filter(Scales::isFloat).toList();
  }

  /// Whether a value is made as integers, or is an input of floats and becomes such at once.
  boolean isInteger(Value value) {
    return switch (value) {
      case Value.Constant _ -> false;
      case Value.Input input -> isFloat(input) && ranges.containsKey(input);
      case Value.Result(Node node, int index) -> index == 0 && treatment(node).isInteger();
    };
  }

  /// Whether a value can be quantized.
  boolean hasRange(Value value) {
    return range(value) != null;
  }

  private @Nullable Range range(Value value) {
    return value instanceof Value.Constant constant
        ? Range.of(constant.tensor())
        : ranges.get(value);
  }

  /// How a value is quantized: as its group if it is made as integers, else by its own range.
  Quant quant(Value value) {
    Group group = groups.get(value);
    if (group != null && group.fixed != null) {
      return group.fixed;
    }
    Range range = group != null && group.range != null ? group.range : range(value);
    if (range == null) {
      throw new IllegalStateException("no range of " + value.name());
    }
    return range.quant(mode.activations());
  }

  private void group() {
    for (Value.Input input : graph.inputs()) {
      if (isInteger(input)) {
        found(input, ranges.get(input), null);
      }
    }
    for (Node node : graph.nodes()) {
      Treatment treatment = treatment(node);
      Value result = node.outputs().isEmpty() ? null : node.output();
      if (result == null || !treatment.isInteger()) {
        continue;
      }
      if (treatment instanceof Treatment.Same) {
        join(node.inputs().getFirst(), result);
      } else if (isRamp(node) && isSums(node.inputs().getFirst())) {
        absorbed.add(node);
        Group group = join(node.inputs().getFirst(), result);
        group.range = ranges.get(result);
      } else {
        found(result, wide(node), treatment instanceof Treatment.Fixed(Quant q) ? q : null);
      }
    }
    for (Node node : graph.nodes()) {
      if (treatment(node) instanceof Treatment.Joint) {
        unite(node);
      }
    }
  }

  /// The range of a result. That of a sum is not far below those of its terms, which kernels bring
  /// to one scale first.
  private @Nullable Range wide(Node node) {
    Range range = ranges.get(node.output());
    boolean sum =
        node.op().equals(new Pointwise.Binary(BinaryKind.ADD))
            || node.op().equals(new Pointwise.Binary(BinaryKind.SUB));
    if (range == null || !sum) {
      return range;
    }
    double least = 0;
    for (Value operand : node.inputs()) {
      Range term = range(operand);
      least = Math.max(least, term == null ? 0 : term.width() / CANCELLED);
    }
    return range.width() < least ? range.and(new Range(0, least)) : range;
  }

  private void found(Value value, @Nullable Range range, @Nullable Quant fixed) {
    Group group = new Group();
    group.members.add(value);
    group.range = range;
    group.fixed = fixed;
    groups.put(value, group);
  }

  private Group join(Value operand, Value result) {
    Group group = groups.get(operand);
    if (group == null) {
      throw new IllegalStateException("no group of " + operand.name());
    }
    group.members.add(result);
    groups.put(result, group);
    return group;
  }

  /// Whether a node cuts at zero, and maybe above.
  private static boolean isRamp(Node node) {
    return node.op().equals(new Pointwise.Unary(UnaryKind.RELU))
        || (node.op() instanceof Pointwise.Clamp(double low, double _) && low == 0);
  }

  /// Whether a value is computed with a scale of its own, with no activation, for one node only.
  private boolean isSums(Value value) {
    if (!(value instanceof Value.Result(Node node, _))
        || users.getOrDefault(value, List.of()).size() != 1
        || graph.outputs().contains(value)) {
      return false;
    }
    return switch (treatment(node)) {
      case Treatment.Free _ -> !isRamp(node);
      case Treatment.Weighted _ ->
          node.op() instanceof Contract op && op.fused() == Activation.NONE;
      case Treatment.Same _,
          Treatment.Joint _,
          Treatment.Fixed _,
          Treatment.Reads _,
          Treatment.Real _,
          Treatment.Plain _ ->
          false;
    };
  }

  /// Gives the operands of a node the scale of its result, where that can be.
  private void unite(Node node) {
    Group whole = groups.get(node.output());
    if (whole == null) {
      return;
    }
    List<Group> parts =
        node.inputs().stream().filter(this::isInteger).map(this::part).distinct().toList();
    Quant first = parts.getFirst().fixed;
    if (first != null
        && parts.stream().allMatch(part -> first.equals(part.fixed))
        && onlyIntegers(node)) {
      whole.fixed = first;
      return;
    }
    for (Group part : parts) {
      if (part != whole && part.fixed == null && whole.fixed == null && fits(part, whole, node)) {
        for (Value member : part.members) {
          whole.members.add(member);
          groups.put(member, whole);
        }
        whole.range = union(whole.range, part.range);
      }
    }
  }

  private Group part(Value value) {
    Group group = groups.get(value);
    if (group == null) {
      throw new IllegalStateException("no group of " + value.name());
    }
    return group;
  }

  private boolean onlyIntegers(Node node) {
    return node.inputs().stream().filter(Scales::isFloat).allMatch(this::isInteger);
  }

  private static @Nullable Range union(@Nullable Range a, @Nullable Range b) {
    return a == null ? b : b == null ? a : a.and(b);
  }

  private boolean fits(Group part, Group whole, Node node) {
    Range both = union(part.range, whole.range);
    if (both == null || part.range == null || both.width() <= WIDER * part.range.width()) {
      return true;
    }
    for (Value member : part.members) {
      for (Node user : users.getOrDefault(member, List.of())) {
        boolean inside = !user.outputs().isEmpty() && part.members.contains(user.output());
        if (!user.equals(node) && !inside) {
          return false;
        }
      }
    }
    return true;
  }
}
