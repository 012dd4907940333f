package dev.tendril.core.rewrite;

import dev.tendril.core.TensorException;
import dev.tendril.core.graph.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The passes there are.
public final class Passes {
  /// Less to do and to store, by rules that every target likes.
  public static final Pass SIMPLIFY =
      Pass.of(
          "simplify",
          Stream.of(
                  FoldRules.ALL, MoveRules.ALL, AlgebraRules.ALL, Transposes.ALL, ContractRules.ALL)
              .flatMap(List::stream)
              .toList());

  private Passes() {}

  /// [#SIMPLIFY] without some of its groups of rules: `fold`, `move`, `algebra`, `transpose`,
  /// `contract`.
  ///
  /// @throws TensorException when there is no such group
  public static Pass simplify(Set<String> without) {
    Map<String, List<Rule>> groups = new LinkedHashMap<>();
    groups.put("fold", FoldRules.ALL);
    groups.put("move", MoveRules.ALL);
    groups.put("algebra", AlgebraRules.ALL);
    groups.put("transpose", Transposes.ALL);
    groups.put("contract", ContractRules.ALL);
    for (String name : without) {
      if (groups.remove(name) == null) {
        throw new TensorException(
            "the standard passes without "
                + name
                + ": there is none of that name; there are fold, move, algebra, transpose and"
                + " contract");
      }
    }
    return Pass.of("simplify", groups.values().stream().flatMap(List::stream).toList());
  }

  /// One node for each region of pointwise ops. Goes after [#SIMPLIFY].
  ///
  /// @param joins which ops may be in a region; those whose types the target has loops for
  public static Pass fuse(Predicate<Node> joins) {
    return fuse(joins, _ -> false);
  }

  /// The same, where regions may begin with a contraction.
  ///
  /// @param accepts whether the target has a kernel for such a region, which it is shown as a node
  public static Pass fuse(Predicate<Node> joins, Predicate<Node> accepts) {
    return new Fusion("fuse", joins, accepts);
  }

  /// The ops of a region in its place.
  ///
  /// @param which the regions that the target has no loop for
  public static Pass unfuse(Predicate<Node> which) {
    return new Unfusion("unfuse", which);
  }
}
