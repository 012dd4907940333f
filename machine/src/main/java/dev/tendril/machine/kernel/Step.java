package dev.tendril.machine.kernel;

import dev.tendril.machine.host.Code;
import java.util.List;

/// Calls of one routine, which may be made at the same time.
///
/// @param parts the arguments of each call
public record Step(Code code, List<List<Argument>> parts) {
  public Step {
    parts = List.copyOf(parts);
  }
}
