package dev.tendril.core.run;

import dev.tendril.core.Tensor;
import dev.tendril.core.spi.DeviceName;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where the calling thread asked for ops to run.
///
/// @param device by name; null for no wish
/// @param with a tensor on whose device they are to run; null for no wish
record Scope(@Nullable DeviceName device, @Nullable Tensor with) {
  private static final ThreadLocal<@Nullable Scope> CURRENT = new ThreadLocal<>();
  private static final Scope NONE = new Scope(null, null);

  static Scope current() {
    Scope scope = CURRENT.get();
    return scope == null ? NONE : scope;
  }

  /// The device of ops on values; null for the best.
  static @Nullable DeviceName wanted() {
    Scope scope = current();
    if (scope.with != null && !scope.with.isSymbolic()) {
      return DeviceName.parse(scope.with.device());
    }
    return scope.device;
  }

  static <T> T in(Scope scope, Supplier<T> work) {
    Scope outer = CURRENT.get();
    CURRENT.set(scope);
    try {
      return work.get();
    } finally {
      if (outer == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(outer);
      }
    }
  }
}
