package dev.tendril.machine.kernel;

import dev.tendril.machine.host.Code;
import java.util.List;

/// Calls of one routine, which may be made at the same time.
///
/// @param parts the arguments of each call; there may be more than threads, so that what each works
///     on stays in the cache
/// @param threads how many threads may share them
public record Step(Code code, List<List<Argument>> parts, int threads) {
  public Step {
    parts = List.copyOf(parts);
  }
}
