package dev.tendril.formats.tensorflow;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Value;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.graph.GraphDraft;
import dev.tendril.formats.tensorflow.proto.FunctionDef;
import dev.tendril.formats.tensorflow.proto.NodeDef;
import dev.tendril.formats.tensorflow.proto.OpDef;
import dev.tendril.formats.tensorflow.proto.TensorInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes a graph of one in the words of TensorFlow: of the nodes that the outputs need, in any
/// order. Functions that nodes call become part of it.
final class TfImport {
  private static final int DEEPEST = 16;

  private final TfGraph graph;
  private final GraphDraft draft;
  private final Map<String, NodeDef> nodes = new HashMap<>();
  private final Map<String, List<Value>> values = new HashMap<>();
  private final int depth;

  private TfImport(TfGraph graph, List<NodeDef> nodes, GraphDraft draft, int depth) {
    this.graph = graph;
    this.draft = draft;
    this.depth = depth;
    for (NodeDef node : nodes) {
      if (this.nodes.put(node.getName(), node) != null) {
        throw new FormatException("the node " + node.getName() + " occurs twice");
      }
    }
  }

  /// @param types of the inputs, in their order; null for those that the file says, where extents
  ///     that it leaves open are 1
  static Graph graph(TfGraph graph, String name, @Nullable List<TensorType> types, long budget) {
    TfImport made = new TfImport(graph, graph.nodes(), new GraphDraft(budget), 0);
    return made.build(name, types);
  }

  private Graph build(String name, @Nullable List<TensorType> types) {
    if (types != null && types.size() != graph.inputs().size()) {
      throw new FormatException(
          types.size() + " types; the model has " + graph.inputs().size() + " inputs");
    }
    int number = 0;
    for (Map.Entry<String, TensorInfo> input : graph.inputs().entrySet()) {
      String node = part(input.getValue().getName(), 0);
      TensorType type = types == null ? type(input, node) : types.get(number);
      values.put(node, List.of(draft.input(input.getKey(), type)));
      number++;
    }
    Map<String, Value> outputs = new LinkedHashMap<>();
    for (Map.Entry<String, TensorInfo> output : graph.outputs().entrySet()) {
      outputs.put(output.getKey(), value(output.getValue().getName()));
    }
    return draft.build(name, outputs, Map.of());
  }

  /// The type that the file says: the shape of the node, or else of the signature.
  private TensorType type(Map.Entry<String, TensorInfo> input, String node) {
    String what = "input " + input.getKey();
    TensorInfo info = input.getValue();
    NodeDef proto = nodes.get(node);
    if (proto == null) {
      throw new FormatException(what + " is the node " + node + ", which is not there");
    }
    TfNode placeholder = new TfNode(this, proto, List.of());
    boolean said = info.hasTensorShape() && !info.getTensorShape().getUnknownRank();
    Shape shape = said ? TfTypes.shape(info.getTensorShape(), what) : placeholder.shape("shape");
    return new TensorType(placeholder.dtype("dtype", TfTypes.dtype(info.getDtype(), what)), shape);
  }

  GraphDraft draft() {
    return draft;
  }

  @Nullable Tensor constant(String node) {
    return graph.constants().get(node);
  }

  void give(String node, List<Value> results) {
    values.put(node, results);
  }

  /// The parts of `node:result:index`.
  private static String part(String tensor, int which) {
    String[] parts = tensor.split(":", -1);
    return which < parts.length ? parts[which] : "";
  }

  private Value value(String tensor) {
    String node = part(tensor, 0);
    compute(node);
    List<Value> results = values.getOrDefault(node, List.of());
    int index = index(tensor, node);
    if (index < 0 || index >= results.size()) {
      throw new FormatException(
          tensor + ": the node has " + results.size() + " results that Tendril reads");
    }
    return results.get(index);
  }

  /// Which result is meant; functions have the name of the result before its number.
  private int index(String tensor, String node) {
    String last = part(tensor, 2).isEmpty() ? part(tensor, 1) : part(tensor, 2);
    int number;
    try {
      number = last.isEmpty() ? 0 : Integer.parseInt(last);
    } catch (NumberFormatException _) {
      throw new FormatException(tensor + ": a result without a number");
    }
    NodeDef proto = nodes.get(node);
    boolean second =
        proto != null && (part(tensor, 1).equals("indices") && proto.getOp().equals("TopKV2"));
    return second ? 1 : number;
  }

  /// Reads a node after those that it needs.
  private void compute(String wanted) {
    Deque<String> stack = new ArrayDeque<>();
    Set<String> open = new HashSet<>();
    stack.push(wanted);
    while (!stack.isEmpty()) {
      String name = stack.peek();
      if (values.containsKey(name)) {
        stack.pop();
        continue;
      }
      NodeDef node = nodes.get(name);
      if (node == null) {
        throw new FormatException("the node " + name + " is not there");
      }
      boolean ready = true;
      for (String input : node.getInputList()) {
        String before = part(input, 0);
        if (!input.startsWith("^") && !values.containsKey(before)) {
          ready = false;
          stack.push(before);
        }
      }
      if (ready) {
        read(node);
        stack.pop();
        open.remove(name);
      } else if (!open.add(name)) {
        throw new FormatException("the node " + name + " depends on itself");
      }
    }
  }

  private void read(NodeDef node) {
    List<Value> operands = new ArrayList<>();
    for (String input : node.getInputList()) {
      if (!input.startsWith("^")) {
        operands.add(value(input));
      }
    }
    draft.label(node.getName());
    try {
      TfMapping.read(new TfNode(this, node, operands));
    } catch (TensorException e) {
      throw new FormatException(
          "node " + node.getName() + " (" + node.getOp() + "): " + e.getMessage());
    } catch (ArithmeticException e) {
      throw new FormatException(
          "node "
              + node.getName()
              + " ("
              + node.getOp()
              + "): sizes beyond what fits: "
              + e.getMessage());
    }
    values.putIfAbsent(node.getName(), List.of());
  }

  /// The results of a function for operands.
  List<Value> called(String name, List<Value> operands) {
    FunctionDef function = graph.functions().get(name);
    if (function == null) {
      throw new FormatException("a call of the function " + name + ", which is not there");
    }
    if (depth == DEEPEST) {
      throw new FormatException("functions within functions, more than " + DEEPEST + " deep");
    }
    OpDef signature = function.getSignature();
    if (signature.getInputArgCount() != operands.size()) {
      throw new FormatException(
          "a call of the function " + name + " with " + operands.size() + " operands");
    }
    TfImport made = new TfImport(graph, function.getNodeDefList(), draft, depth + 1);
    for (int i = 0; i < operands.size(); i++) {
      made.values.put(signature.getInputArg(i).getName(), List.of(operands.get(i)));
    }
    List<Value> results = new ArrayList<>();
    for (OpDef.ArgDef output : signature.getOutputArgList()) {
      results.add(made.value(function.getRetOrDefault(output.getName(), "")));
    }
    return results;
  }
}
