package dev.tendril.machine.kernel;

import dev.tendril.core.Rounding;
import dev.tendril.core.cpu.scalar.Window;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;
import dev.tendril.machine.gen.Evenly;
import dev.tendril.machine.gen.Product;
import dev.tendril.machine.gen.QuantizedProduct;
import dev.tendril.machine.gen.QuantizedProductCode;
import dev.tendril.machine.gen.Widening;
import dev.tendril.machine.host.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Products and convolutions of quantized numbers. The left operand is widened to 16 bits, block by
/// block, just before it is multiplied; the borders of images are added on the way.
final class QuantizedProducts {
  /// What a widened block may take of the nearest cache.
  private static final long NEAR = 16 << 10;

  /// What a block's part of the result may take.
  private static final long RESULT = 64 << 10;

  /// Products that are worth a thread.
  private static final long WORK = 300_000;

  private static final int PER_THREAD = 2;
  private static final int REGISTERS = 16;

  private final QuantizedProduct product;
  private final Code multiply;
  private final Argument weights;
  private final Argument constants;
  private final List<Product.Run> runs;

  /// @param out from the weight of a channel to that of the next
  /// @param deep from a weight of a channel to its next
  private QuantizedProducts(
      Machine machine, QuantizedLayer layer, QuantizedProduct product, int out, int deep) {
    this.product = product;
    this.runs = product.runs();
    this.multiply = machine.code(product, it -> QuantizedProductCode.write(machine.bytes(), it));
    this.weights = new Argument.Own(QuantizedPanels.weights(product, layer, out, deep), 0);
    this.constants = new Argument.Own(QuantizedPanels.constants(product, layer), 0);
  }

  static Support supports(Node node, Contract.Conv op) {
    if (!Window.fits(node.inputs().getFirst().type().shape())) {
      return Support.no("three spatial axes");
    }
    if (op.groups() != 1) {
      return Support.no("groups");
    }
    Support support = QuantizedLayer.supports(node, 0);
    if (!support.isYes()) {
      return support;
    }
    Window window = window(node, op);
    return window.reachAcross() > window.left()
        ? Support.YES
        : Support.no("windows that see nothing but padding");
  }

  static Support supports(Node node, Contract.MatMul op) {
    if (op.transposeA() || node.inputs().get(1).type().shape().rank() != 2) {
      return Support.no("a left operand that is transposed, or several right ones");
    }
    return QuantizedLayer.supports(node, op.transposeB() ? 0 : 1);
  }

  static Kernel kernel(
      Machine machine, Node node, Contract.MatMul op, int threads, Rounding rounding) {
    int columns = node.outputs().getFirst().shape().dim(-1);
    int depth = node.inputs().getFirst().type().shape().dim(-1);
    int rows = (int) (node.inputs().getFirst().type().shape().size() / depth);
    int inner = op.transposeB() ? depth : 1;
    QuantizedLayer layer = QuantizedLayer.of(node, columns, inner, op.activation(), true, rounding);
    int deep = op.transposeB() ? 1 : columns;
    return dense(machine, layer, rows, depth, columns, inner, deep, threads);
  }

  static Kernel kernel(
      Machine machine, Node node, Contract.Conv op, int threads, Rounding rounding) {
    Window window = window(node, op);
    int columns = node.outputs().getFirst().shape().dim(-1);
    int channels = window.channels();
    int inner = window.rows() * window.columns() * channels;
    Activation activation = op.activation();
    QuantizedLayer layer = QuantizedLayer.of(node, columns, inner, activation, false, rounding);
    boolean plain =
        window.rows() * window.columns() == 1
            && window.strideDown() == 1
            && window.strideAcross() == 1
            && !window.isPadded()
            && window.outHeight() == window.height()
            && window.outWidth() == window.width();
    return plain
        ? dense(machine, layer, window.places(), channels, columns, inner, 1, threads)
        : windows(machine, layer, window, columns, threads);
  }

  private static Window window(Node node, Contract.Conv op) {
    return Window.ofFilter(
        node.inputs().get(0).type().shape(),
        node.inputs().get(1).type().shape(),
        op.strides(),
        op.dilations(),
        op.padding());
  }

