package dev.tendril.formats.tensorflow;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import dev.tendril.formats.FormatException;

/// Which operators of TensorFlow are which ops: each group has a class that reads them.
final class TfMapping {
  private TfMapping() {}

  static void read(TfNode node) {
    boolean known =
        ends(node)
            || TfPointwise.read(node)
            || TfMoves.read(node)
            || TfWindows.read(node)
            || TfReductions.read(node);
    if (!known) {
      throw new FormatException("an operator that Tendril has no ops for");
    }
  }

  private static boolean ends(TfNode node) {
    switch (node.op()) {
      case "Const" -> node.give(new Value.Constant(node.proto().getName(), constant(node)));
      case "Placeholder" -> throw node.refusal("an input that the signature does not name");
      case "Identity",
          "IdentityN",
          "StopGradient",
          "PreventGradient",
          "CheckNumerics",
          "EnsureShape",
          "Snapshot",
          "PlaceholderWithDefault" ->
          node.give(node.all());
      case "NoOp", "Assert" -> {}
      case "PartitionedCall", "StatefulPartitionedCall" ->
          node.give(node.graph().called(node.function("f"), node.all()));
      case "VarHandleOp", "ReadVariableOp", "VariableV2" ->
          throw node.refusal("a variable; freeze the model first");
      default -> {
        return false;
      }
    }
    return true;
  }

  /// The data are in the node, or elsewhere by its name.
  private static Tensor constant(TfNode node) {
    Tensor elsewhere = node.graph().constant(node.proto().getName());
    Tensor tensor = elsewhere == null ? node.tensor("value") : elsewhere;
    return tensor.type().quant() == null
        ? tensor
        : tensor.view(new TensorType(tensor.dtype(), tensor.shape()));
  }
}
