package dev.tendril.core.cpu.vector;

import static dev.tendril.core.cpu.vector.Split.align;

import dev.tendril.core.cpu.scalar.Window;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Contract;
import dev.tendril.core.spi.Epilogue;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Convolutions as products of matrices, without the matrix of all windows.
///
/// Channels are last, so that a row of a window is next to each other in an image, and windows side
/// by side are a stride apart: a row of the result is a product whose left operand is the image as
/// it is, once for each row of the window. A window of one element at stride 1 is a plain product.
/// Images are copied with a border first where windows reach beyond them. Where a window's row is
/// short, as in the first layer, the windows of some lines are copied out instead.
final class ConvKernel implements Kernel {
  private static final int SHORT = 24;

  private final Epilogue epilogue;
  private final Window window;
  private final int out;
  private final Panels panels;
  private final Product product;
  private final Split split;
  private final Bias bias;
  private final @Nullable MemorySegment packed;
  private final @Nullable Bordered bordered;
  private final boolean copied;
  private final int threads;

  private final long imageAt;
  private final long biasAt;
  private final long ownAt;
  private final long windowsAt;
  private final long ownBytes;
  private final long scratch;

  ConvKernel(Epilogue epilogue, Contract.Conv op, int threads) {
    this.epilogue = epilogue;
    Node node = epilogue.contraction();
    var filter = node.inputs().get(1).type().shape();
    window =
        Window.ofFilter(
            node.inputs().getFirst().type().shape(),
            filter,
            op.strides(),
            op.dilations(),
            op.padding());
    this.threads = threads;
    out = filter.dim(0);
    int depth = window.rows() * window.columns() * window.channels();
    panels = new Panels(depth, out);
    boolean whole = depth == window.channels();
    copied = !whole && rowDepth(window) < SHORT;
    bordered = copied || window.isPadded() ? new Bordered(window, 0) : null;
    product = plan(Ending.of(epilogue, op.activation()));
    split = Split.of(product, 1, threads);
    bias = Bias.of(node, 2, out, panels.padded);
    packed =
        node.inputs().get(1) instanceof Value.Constant constant
            ? pack(constant.tensor().memory())
            : null;

    imageAt = packed == null ? align(panels.bytes()) : 0;
    biasAt = imageAt + (bordered == null ? 0 : align(bordered.bytes()));
    ownAt = biasAt + align(bias.bytes());
    windowsAt = align(product.edgeBytes());
    ownBytes = windowsAt + (copied ? align(windowsBytes()) : 0);
    scratch = ownAt + split.parts() * ownBytes;
  }

  /// The products next to each other in a window.
  private static int rowDepth(Window window) {
    return window.channels() * (window.dilationAcross() == 1 ? window.columns() : 1);
  }

  private Product plan(Ending ending) {
    int rows = window.places();
    if (copied) {
      Product dense = Product.dense(panels, rows, panels.depth * 4L, ending);
      return dense.withLines(Math.max(1, window.outWidth()));
    }
    boolean plain =
        panels.depth == window.channels()
            && bordered == null
            && window.strideDown() == 1
            && window.strideAcross() == 1;
    if (plain) {
      return Product.dense(panels, rows, window.channels() * 4L, ending);
    }
    long row = bordered == null ? 4L * window.width() * window.channels() : bordered.row();
    long image = bordered == null ? row * window.height() : bordered.image();
    return Product.sliding(panels, window, row, image, ending);
  }

  private long windowsBytes() {
    return (long) product.chunk() * product.width() * panels.depth * 4 + 256;
  }

  private MemorySegment pack(MemorySegment filter) {
    MemorySegment all = Arena.ofAuto().allocate(Math.max(1, panels.bytes()), 64);
    panels.pack(filter, 0, 4, panels.depth * 4L, all, 0, 0, panels.count);
    return all;
  }

