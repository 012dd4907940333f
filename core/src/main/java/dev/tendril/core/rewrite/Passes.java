package dev.tendril.core.rewrite;

import java.util.List;
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

  /// One node for each region of pointwise ops; for targets that compute
  /// [dev.tendril.core.op.Structured.Fused] well. Goes after [#SIMPLIFY].
  public static final Pass FUSE = new Fusion("fuse");

  private Passes() {}
}
