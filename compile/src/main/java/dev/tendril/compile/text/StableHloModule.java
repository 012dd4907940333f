package dev.tendril.compile.text;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorScope;
import dev.tendril.core.TensorType;
import java.util.ArrayList;
import java.util.List;

/// A program of StableHLO that was read from its text, in the generic form of MLIR, and can be run:
/// slowly, op by op, each as the specification has it. It shows what a program means without the
/// compiler of a device.
///
/// It knows the ops that [dev.tendril.compile.StableHloEmitter] writes; complex numbers, tuples,
/// tokens, collectives and extents that are not known it does not.
public final class StableHloModule {
  private final HloParser.Function main;

  private StableHloModule(HloParser.Function main) {
    this.main = main;
  }

  /// Reads a text.
  ///
  /// @throws TensorException when it is none, with the line
  public static StableHloModule parse(String text) {
    return new StableHloModule(new HloParser(text).module());
  }

  /// The types of the parameters of `main`.
  public List<TensorType> inputs() {
    return main.body().types();
  }

  /// The types of the results of `main`.
  public List<TensorType> outputs() {
    return main.results();
  }

  /// Whether a parameter's memory may be taken for results.
  public boolean isDonated(int parameter) {
    return main.donated().get(parameter);
  }

  /// The names of all ops, in order.
  public List<String> ops() {
    return main.body().ops().stream().map(HloOp::name).toList();
  }

  /// Runs `main`.
  ///
  /// @throws TensorException when the operands are of other types, or an op is not known
  public List<Tensor> run(List<Tensor> operands) {
    List<TensorType> types = operands.stream().map(Tensor::type).toList();
    if (!types.equals(inputs())) {
      throw new TensorException("a program for " + inputs() + " on operands of " + types);
    }
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> results = new ArrayList<>();
      for (Tensor result : new HloInterpreter(null).run(main.body(), operands)) {
        results.add(scope.keep(result.copy()));
      }
      List<TensorType> made = results.stream().map(Tensor::type).toList();
      if (!made.equals(outputs())) {
        throw new TensorException("a program that says " + outputs() + " and gives " + made);
      }
      return List.copyOf(results);
    }
  }
}
