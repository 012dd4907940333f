package dev.tendril.core.cpu.scalar;

import dev.tendril.core.Shape;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Workers;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/// Convolutions of any stride, padding, dilation and grouping, place by place: the sums of a
/// place's output channels are taken together. The filter is turned first, so that output channels
/// are next to each other.
final class ScalarConv implements Kernel {
  private static final long PART_WORK = 100_000;

  private final Window window;
  private final int out;
  private final int groups;
  private final boolean depthwise;
  private final boolean biased;
  private final Activation activation;
  private final int parts;

  private ScalarConv(
      Node node,
      Window window,
      int out,
      int groups,
      boolean depthwise,
      Activation activation,
      int threads) {
    this.window = window;
    this.out = out;
    this.groups = groups;
    this.depthwise = depthwise;
    this.activation = activation;
    biased = node.inputs().size() > 2;
    long places = window.places();
    long work = places * out * window.rows() * window.columns() * inGroup();
    parts =
        threads == 1
            ? 1
            : (int) Math.clamp(work / PART_WORK, 1, Math.clamp(places, 1, 4L * threads));
  }

  static Kernel of(Node node, Contract.Conv op, int threads) {
    Shape filter = node.inputs().get(1).type().shape();
    Shape x = node.inputs().getFirst().type().shape();
    Window window = Window.ofFilter(x, filter, op.strides(), op.dilations(), op.padding());
    return new ScalarConv(
        node, window, filter.dim(0), op.groups(), false, op.activation(), threads);
  }

  static Kernel of(Node node, Contract.DepthwiseConv op, int threads) {
    Shape filter = node.inputs().get(1).type().shape();
    Shape x = node.inputs().getFirst().type().shape();
    List<Integer> extents = List.of(filter.dim(0), filter.dim(1));
    Window window = Window.of(x, extents, op.strides(), op.dilations(), op.padding());
    return new ScalarConv(node, window, filter.dim(2), x.dim(-1), true, op.activation(), threads);
  }

  private int inGroup() {
    return groups == 0 ? 0 : window.channels() / groups;
  }

  private int taps() {
    return window.rows() * window.columns();
  }

  @Override
  public long scratchBytes() {
    return depthwise ? 0 : 4L * out * taps() * inGroup();
  }

  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
    List<MemorySegment> operands = List.copyOf(inputs);
    MemorySegment y = outputs.getFirst();
    IntConsumer part = number -> part(operands, y, scratch, number);
    return () -> {
      if (!depthwise) {
        turn(operands.get(1), scratch);
      }
      Workers.run(parts, part);
    };
  }

  /// A filter `[out, taps, in]` by groups as `[taps, in, out]`.
  private void turn(MemorySegment filter, MemorySegment scratch) {
    int depth = taps() * inGroup();
    int own = groups == 0 ? 0 : out / groups;
    for (int group = 0; group < groups; group++) {
      long at = 4L * group * own * depth;
      Rows.turn(filter, at, own, depth, scratch, at);
    }
  }

  private void part(
      List<MemorySegment> operands, MemorySegment y, MemorySegment scratch, int part) {
    int own = groups == 0 ? 0 : depthwise ? out : out / groups;
    float[] sums = new float[own];
    long places = window.places();
    int end = (int) (places * (part + 1) / parts);
    int passes = depthwise ? 1 : groups;
    for (int place = (int) (places * part / parts); place < end; place++) {
      for (int group = 0; group < passes; group++) {
        if (biased) {
          Rows.load(sums, own, operands.get(2), 4L * group * own);
        } else {
          Arrays.fill(sums, 0);
        }
        addTaps(sums, own, operands, scratch, place, group);
        long to = 4 * ((long) place * out + (long) group * own);
        Rows.store(sums, own, y, to, activation.low(), activation.high());
      }
    }
  }

  private void addTaps(
      float[] sums,
      int own,
      List<MemorySegment> operands,
      MemorySegment scratch,
      int place,
      int group) {
    MemorySegment x = operands.getFirst();
    for (int tap = 0; tap < taps(); tap++) {
      long pixel = pixel(place, tap);
      if (pixel < 0) {
        continue;
      }
      long at = 4 * (pixel * window.channels() + (long) group * inGroup());
      if (!depthwise) {
        long filter = 4L * own * inGroup() * ((long) group * taps() + tap);
        Rows.addProduct(sums, own, inGroup(), x, at, 4, scratch, filter, 4L * own);
      } else if (out == window.channels()) {
        Rows.addProducts(sums, out, x, at, operands.get(1), 4L * tap * out);
      } else {
        addSeveral(sums, x, at, operands.get(1), 4L * tap * out);
      }
    }
  }

  private void addSeveral(float[] sums, MemorySegment x, long at, MemorySegment filter, long ft) {
    int several = out / window.channels();
    for (int j = 0; j < out; j++) {
      sums[j] += x.get(Rows.FLOAT, at + 4L * (j / several)) * filter.get(Rows.FLOAT, ft + 4L * j);
    }
  }

  /// The pixel under an element of the window at a place, or -1.
  private long pixel(int place, int tap) {
    int across = place % window.outWidth();
    int down = place / window.outWidth() % window.outHeight();
    int image = place / window.outWidth() / window.outHeight();
    int row =
        down * window.strideDown() - window.top() + tap / window.columns() * window.dilationDown();
    int column =
        across * window.strideAcross()
            - window.left()
            + tap % window.columns() * window.dilationAcross();
    boolean inside = row >= 0 && row < window.height() && column >= 0 && column < window.width();
    return inside ? ((long) image * window.height() + row) * window.width() + column : -1;
  }
}
