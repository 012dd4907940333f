package dev.tendril.formats.tflite;

import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.Subgraph;
import dev.tendril.formats.FormatException;
import java.util.List;

/// Operators that call subgraphs, and variables.
final class BodyMapping {
  private BodyMapping() {}

  static boolean read(OperatorImport op) {
    switch (op.name()) {
      case "IF" -> {
        List<Value> operands = op.all();
        List<Value> rest = operands.subList(1, operands.size());
        Graph then = called(op, "then_subgraph_index", rest);
        Graph otherwise = called(op, "else_subgraph_index", rest);
        op.give(op.several(new Structured.If(then, otherwise), operands));
      }
      case "WHILE" -> {
        List<Value> operands = op.all();
        Graph condition = called(op, "cond_subgraph_index", operands);
        Graph body = called(op, "body_subgraph_index", operands);
        op.give(op.several(new Structured.While(condition, body), operands));
      }
      case "CALL" -> call(op, "subgraph");
      case "STABLEHLO_COMPOSITE" -> call(op, "decomposition_subgraph_index");
      case "CALL_ONCE" -> op.graph().initialize(op.options().integer("init_subgraph_index"));
      case "VAR_HANDLE" ->
          op.graph()
              .resources()
              .put(
                  op.operator().outputs().getFirst(),
                  op.options().text("container") + "/" + op.options().text("shared_name"));
      case "READ_VARIABLE" -> op.give(op.graph().read(resource(op), op.resultType(0)));
      case "ASSIGN_VARIABLE" -> op.graph().assign(resource(op), op.in(1));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static Graph called(OperatorImport op, String option, List<Value> operands) {
    List<TensorType> types = operands.stream().map(Value::type).toList();
    return op.graph().called(op.options().integer(option), types);
  }

  private static void call(OperatorImport op, String option) {
    List<Value> operands = op.all();
    op.give(op.several(new Structured.Call(called(op, option, operands)), operands));
  }

  private static String resource(OperatorImport op) {
    String name = op.graph().resources().get(op.tensor(0));
    if (name == null) {
      throw new FormatException("a resource that no VAR_HANDLE has made");
    }
    return name;
  }

  static void write(OperatorExport op, Structured.Body body) {
    switch (body) {
      case Structured.If branches ->
          op.applyAll(
              "IF",
              OperatorExport.options(
                  "then_subgraph_index", op.subgraph(graph(op, branches.then())),
                  "else_subgraph_index", op.subgraph(graph(op, branches.otherwise()))),
              op.all());
      case Structured.While loop ->
          op.applyAll(
              "WHILE",
              OperatorExport.options(
                  "cond_subgraph_index", op.subgraph(graph(op, loop.condition())),
                  "body_subgraph_index", op.subgraph(graph(op, loop.body()))),
              op.all());
      case Structured.Call call -> op.give(op.graph().inline(graph(op, call.body()), op.all()));
      case Structured.Fused fused -> op.give(op.graph().inline(graph(op, fused.body()), op.all()));
    }
  }

  private static Graph graph(OperatorExport op, Subgraph body) {
    if (body instanceof Graph graph) {
      return graph;
    }
    throw op.refusal("a subgraph of class " + body.getClass().getName());
  }
}
