package dev.tendril.core.cpu;

import dev.tendril.core.DType;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.rewrite.Passes;
import dev.tendril.core.rewrite.Rewriter;
import dev.tendril.core.spi.Epilogue;
import dev.tendril.core.spi.KernelProvider;
import java.util.Set;
import java.util.stream.Stream;

/// Improves a graph for this device: less to do, and regions of pointwise ops as one where a loop
/// can be written for them, with the contraction before them where a kernel takes both.
final class Preparation {
  private Preparation() {}

  /// @param providers names of the kernels' providers that may be used; empty for all
  static Rewriter.Result rewrite(Graph graph, Set<String> providers) {
    return Rewriter.rewrite(
        graph,
        Passes.SIMPLIFY,
        Passes.fuse(Preparation::mayJoin, node -> isWorth(node, providers)),
        Passes.unfuse(node -> isSlow(node, providers)));
  }

  private static boolean mayJoin(Node node) {
    return Stream.concat(node.inputTypes().stream(), node.outputs().stream())
        .map(TensorType::dtype)
        .allMatch(type -> type == DType.F32 || type == DType.BOOL);
  }

  /// Whether a region is computed by no worse a kernel than its contraction alone.
  private static boolean isWorth(Node node, Set<String> providers) {
    Epilogue epilogue = Epilogue.of(node);
    return epilogue != null
        && !isSlow(node, providers)
        && Providers.choose(node, providers).provider().priority()
            >= Providers.choose(epilogue.contraction(), providers).provider().priority();
  }

  private static boolean isSlow(Node node, Set<String> providers) {
    return Providers.choose(node, providers).provider().priority() == KernelProvider.REFERENCE;
  }
}
