package dev.tendril.machine.kernel;

import dev.tendril.core.Shape;
import dev.tendril.core.cpu.scalar.Window;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.spi.Epilogue;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;
import dev.tendril.machine.gen.Channelwise;
import dev.tendril.machine.gen.ChannelwiseCode;
import dev.tendril.machine.gen.Ending;
import dev.tendril.machine.gen.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Kernels that slide a window and treat each channel by itself: depthwise convolutions and pools.
final class Windowed {
  /// Products that are worth a thread.
  private static final long WORK = 60_000;

  private static final int PER_THREAD = 2;

  /// The most columns of a window, all of which are written out.
  private static final int MOST_COLUMNS = 32;

  private static final int BIAS = 2;

  private Windowed() {}

  static Support supports(Epilogue epilogue) {
    Shape x = epilogue.contraction().inputs().getFirst().type().shape();
    if (!Window.fits(x)) {
      return Support.no("three spatial axes");
    }
    Activation activation = Activation.NONE;
    if (epilogue.op() instanceof Contract.DepthwiseConv op) {
      activation = op.activation();
      Shape filter = epilogue.contraction().inputs().get(1).type().shape();
      if (x.rank() != 4) {
        return Support.no(x.rank() - 2 + " spatial axes");
      }
      if (filter.dim(-1) != x.dim(-1)) {
        return Support.no("several filters for a channel");
      }
    } else if (epilogue.op() instanceof Contract.Pool op) {
      activation = op.activation();
      if (op.kind() != Reduce.Kind.MAX && op.kind() != Reduce.Kind.MEAN) {
        return Support.no("pools by " + op.kind());
      }
    }
    return window(epilogue).columns() > MOST_COLUMNS
        ? Support.no("windows of more than " + MOST_COLUMNS + " columns")
        : Ending.supports(epilogue, activation);
  }

  private static Window window(Epilogue epilogue) {
    Node node = epilogue.contraction();
    Shape x = node.inputs().getFirst().type().shape();
    if (epilogue.op() instanceof Contract.DepthwiseConv op) {
      Shape filter = node.inputs().get(1).type().shape();
      return Window.of(
          x, List.of(filter.dim(0), filter.dim(1)), op.strides(), op.dilations(), op.padding());
    }
    Contract.Pool op = (Contract.Pool) epilogue.op();
    return Window.of(
        x, op.window(), op.strides(), Collections.nCopies(op.window().size(), 1), op.padding());
  }

  static Kernel depthwise(
      Machine machine, Epilogue epilogue, Contract.DepthwiseConv op, int threads) {
    return kernel(machine, epilogue, Channelwise.Kind.FILTER, op.activation(), threads);
  }

  static Kernel pool(Machine machine, Epilogue epilogue, Contract.Pool op, int threads) {
    Channelwise.Kind kind =
        op.kind() == Reduce.Kind.MAX ? Channelwise.Kind.MAX : Channelwise.Kind.MEAN;
    return kernel(machine, epilogue, kind, op.activation(), threads);
  }

  /// Means over axes that are next to each other and not the last: windows of one column that hold
  /// all that is reduced.
  static Support supports(Node node, Reduce.Reduction op) {
    if (op.kind() != Reduce.Kind.MEAN) {
      return Support.no("another function than the mean");
    }
    Shape x = node.inputs().getFirst().type().shape();
    List<Integer> axes = axes(op, x);
    if (axes.isEmpty() || x.size() == 0) {
      return Support.no("nothing to reduce");
    }
    if (axes.getLast() == x.rank() - 1) {
      return Support.no("the last axis");
    }
    return axes.getLast() - axes.getFirst() == axes.size() - 1
        ? Support.YES
        : Support.no("axes that are not next to each other");
  }

  private static List<Integer> axes(Reduce.Reduction op, Shape x) {
    return op.axes().stream().map(x::axis).distinct().sorted().toList();
  }

  static Kernel reduction(Machine machine, Node node, Reduce.Reduction op, int threads) {
    Shape x = node.inputs().getFirst().type().shape();
    List<Integer> axes = axes(op, x);
    int outer = Math.toIntExact(x.size(0, axes.getFirst()));
    int reduced = Math.toIntExact(x.size(axes.getFirst(), axes.getLast() + 1));
    int inner = Math.toIntExact(x.size(axes.getLast() + 1, x.rank()));
    Shape image = Shape.of(outer, reduced, 1, inner);
    List<Integer> ones = List.of(1, 1);
    Window window = Window.of(image, List.of(reduced, 1), ones, ones, Padding.VALID);
    Channelwise work = Channelwise.of(Channelwise.Kind.MEAN, window, false, Ending.NONE);
    return kernel(machine, work, window, List.of(0), null, threads);
  }

  private static Kernel kernel(
      Machine machine,
      Epilogue epilogue,
      Channelwise.Kind kind,
      Activation activation,
      int threads) {
    Window window = window(epilogue);
    boolean biased = epilogue.contraction().inputs().size() > BIAS;
    Channelwise work = Channelwise.of(kind, window, biased, Ending.of(epilogue, activation));
    Argument added = MatMul.residual(epilogue, 0);
    return kernel(machine, work, window, epilogue.operands(), added, threads);
  }

  private static Kernel kernel(
      Machine machine,
      Channelwise work,
      Window window,
      List<Integer> operands,
      @Nullable Argument added,
      int threads) {
    Target target = machine.target(window.channels());
    int lines = window.batch() * window.outHeight();
    long products = (long) window.places() * window.rows() * window.columns() * window.channels();
    if (products == 0) {
      return new StepKernel(List.of(), 0, Set.of());
    }
    int pieces =
        threads == 1 ? 1 : Math.clamp(products / WORK, 1, Math.min(lines, threads * PER_THREAD));
    List<List<Argument>> parts = new ArrayList<>();
    for (int piece = 0; piece < pieces; piece++) {
      int begin = (int) ((long) lines * piece / pieces);
      int end = (int) ((long) lines * (piece + 1) / pieces);
      parts.add(part(operands, added, window, work.biased(), begin, end));
    }
    return new StepKernel(
        List.of(
            Step.of(machine.code(work, it -> ChannelwiseCode.write(target, it)), parts, threads)),
        0,
        Set.of());
  }

  private static List<Argument> part(
      List<Integer> operands,
      @Nullable Argument added,
      Window window,
      boolean biased,
      int begin,
      int end) {
    Argument none = new Argument.Count(0);
    List<Argument> part = new ArrayList<>();
    part.add(new Argument.Count(end - begin));
    part.add(biased ? new Argument.Input(operands.get(BIAS), 0) : none);
    long pixel = 4L * window.channels();
    for (int line = begin; line < end; line++) {
      int image = line / window.outHeight();
      int top = line % window.outHeight() * window.strideDown() - window.top();
      int first = top >= 0 ? 0 : Math.ceilDiv(-top, window.dilationDown());
      int last =
          Math.clamp(
              Math.ceilDiv(window.height() - top, window.dilationDown()), first, window.rows());
      long row = (long) image * window.height() + top + (long) first * window.dilationDown();
      long to = (long) line * window.outWidth() * pixel;
      part.add(
          new Argument.Input(operands.getFirst(), (row * window.width() - window.left()) * pixel));
      part.add(
          operands.size() > 1
              ? new Argument.Input(operands.get(1), first * (window.columns() * pixel))
              : none);
      part.add(new Argument.Count(last - first));
      part.add(new Argument.Count(Float.floatToRawIntBits(last - first)));
      part.add(new Argument.Output(0, to));
      part.add(added == null ? none : added.plus(to));
    }
    return part;
  }
}
