package dev.tendril.core;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Closes the tensors that a thread makes while the scope is open, apart from those kept.
///
/// ```java
/// try (TensorScope scope = TensorScope.open()) {
///   Tensor hidden = relu(matmul(x, w));
///   return scope.keep(matmul(hidden, v));
/// }
/// ```
///
/// Scopes of a thread nest. A kept tensor belongs to the scope around, if there is one.
public final class TensorScope implements AutoCloseable {
  private static final ThreadLocal<@Nullable TensorScope> CURRENT = new ThreadLocal<>();

  private final @Nullable TensorScope outer;
  private final Thread thread;
  private final Set<Tensor> tensors = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean closed;

  private TensorScope(@Nullable TensorScope outer) {
    this.outer = outer;
    this.thread = Thread.currentThread();
  }

  public static TensorScope open() {
    TensorScope scope = new TensorScope(CURRENT.get());
    CURRENT.set(scope);
    return scope;
  }

  /// Does work whose tensors no scope closes, such as making constants that are kept.
  public static <T> T outside(Supplier<T> work) {
    TensorScope around = CURRENT.get();
    CURRENT.remove();
    try {
      return work.get();
    } finally {
      if (around != null) {
        CURRENT.set(around);
      }
    }
  }

  static void register(Tensor tensor) {
    TensorScope scope = CURRENT.get();
    if (scope != null) {
      scope.tensors.add(tensor);
    }
  }

  /// Leaves a tensor open when this scope is closed.
  public Tensor keep(Tensor tensor) {
    if (tensors.remove(tensor) && outer != null) {
      outer.tensors.add(tensor);
    }
    return tensor;
  }

  /// @throws IllegalStateException when it is not the innermost scope of the calling thread
  @Override
  public void close() {
    if (closed) {
      return;
    }
    if (!Thread.currentThread().equals(thread) || !equals(CURRENT.get())) {
      throw new IllegalStateException(
          "a scope of tensors must be closed by the thread that opened it, inner ones first");
    }
    closed = true;
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
    tensors.forEach(Tensor::close);
  }
}
