import org.jspecify.annotations.NullMarked;

/// Kernels as machine code: an assembler for x86-64, executable memory, a generator of kernels, and
/// the provider that the CPU device finds. Uses the JDK and nothing else; needs
/// `--enable-native-access=dev.tendril.machine`.
@NullMarked
module dev.tendril.machine {
  requires transitive dev.tendril.core;
  requires static transitive org.jspecify;

  exports dev.tendril.machine;

  provides dev.tendril.core.spi.KernelProvider with
      dev.tendril.machine.MachineKernels;
}