  private static Kernel dense(
      Machine machine,
      QuantizedLayer layer,
      int rows,
      int depth,
      int columns,
      int out,
      int deep,
      int threads) {
    long pitch = 2L * (depth + depth % 2);
    Evenly[] cut =
        QuantizedProduct.cut(
            REGISTERS, rows, columns, Math.ceilDiv(depth, 2), layer.rescaling().how());
    QuantizedProduct product =
        new QuantizedProduct(
            cut[0],
            cut[1],
            columns,
            1,
            0,
            1,
            0,
            depth,
            pitch,
            0,
            columns,
            0,
            layer.rescaling().how());
    QuantizedProducts products = new QuantizedProducts(machine, layer, product, out, deep);
    int tiles = cut[0].parts();
    int wanted = wanted(threads, (long) rows * depth * columns);
    long most = Math.max(1, Math.min(NEAR / pitch, RESULT / columns) / cut[0].size());
    int blocks = Math.clamp(Math.max(wanted, Math.ceilDiv(tiles, most)), 1, tiles);
    Code one =
        machine.code(
            new Widening(0, 0, 0, layer.signed(), layer.zeroPoint()),
            it -> it.write(machine.bytes()));
    Widening each = new Widening(depth, 0, depth % 2, layer.signed(), layer.zeroPoint());
    List<Block> all = new ArrayList<>();
    long widest = 0;
    for (int block = 0; block < blocks; block++) {
      int begin = (int) ((long) tiles * block / blocks);
      int end = (int) ((long) tiles * (block + 1) / blocks);
      int from = cut[0].start(begin);
      int count = cut[0].start(end) - from;
      long numbers = (long) count * depth;
      List<Argument> widening = new ArrayList<>();
      Code code;
      if (depth % 2 == 0 && numbers >= 16) {
        code = one;
        widening.add(new Argument.Input(0, (long) from * depth));
        widening.add(new Argument.Count(numbers - 16));
      } else {
        code = machine.code(each, it -> it.write(machine.bytes()));
        widening.add(new Argument.Count(count));
        for (int row = from; row < from + count; row++) {
          widening.add(new Argument.Input(0, (long) row * depth));
        }
      }
      int larger = cut[0].larger();
      widest = Math.max(widest, count * pitch);
      all.add(
          new Block(
              code,
              widening,
              new Argument.Output(0, (long) from * columns),
              1,
              Math.min(end, larger) - Math.min(begin, larger),
              Math.max(end, larger) - Math.max(begin, larger)));
    }
    return products.kernel(all, widest, wanted);
  }

  private static Kernel windows(
      Machine machine, QuantizedLayer layer, Window window, int columns, int threads) {
    int channels = window.channels();
    int reach = window.reachAcross();
    int there = Math.min(window.width(), reach - window.left());
    Widening widening =
        new Widening(
            there * channels,
            window.left() * channels,
            (reach - window.left() - there) * channels,
            layer.signed(),
            layer.zeroPoint());
    long pitch = widening.pitch();
    boolean close = window.dilationAcross() == 1;
    int across = close ? 1 : window.columns();
    int run = close ? window.columns() * channels : channels;
    Evenly[] cut =
        QuantizedProduct.cut(
            REGISTERS,
            window.outWidth(),
            columns,
            window.rows() * across * Math.ceilDiv(run, 2),
            layer.rescaling().how());
    long line = (long) window.outWidth() * columns;
    QuantizedProduct product =
        new QuantizedProduct(
            cut[0],
            cut[1],
            columns,
            window.rows(),
            window.dilationDown() * pitch,
            across,
            2L * window.dilationAcross() * channels,
            run,
            2L * window.strideAcross() * channels,
            window.strideDown() * pitch,
            columns,
            line,
            layer.rescaling().how());
    int inner = window.rows() * window.columns() * channels;
    QuantizedProducts products = new QuantizedProducts(machine, layer, product, inner, 1);
    Code code = machine.code(widening, it -> it.write(machine.bytes()));
    long image = (long) window.height() * window.width() * channels;
    Argument padding = new Argument.Own(Own.bytes(layer.padding(there * channels)), 0);
    int lines = window.outHeight();
    long work = (long) window.places() * columns * inner;
    int wanted = wanted(threads, work);
    long most =
        Math.max(
            1,
            Math.min(
                (NEAR / pitch - (window.rows() - 1L) * window.dilationDown()) / window.strideDown(),
                RESULT / line));
    int blocks =
        Math.clamp(
            Math.max(Math.ceilDiv(wanted, window.batch()), Math.ceilDiv(lines, most)), 1, lines);
    List<Block> all = new ArrayList<>();
    long widest = 0;
    for (int n = 0; n < window.batch(); n++) {
      for (int block = 0; block < blocks; block++) {
        int begin = (int) ((long) lines * block / blocks);
        int end = (int) ((long) lines * (block + 1) / blocks);
        int first = begin * window.strideDown() - window.top();
        int count =
            (end - begin - 1) * window.strideDown()
                + (window.rows() - 1) * window.dilationDown()
                + 1;
        List<Argument> rows = new ArrayList<>();
        rows.add(new Argument.Count(count));
        for (int y = first; y < first + count; y++) {
          rows.add(
              y < 0 || y >= window.height()
                  ? padding
                  : new Argument.Input(0, n * image + (long) y * window.width() * channels));
        }
        widest = Math.max(widest, count * pitch);
        all.add(
            new Block(
                code,
                rows,
                new Argument.Output(0, (n * (long) lines + begin) * line),
                end - begin,
                cut[0].larger(),
                cut[0].smaller()));
      }
    }
    return products.kernel(all, widest, wanted);
  }

