package dev.tendril.core.cpu.vector;

import dev.tendril.core.TensorException;
import dev.tendril.core.graph.Node;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.KernelProvider;
import dev.tendril.core.spi.Support;
import org.jspecify.annotations.Nullable;

/// Kernels on vectors of 32-bit floats, where the module `jdk.incubator.vector` is there. This
/// class and those it names do not refer to the module; all others of the package are loaded by
/// name.
public final class VectorKernels implements KernelProvider {
  private static final String MODULE = "jdk.incubator.vector";

  private final @Nullable Maker maker;
  private final Support support;

  /// Makes kernels.
  interface Maker {
    Support supports(Node node);

    Kernel prepare(Node node, int threads);
  }

  public VectorKernels() {
    Maker found = null;
    Support why = Support.YES;
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      why =
          Support.no(
              "the module "
                  + MODULE
                  + " is not resolved; java --add-modules "
                  + MODULE
                  + " does that");
    } else {
      try {
        Class<?> type = Class.forName(VectorKernels.class.getPackageName() + ".LaneKernels");
        found = (Maker) type.getDeclaredConstructor().newInstance();
      } catch (ReflectiveOperationException | LinkageError e) {
        why = Support.no("the module " + MODULE + " cannot be used: " + e);
      }
    }
    maker = found;
    support = why;
  }

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public int priority() {
    return VECTOR;
  }

  @Override
  public Support available() {
    return support;
  }

  @Override
  public Support supports(Node node) {
    return maker == null ? support : maker.supports(node);
  }

  @Override
  public Kernel prepare(Node node, int threads) {
    if (maker == null) {
      throw new TensorException(node.op().name() + " on vectors: " + support.reason());
    }
    return maker.prepare(node, threads);
  }
}
