package dev.tendril.formats.onnx;

import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Structured;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.onnx.proto.AttributeProto;
import dev.tendril.formats.onnx.proto.GraphProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Which operators of the format are which ops: each group of operators has a class that reads
/// them.
final class OnnxMapping {
  private OnnxMapping() {}

  /// Adds the nodes of an operator to the graph that is being made.
  static void read(OnnxNode node) {
    String domain = node.proto().getDomain();
    if (!domain.isEmpty() && !domain.equals("ai.onnx") && !domain.equals("com.microsoft")) {
      throw new FormatException("an operator of the domain " + domain + "; expected ai.onnx");
    }
    boolean known =
        PointwiseNodes.read(node)
            || QuantizedNodes.read(node)
            || MoveNodes.read(node)
            || IndexNodes.read(node)
            || ReduceNodes.read(node)
            || WindowNodes.read(node)
            || NormNodes.read(node)
            || RecurrentNodes.read(node)
            || branches(node);
    if (!known) {
      throw new FormatException("an operator that Tendril has no ops for");
    }
  }

  private static boolean branches(OnnxNode node) {
    if (!node.type().equals("If")) {
      return false;
    }
    GraphProto then = body(node, "then_branch");
    GraphProto otherwise = body(node, "else_branch");
    Set<String> captured = node.graph().captured(then, otherwise);
    List<Value> operands = new ArrayList<>();
    operands.add(node.draft().reshape(node.in(0)));
    captured.forEach(name -> operands.add(node.graph().value(name)));
    Graph first = node.graph().inner(then, captured);
    Graph second = node.graph().inner(otherwise, captured);
    node.give(node.draft().addAll(new Structured.If(first, second), operands));
    return true;
  }

  private static GraphProto body(OnnxNode node, String name) {
    AttributeProto attribute = node.attribute(name);
    if (attribute == null || !attribute.hasG()) {
      throw new FormatException("no graph " + name);
    }
    return attribute.getG();
  }
}
