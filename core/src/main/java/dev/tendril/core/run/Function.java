package dev.tendril.core.run;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorScope;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.DeviceName;
import dev.tendril.core.spi.Executable;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Java code on tensors that is recorded once as a graph, and from then on run as such: rewritten,
/// planned, with kernels chosen before.
///
/// ```java
/// Function model = Function.trace("model", x -> softmax(matmul(x, w), -1));
/// Tensor y = model.call(x);
/// ```
///
/// It is recorded again for operands of other types, which is logged: a shape that changes all the
/// time costs more than it gains. What the code does apart from ops on its operands happens when it
/// is recorded, and never when it runs. Thread-safe.
public final class Function {
  private static final Logger LOG = System.getLogger(Function.class.getName());
  private static final int KEPT = 64;
  private static final int MANY = 8;

  private final String name;
  private final Body body;
  private final CompileOptions options;
  private final Map<Special, Executable> specialized = new LinkedHashMap<>();

  /// @param scope the device of ops that the function does not ask for elsewhere
  private record Special(List<TensorType> types, @Nullable DeviceName scope) {}

  /// Code on any number of tensors.
  @FunctionalInterface
  public interface Body {
    List<Tensor> apply(List<Tensor> operands);
  }

  private Function(String name, Body body, CompileOptions options) {
    this.name = name;
    this.body = body;
    this.options = options;
  }

  /// A function of one tensor.
  public static Function trace(String name, UnaryOperator<Tensor> body) {
    return traceAll(name, operands -> List.of(body.apply(operands.getFirst())));
  }

  /// A function of two tensors.
  public static Function trace(String name, BinaryOperator<Tensor> body) {
    return traceAll(name, operands -> List.of(body.apply(operands.get(0), operands.get(1))));
  }

  /// A function of any number of tensors, with any number of results.
  public static Function traceAll(String name, Body body) {
    return new Function(name, body, CompileOptions.DEFAULT);
  }

  /// A graph as a function, such as one that a model hands over or that was read from a file.
  /// Called within a function that is being traced, its nodes become part of it.
  ///
  /// @see Devices#current to run a graph as it is, with the names of its inputs
  public static Function of(Graph graph) {
    return traceAll(graph.name(), operands -> Trace.inline(graph, operands));
  }

  /// This function, made ready in another way.
  public Function with(CompileOptions other) {
    return new Function(name, body, other);
  }

  public String name() {
    return name;
  }

  /// The graph of this function for operands of these types, whose extents need not all be known.
  public Graph graph(TensorType... types) {
    return TensorScope.outside(() -> Trace.record(name, List.of(types), body::apply));
  }

  /// The first result.
  public Tensor call(Tensor... operands) {
    return callAll(List.of(operands)).getFirst();
  }

  /// All results. Within a function that is being traced, the code becomes part of it.
  public List<Tensor> callAll(List<Tensor> operands) {
    if (operands.stream().anyMatch(Tensor::isSymbolic)) {
      return body.apply(operands);
    }
    return executable(operands.stream().map(Tensor::type).toList()).run(operands);
  }

  /// The function made ready for operands of these types.
  public Executable executable(List<TensorType> types) {
    Special special = new Special(List.copyOf(types), Scope.wanted());
    synchronized (specialized) {
      Executable known = specialized.get(special);
      if (known != null) {
        return known;
      }
      int number = specialized.size() + 1;
      LOG.log(
          number > MANY ? Level.WARNING : Level.DEBUG,
          "function {0} is recorded for {1}, the {2}. list of types",
          name,
          types,
          number);
      Executable executable =
          Devices.current().compile(graph(types.toArray(TensorType[]::new)), options);
      if (specialized.size() == KEPT) {
        specialized.remove(specialized.keySet().iterator().next());
      }
      specialized.put(special, executable);
      return executable;
    }
  }
}