  static int wanted(int threads, long work) {
    return threads == 1 ? 1 : Math.clamp(work / WORK, 1, threads * PER_THREAD);
  }

  /// Rows of the left operand that are widened and multiplied at once.
  ///
  /// @param source arguments of the widening routine but for its result
  private record Block(
      Code widen, List<Argument> source, Argument result, int lines, int larger, int smaller) {}

  /// @param widest the bytes of the largest block
  private Kernel kernel(List<Block> blocks, long widest, int wanted) {
    int panels = product.vectors().parts();
    int acrosses = Math.clamp(wanted / blocks.size(), 1, panels);
    long region = (widest + Widening.SLACK + 63) & -64;
    int parts = Math.clamp(wanted, 1, blocks.size() * acrosses);
    List<List<Step.Call>> dealt = new ArrayList<>();
    int pieces = blocks.size() * acrosses;
    for (int part = 0; part < parts; part++) {
      List<Step.Call> calls = new ArrayList<>();
      int end = (int) ((long) pieces * (part + 1) / parts);
      for (int piece = (int) ((long) pieces * part / parts); piece < end; piece++) {
        int across = piece % acrosses;
        calls.addAll(
            calls(
                blocks.get(piece / acrosses),
                new Argument.Scratch(part * region),
                panels * across / acrosses,
                panels * (across + 1) / acrosses));
      }
      dealt.add(calls);
    }
    return new StepKernel(List.of(new Step(dealt, dealt.size())), parts * region, Set.of());
  }

  private List<Step.Call> calls(Block block, Argument scratch, int panel, int panelEnd) {
    List<Argument> widening = new ArrayList<>();
    widening.add(scratch);
    widening.addAll(block.source);
    long vector = product.vectors().start(panel);
    List<Argument> multiplying = new ArrayList<>();
    multiplying.add(scratch);
    multiplying.add(weights.plus(vector * 32 * product.pairs()));
    multiplying.add(block.result.plus(vector * QuantizedProduct.LANES));
    multiplying.add(constants.plus(vector * 32 * product.requantization().mode().vectors()));
    multiplying.add(new Argument.Count(block.lines));
    multiplying.add(new Argument.Count(block.larger));
    multiplying.add(new Argument.Count(block.smaller));
    for (Product.Run run : runs) {
      int from = Math.clamp(panel, run.first(), run.first() + run.count());
      int to = Math.clamp(panelEnd, run.first(), run.first() + run.count());
      multiplying.add(new Argument.Count(to - from));
    }
    return List.of(new Step.Call(block.widen, widening), new Step.Call(multiply, multiplying));
  }
}
