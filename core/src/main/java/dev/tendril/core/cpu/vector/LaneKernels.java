package dev.tendril.core.cpu.vector;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.cpu.scalar.Window;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.spi.Epilogue;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/// Makes kernels on vectors. Loaded by name, and only where the module `jdk.incubator.vector` is
/// there.
final class LaneKernels implements VectorKernels.Maker {
  private static final Support NO_KERNEL = Support.no("no kernel on vectors");

  private static final Support FEW = Support.no("fewer channels than a vector has elements");

  /// Rows must fit working memory.
  private static final int MOST_WIDE = 1 << 20;

  LaneKernels() {}

  @Override
  public Support supports(Node node) {
    for (TensorType type : node.inputTypes()) {
      if (type.dtype() != DType.F32) {
        return Support.no(type.dtype().text() + ": vectors are of f32 only");
      }
      if (!type.shape().isKnown()) {
        return Support.no("extents that are not known");
      }
    }
    Epilogue epilogue = Epilogue.of(node);
    if (epilogue == null) {
      return supports(node.op(), node.inputTypes());
    }
    Support own = supports(epilogue.op(), epilogue.contraction().inputTypes());
    return own.isYes() ? Ending.supports(epilogue) : own;
  }

  private static Support supports(Op op, List<TensorType> types) {
    return switch (op) {
      case Contract.MatMul matMul -> activation(matMul.activation());
      case Contract.Conv conv -> {
        if (!Window.fits(types.getFirst().shape())) {
          yield Support.no("three spatial axes");
        }
        yield conv.groups() == 1 ? activation(conv.activation()) : Support.no("groups");
      }
      case Contract.DepthwiseConv conv -> {
        Shape x = types.getFirst().shape();
        if (x.rank() != 4) {
          yield Support.no(x.rank() - 2 + " spatial axes");
        }
        if (types.get(1).shape().dim(-1) != x.dim(-1)) {
          yield Support.no("several filters for a channel");
        }
        yield x.dim(-1) < Lanes.COUNT ? FEW : activation(conv.activation());
      }
      case Contract.Pool pool -> {
        Shape x = types.getFirst().shape();
        if (!Window.fits(x)) {
          yield Support.no("three spatial axes");
        }
        yield x.dim(-1) < Lanes.COUNT ? FEW : activation(pool.activation());
      }
      case Reduce.Reduction reduction ->
          ReduceKernel.of(reduction, types.getFirst().shape(), 1) == null
              ? Support.no("another function, or axes that are not next to each other")
              : Support.YES;
      case Structured.Softmax softmax -> last(softmax.axis(), types.getFirst().shape());
      case Structured.LogSoftmax softmax -> last(softmax.axis(), types.getFirst().shape());
      case Structured.LayerNorm norm ->
          width(types.getFirst().shape(), norm.axes()) <= MOST_WIDE
              ? Support.YES
              : Support.no("rows of more than " + MOST_WIDE);
      case Contract _, Pointwise _, Move _, Reduce _, Index _, Structured _, Custom _ -> NO_KERNEL;
    };
  }

  private static Support activation(Activation activation) {
    return activation.isRange() ? Support.YES : Support.no("the activation " + activation);
  }

  @Override
  public Kernel prepare(Node node, int threads) {
    Epilogue epilogue = Epilogue.of(node);
    return epilogue == null ? alone(node, threads) : contraction(epilogue, threads);
  }

  private static Kernel contraction(Epilogue epilogue, int threads) {
    List<TensorType> types = epilogue.contraction().inputTypes();
    Shape x = types.getFirst().shape();
    return switch (epilogue.op()) {
      case Contract.MatMul op -> new MatMulKernel(epilogue, op, threads);
      case Contract.Conv op -> new ConvKernel(epilogue, op, threads);
      case Contract.DepthwiseConv op -> {
        Shape filter = types.get(1).shape();
        Window window =
            Window.of(
                x,
                List.of(filter.dim(0), filter.dim(1)),
                op.strides(),
                op.dilations(),
                op.padding());
        yield new DepthwiseKernel(epilogue, op.activation(), window, threads);
      }
      case Contract.Pool op -> {
        Window window =
            Window.of(
                x,
                op.window(),
                op.strides(),
                Collections.nCopies(op.window().size(), 1),
                op.padding());
        boolean mean = op.kind() == Reduce.Kind.MEAN;
        yield new PoolKernel(epilogue, op.activation(), window, mean, threads);
      }
      case Contract _, Pointwise _, Move _, Reduce _, Index _, Structured _, Custom _ ->
          throw new TensorException(
              epilogue.op().name() + " on vectors: " + supports(epilogue.op(), types).reason());
    };
  }

  private Kernel alone(Node node, int threads) {
    return switch (node.op()) {
      case Reduce.Reduction op ->
          Objects.requireNonNull(
              ReduceKernel.of(op, node.inputs().getFirst().type().shape(), threads));
      case Structured.Softmax op -> softmax(node, op.beta(), false, threads);
      case Structured.LogSoftmax _ -> softmax(node, 1, true, threads);
      case Structured.LayerNorm op -> {
        Shape x = node.inputs().getFirst().type().shape();
        int width = (int) width(x, op.axes());
        yield new LayerNormKernel(x.size(0, x.rank() - op.axes()), width, op.epsilon(), threads);
      }
      case Contract _, Pointwise _, Move _, Reduce _, Index _, Structured _, Custom _ ->
          throw new TensorException(node.op().name() + " on vectors: " + supports(node).reason());
    };
  }

  private static Kernel softmax(Node node, float beta, boolean logarithm, int threads) {
    Shape x = node.inputs().getFirst().type().shape();
    return new SoftmaxKernel(x.without(-1).size(), x.dim(-1), beta, logarithm, threads);
  }

  private static Support last(int axis, Shape x) {
    if (x.axis(axis) != x.rank() - 1) {
      return Support.no("an axis that is not the last");
    }
    return x.dim(-1) <= MOST_WIDE ? Support.YES : Support.no("rows of more than " + MOST_WIDE);
  }

  private static long width(Shape x, int axes) {
    return x.size(x.rank() - axes, x.rank());
  }
}
