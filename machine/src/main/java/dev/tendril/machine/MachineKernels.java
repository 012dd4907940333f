package dev.tendril.machine;

import dev.tendril.core.TensorException;
import dev.tendril.core.graph.Node;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.KernelProvider;
import dev.tendril.core.spi.Support;
import dev.tendril.machine.host.Host;
import dev.tendril.machine.kernel.Kernels;
import org.jspecify.annotations.Nullable;

/// Kernels as machine code for the CPU device. Off where the platform, the processor, native access
/// or a security policy forbids them, and by `-Dtendril.machine=off`.
public final class MachineKernels implements KernelProvider {
  private final @Nullable Kernels kernels;

  /// For the service loader.
  public MachineKernels() {
    kernels = Host.cpu() == null ? null : new Kernels(Host.cpu());
  }

  @Override
  public String name() {
    return "machine";
  }

  @Override
  public int priority() {
    return MACHINE;
  }

  @Override
  public Support available() {
    return Host.support();
  }

  @Override
  public Support supports(Node node) {
    return kernels == null ? Host.support() : kernels.supports(node);
  }

  @Override
  public Kernel prepare(Node node, int threads) {
    return prepare(node, CompileOptions.DEFAULT.withThreads(threads));
  }

  @Override
  public Kernel prepare(Node node, CompileOptions options) {
    if (kernels == null) {
      throw new TensorException(node.op().name() + " as machine code: " + Host.support().reason());
    }
    return kernels.prepare(node, options.threads(), options.rounding());
  }
}
