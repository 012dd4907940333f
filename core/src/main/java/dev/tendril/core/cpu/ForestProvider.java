package dev.tendril.core.cpu;

import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Structured;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.KernelProvider;
import dev.tendril.core.spi.Support;

/// Runs forests by the engine that each brings with it ([dev.tendril.core.op.Trees]), on all
/// threads.
final class ForestProvider implements KernelProvider {
  @Override
  public String name() {
    return "forest";
  }

  @Override
  public int priority() {
    return SCALAR + 20;
  }

  @Override
  public Support supports(Node node) {
    if (!(node.op() instanceof Structured.TreeEnsemble)) {
      return Support.no("not a forest");
    }
    return node.inputs().getFirst().type().shape().isKnown()
        ? Support.YES
        : Support.no("the number of rows is not known");
  }

  @Override
  public Kernel prepare(Node node, int threads) {
    Structured.TreeEnsemble op = (Structured.TreeEnsemble) node.op();
    return new ForestKernel(op.trees(), node.inputs().getFirst().type().shape().dim(0), threads);
  }
}
