package dev.tendril.core.quantize;

import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Pointwise;
import java.util.ArrayList;
import java.util.List;

/// Sample data, as it comes in files, as what a graph takes.
public final class Samples {
  private Samples() {}

  /// The samples of a graph with one input.
  ///
  /// @param tensor one sample, or several along its first axis
  public static List<List<Tensor>> of(Graph graph, Tensor tensor) {
    return split(graph.inputs().getFirst().type(), tensor, "sample data").stream()
        .map(List::of)
        .toList();
  }

  /// The samples in a tensor: itself, with or without an axis for one sample in front; or its rows
  /// along the first axis. Nothing is copied.
  ///
  /// @param input the type of the input
  /// @param what what the tensor is called when it does not fit, such as its file
  /// @throws TensorException when it does not fit
  public static List<Tensor> split(TensorType input, Tensor tensor, String what) {
    Shape wanted = input.shape();
    Shape shape = tensor.shape();
    int more = shape.rank() - wanted.rank();
    if (tensor.dtype() == input.dtype()) {
      Tensor typed = tensor.view(tensor.type().with(input.quant()));
      if (more == 0 && wanted.admits(shape) && wanted.rank() > 0 && wanted.dim(0) != Shape.ANY) {
        return List.of(typed);
      }
      if (more == -1 && wanted.admits(shape.inserted(0, 1))) {
        return List.of(view(typed, shape.inserted(0, 1)));
      }
      boolean rows = more == 0 && shape.rank() > 0 && wanted.admits(shape.with(0, 1));
      if (rows || (more == 1 && wanted.admits(shape.without(0)))) {
        Shape one = rows ? shape.with(0, 1) : shape.without(0);
        List<Tensor> samples = new ArrayList<>();
        for (int i = 0; i < shape.dim(0); i++) {
          samples.add(view(typed.rows(i, i + 1), one));
        }
        return samples;
      }
    }
    throw new TensorException(
        what + ": a tensor of " + tensor.type() + "; expected " + input + ", or many of them");
  }

  private static Tensor view(Tensor tensor, Shape shape) {
    return tensor.view(tensor.type().with(shape));
  }

  /// A sample of floats as a graph takes it, whose inputs may be integers.
  public static List<Tensor> fit(Graph graph, List<Tensor> sample) {
    List<Tensor> operands = new ArrayList<>();
    for (int i = 0; i < sample.size(); i++) {
      Quant quant = graph.inputs().get(i).type().quant();
      Tensor tensor = sample.get(i);
      if (quant == null || !tensor.dtype().isFloat()) {
        operands.add(tensor);
        continue;
      }
      Pointwise.Quantize op = new Pointwise.Quantize(graph.inputs().get(i).type().dtype());
      operands.add(
          ReferenceKernels.run(
                  op, List.of(tensor), List.of(tensor.type().with(op.to()).with(quant)))
              .getFirst());
    }
    return operands;
  }
}
