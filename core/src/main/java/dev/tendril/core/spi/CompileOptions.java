package dev.tendril.core.spi;

import dev.tendril.core.Rounding;
import dev.tendril.core.TensorException;
import java.util.Set;

/// How a graph is made ready.
///
/// @param threads how many threads a run may use; 0 for one per processor
/// @param rewrite whether the graph is improved first
/// @param profile whether every node's time is measured
/// @param rounding how quantized numbers are rounded by the CPU device
/// @param providers the kernels' providers that may be used, by name; empty for all
public record CompileOptions(
    int threads, boolean rewrite, boolean profile, Rounding rounding, Set<String> providers) {
  /// One thread per processor, everything on but profiling.
  public static final CompileOptions DEFAULT =
      new CompileOptions(0, true, false, Rounding.EXACT, Set.of());

  public CompileOptions {
    if (threads < 0) {
      throw new TensorException("threads must be 0 (one per processor) or more; got " + threads);
    }
    providers = Set.copyOf(providers);
  }

  public CompileOptions withThreads(int number) {
    return new CompileOptions(number, rewrite, profile, rounding, providers);
  }

  public CompileOptions withRewrite(boolean on) {
    return new CompileOptions(threads, on, profile, rounding, providers);
  }

  public CompileOptions withProfile(boolean on) {
    return new CompileOptions(threads, rewrite, on, rounding, providers);
  }

  public CompileOptions withRounding(Rounding way) {
    return new CompileOptions(threads, rewrite, profile, way, providers);
  }

  public CompileOptions withProviders(Set<String> names) {
    return new CompileOptions(threads, rewrite, profile, rounding, names);
  }
}
