package dev.tendril.formats.tflite;

import dev.tendril.core.Quant;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a `.tflite` file holds, free of how it is stored: between bytes and graphs.
///
/// @param metadata buffers by their names
record Layout(
    String description,
    List<Subgraph> subgraphs,
    List<Signature> signatures,
    Map<String, MemorySegment> metadata) {
  Layout {
    subgraphs = List.copyOf(subgraphs);
    signatures = List.copyOf(signatures);
  }

  /// A graph of operators on numbered tensors.
  record Subgraph(
      String name,
      List<TensorEntry> tensors,
      List<Integer> inputs,
      List<Integer> outputs,
      List<Operator> operators) {
    Subgraph {
      tensors = List.copyOf(tensors);
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
      operators = List.copyOf(operators);
    }
  }

  /// A tensor.
  ///
  /// @param shape with 1 where the signature leaves an extent open
  /// @param signature with -1 where an extent is open; empty when none is
  /// @param data the bytes of a constant; null for what is computed
  /// @param variable whether it keeps its value from run to run
  record TensorEntry(
      String name,
      ElementType type,
      List<Integer> shape,
      List<Integer> signature,
      @Nullable MemorySegment data,
      @Nullable Quant quant,
      @Nullable Blocks blocks,
      @Nullable Sparsity sparsity,
      boolean variable) {
    TensorEntry {
      shape = List.copyOf(shape);
      signature = List.copyOf(signature);
    }
  }

  /// Scales for blocks along the last axis, which are tensors themselves.
  ///
  /// @param zeroPoints the tensor of zero points, -1 for none
  record Blocks(int scales, int zeroPoints, int size) {}

  /// Which elements of a sparse constant its data has.
  ///
  /// @param order the order in which axes are gone through, blocks after the axes that they divide
  /// @param blocks the axes that are divided into blocks
  record Sparsity(List<Integer> order, List<Integer> blocks, List<Dimension> dimensions) {}

  /// How an axis of a sparse constant is stored: whole, or by the places of what is there.
  ///
  /// @param size of an axis that is whole
  record Dimension(boolean sparse, int size, int[] segments, int[] indices) {}

  /// An operator.
  ///
  /// @param custom the name of a custom operator; empty for a builtin one
  /// @param inputs tensors, -1 for one that is left out
  record Operator(
      Schema.Builtin builtin,
      String custom,
      int version,
      List<Integer> inputs,
      List<Integer> outputs,
      Options options,
      byte[] customOptions,
      List<Integer> intermediates) {
    Operator {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
      intermediates = List.copyOf(intermediates);
    }

    String name() {
      return custom.isEmpty() ? builtin.name() : custom;
    }
  }

  /// A named way to call a subgraph.
  ///
  /// @param inputs tensors by their names in the signature
  record Signature(
      String key, int subgraph, Map<String, Integer> inputs, Map<String, Integer> outputs) {}
}