  @Override
  public long scratchBytes() {
    return scratch;
  }

  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment working) {
    return new Run(
        epilogue.pick(inputs), product.ending().residual(inputs), outputs.getFirst(), working);
  }

  /// The convolution, tied to memory.
  private final class Run implements Runnable, IntConsumer {
    private final MemorySegment x;
    private final MemorySegment filter;
    private final MemorySegment image;
    private final MemorySegment right;
    private final MemorySegment start;
    private final @Nullable MemorySegment given;
    private final MemorySegment residual;
    private final MemorySegment y;
    private final MemorySegment working;
    private final IntConsumer packing = this::packPart;
    private final IntConsumer bordering = this::borderPart;

    Run(
        List<MemorySegment> inputs,
        MemorySegment residual,
        MemorySegment y,
        MemorySegment working) {
      this.residual = residual;
      x = inputs.get(0);
      filter = inputs.get(1);
      image = bordered == null ? x : working;
      right = packed == null ? working : packed;
      start = bias.known() == null ? working : bias.known();
      given = bias.known() == null ? inputs.get(bias.operand()) : null;
      this.y = y;
      this.working = working;
    }

    @Override
    public void run() {
      if (given != null) {
        bias.read(given, working, biasAt);
      }
      if (packed == null) {
        Workers.run(threads, packing);
      }
      if (bordered != null) {
        Workers.run(Math.min(threads, bordered.rows()), bordering);
      }
      if (split.parts() == 1) {
        accept(0);
      } else {
        Workers.run(split.parts(), this);
      }
    }

    private void packPart(int part) {
      int begin = panels.count * part / threads;
      int end = panels.count * (part + 1) / threads;
      panels.pack(filter, 0, 4, panels.depth * 4L, working, 0, begin, end);
    }

    private void borderPart(int part) {
      if (bordered != null) {
        int parts = Math.min(threads, bordered.rows());
        int begin = (int) ((long) bordered.rows() * part / parts);
        int end = (int) ((long) bordered.rows() * (part + 1) / parts);
        bordered.copy(x, working, imageAt, begin, end);
      }
    }

    @Override
    public void accept(int part) {
      int begin = split.line(part);
      int end = split.lineEnd(part);
      if (!copied) {
        multiply(image, bordered == null ? 0 : imageAt, part, begin, end, 0);
        return;
      }
      for (int line = begin; line < end; line += product.chunk()) {
        int last = Math.min(end, line + product.chunk());
        long at = ownAt + part * ownBytes + windowsAt;
        copyWindows(at, line, last);
        multiply(working, at - line * product.aLine(), part, line, last, 0);
      }
    }

    private void multiply(MemorySegment a, long at, int part, int begin, int end, long ct) {
      product.run(
          a,
          at,
          right,
          0,
          start,
          bias.known() == null ? biasAt : 0,
          y,
          ct,
          residual,
          working,
          ownAt + part * ownBytes,
          begin,
          end,
          split.panel(part),
          split.panelEnd(part));
    }

    private void copyWindows(long at, int begin, int end) {
      if (bordered == null) {
        return;
      }
      int taps = window.dilationAcross() == 1 ? 1 : window.columns();
      int count = rowDepth(window);
      long target = at;
      for (int line = begin; line < end; line++) {
        long from =
            imageAt
                + line / window.outHeight() * bordered.image()
                + (long) (line % window.outHeight()) * window.strideDown() * bordered.row();
        for (int i = 0; i < window.outWidth(); i++) {
          long pixel = from + 4L * i * window.strideAcross() * window.channels();
          for (int r = 0; r < window.rows(); r++) {
            for (int t = 0; t < taps; t++) {
              long tap =
                  pixel
                      + (long) r * window.dilationDown() * bordered.row()
                      + 4L * t * window.dilationAcross() * window.channels();
              Copies.roughly(working, tap, working, target, count);
              target += 4L * count;
            }
          }
        }
      }
    }
  }
}
