import org.jspecify.annotations.NullMarked;

/// Tensors, the vocabulary of operations, graphs, and the CPU device. Uses the JDK and nothing
/// else.
@NullMarked
module dev.tendril.core {
  requires static transitive org.jspecify;
  requires static jdk.incubator.vector;
  requires jdk.jfr;

  exports dev.tendril.core;
  exports dev.tendril.core.op;
  exports dev.tendril.core.kernel;
  exports dev.tendril.core.graph;
  exports dev.tendril.core.plan;
  exports dev.tendril.core.rewrite;
  exports dev.tendril.core.spi;
  exports dev.tendril.core.place;
  exports dev.tendril.core.stream;
  exports dev.tendril.core.quantize;
  exports dev.tendril.core.run;
  exports dev.tendril.core.cpu.scalar to
      dev.tendril.machine;

  uses dev.tendril.core.op.CustomOp;
  uses dev.tendril.core.op.CustomOp.Source;
  uses dev.tendril.core.spi.DeviceProvider;
  uses dev.tendril.core.spi.KernelProvider;
  uses dev.tendril.core.spi.ProviderSource;

  provides dev.tendril.core.spi.KernelProvider with
      dev.tendril.core.cpu.fused.FusedKernels,
      dev.tendril.core.cpu.quantized.QuantizedKernels,
      dev.tendril.core.cpu.scalar.ScalarKernels,
      dev.tendril.core.cpu.vector.VectorKernels;
  provides dev.tendril.core.spi.DeviceProvider with
      dev.tendril.core.cpu.CpuProvider;
}
