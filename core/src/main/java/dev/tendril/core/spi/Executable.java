package dev.tendril.core.spi;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import java.util.List;

/// A graph that is ready to run. Thread-safe: runs at the same time have memory of their own.
public interface Executable extends AutoCloseable {
  /// The types of the operands.
  List<TensorType> inputs();

  /// The types of the results.
  List<TensorType> outputs();

  /// Computes the results, which belong to the caller.
  ///
  /// @throws dev.tendril.core.TensorException when an operand is not of its type or is closed
  List<Tensor> run(List<Tensor> inputs);

  /// Computes the results into memory that is there already. The same tensors run after run are the
  /// fastest: nothing is allocated then, and large ones are used in place. A result may overlap an
  /// operand; operands and results stay open and are changed by nobody else until it returns.
  void run(List<Tensor> inputs, List<Tensor> outputs);

  /// How it will run, for people: whose kernel computes each node and why not a faster one, and
  /// where values are in memory.
  String report();

  /// What the runs so far took, node by node; empty when it was not compiled for profiling.
  Profile profile();

  @Override
  void close();
}
