package dev.tendril.core.spi;

import dev.tendril.core.TensorException;
import java.util.Set;

/// How a graph is made ready.
///
/// @param threads how many threads a run may use; 0 for one per processor
/// @param rewrite whether the graph is improved first
/// @param profile whether every node's time is measured
/// @param providers the kernels' providers that may be used, by name; empty for all
public record CompileOptions(int threads, boolean rewrite, boolean profile, Set<String> providers) {
  /// One thread per processor, everything on but profiling.
  public static final CompileOptions DEFAULT = new CompileOptions(0, true, false, Set.of());

  public CompileOptions {
    if (threads < 0) {
      throw new TensorException("threads must be 0 (one per processor) or more; got " + threads);
    }
    providers = Set.copyOf(providers);
  }

  public CompileOptions withThreads(int number) {
    return new CompileOptions(number, rewrite, profile, providers);
  }

  public CompileOptions withRewrite(boolean on) {
    return new CompileOptions(threads, on, profile, providers);
  }

  public CompileOptions withProfile(boolean on) {
    return new CompileOptions(threads, rewrite, on, providers);
  }

  public CompileOptions withProviders(Set<String> names) {
    return new CompileOptions(threads, rewrite, profile, names);
  }
}
