package dev.tendril.forest;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.Trees;
import dev.tendril.data.Field;
import dev.tendril.learn.ModelException;
import dev.tendril.learn.Task;
import java.util.ArrayList;
import java.util.List;

/// The graph of a forest: columns become the lines of a matrix, ids become numbers (those below 0
/// become NaN), the matrix is transposed to rows, and [Structured.TreeEnsemble] reads it.
///
/// Ids are converted together where they stand side by side, so that a graph of a hundred features
/// stays small; lines that are joined along the first axis are never copied by a planned graph.
final class ForestGraph {
  /// As far as a float counts without gaps.
  private static final int MOST_IDS = 1 << 24;

  private final GraphBuilder builder;
  private final List<Value> lines = new ArrayList<>();
  private final List<Value> ids = new ArrayList<>();

  private ForestGraph(String name) {
    builder = Graph.builder(name);
  }

  /// @throws ModelException when there is no graph, with the feature that is the reason
  static Graph of(ForestModel model, Trees trees) {
    check(model);
    ForestGraph graph = new ForestGraph(model.name());
    // All inputs first: their names are the columns', nodes take what is left.
    List<Value> inputs = model.features().stream().map(f -> graph.input(model, f)).toList();
    inputs.forEach(graph::add);
    graph.convertIds();
    return graph.finish(model, trees);
  }

  /// @throws ModelException when there is no graph, with the feature that is the reason
  static void check(ForestModel model) {
    if (model.features().isEmpty()) {
      throw new ModelException(
          "the model has no features, so a graph of it could not tell how many rows there are;"
              + " predict with the model itself");
    }
    for (String feature : model.features()) {
      Field field = model.schema().field(feature);
      if (isId(field)
          && field.details() instanceof Field.Categorical categorical
          && categorical.vocabulary().size() > MOST_IDS) {
        throw new ModelException(
            "feature \""
                + feature
                + "\" has "
                + categorical.vocabulary().size()
                + " categories; a graph of a forest takes at most "
                + MOST_IDS);
      }
    }
  }

  private static boolean isId(Field field) {
    return switch (field.details()) {
      case Field.Numerical _, Field.Discretized _ -> false;
      case Field.Categorical _, Field.Bool _ -> true;
      case Field.CategoricalSet _, Field.VectorSequence _, Field.Text _, Field.Hash _ ->
          throw new ModelException(
              "feature \""
                  + field.name()
                  + "\" is "
                  + field.semantic()
                  + ", and the inputs of a graph have one value a row; predict with the model"
                  + " itself, or train one without this feature");
    };
  }

  private Value input(ForestModel model, String feature) {
    DType dtype = isId(model.schema().field(feature)) ? DType.I32 : DType.F32;
    return builder.input(feature, TensorType.of(dtype, Shape.ANY));
  }

  private void add(Value input) {
    Value line = builder.add(new Move.Reshape(Shape.of(1, Shape.ANY)), input);
    if (input.type().dtype() == DType.I32) {
      ids.add(line);
    } else {
      convertIds();
      lines.add(line);
    }
  }

  private void convertIds() {
    if (!ids.isEmpty()) {
      Value numbers = builder.add(new Pointwise.Cast(DType.F32), join(ids));
      ids.clear();
      Value zero = builder.constant("zero", Tensor.scalar(0f));
      Value nan = builder.constant("missing", Tensor.scalar(Float.NaN));
      Value missing = builder.add(new Pointwise.Binary(BinaryKind.LT), numbers, zero);
      lines.add(builder.add(new Pointwise.Select(), missing, nan, numbers));
    }
  }

  private Value join(List<Value> parts) {
    return parts.size() == 1 ? parts.getFirst() : builder.add(new Move.Concat(0), parts).getFirst();
  }

  private Graph finish(ForestModel model, Trees trees) {
    Value rows = builder.add(new Move.Transpose(List.of(1, 0)), join(lines));
    Value answers = builder.add(new Structured.TreeEnsemble(trees), rows);
    if (model.task() instanceof Task.Classification) {
      builder.output("probabilities", answers);
    } else {
      builder.output("prediction", builder.add(new Move.Reshape(Shape.of(Shape.ANY)), answers));
    }
    return builder.note("task", model.task().name()).build();
  }
}
