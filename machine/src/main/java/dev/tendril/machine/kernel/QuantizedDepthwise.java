package dev.tendril.machine.kernel;

import dev.tendril.core.Rounding;
import dev.tendril.core.Shape;
import dev.tendril.core.cpu.scalar.Window;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Contract;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;
import dev.tendril.machine.gen.Pairing;
import dev.tendril.machine.gen.QuantizedChannelwise;
import dev.tendril.machine.gen.Widening;
import dev.tendril.machine.host.Code;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Depthwise convolutions of quantized numbers. Rows of the image are paired, 8 channels at a time,
/// for a strip of rows and some blocks of channels that fit a cache together; then windows are
/// summed. Where channels are no multiple of 8, the last block overlaps the one before.
final class QuantizedDepthwise {
  private static final int CHANNELS = Pairing.CHANNELS;
  private static final int VECTOR = 32;

  /// What paired rows may take of the cache.
  private static final long NEAR = 24 << 10;

  /// The same, where not even one block of a whole image fits.
  private static final long STRIP = 64 << 10;

  private final QuantizedLayer layer;
  private final Window window;
  private final int pairs;

  /// From one pair of rows that is made to the next, in rows of the image.
  private final int step;

  private QuantizedDepthwise(QuantizedLayer layer, Window window) {
    this.layer = layer;
    this.window = window;
    this.pairs = Math.ceilDiv(window.rows(), 2);
    this.step =
        pairs == 1 ? window.strideDown() : gcd(window.strideDown(), 2 * window.dilationDown());
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  static Support supports(Node node, Contract.DepthwiseConv op) {
    if (node.inputs().getFirst().type().shape().rank() != 4) {
      return Support.no("an image without two spatial axes");
    }
    int channels = node.inputs().getFirst().type().shape().dim(-1);
    if (channels != node.outputs().getFirst().shape().dim(-1)) {
      return Support.no("several filters for a channel");
    }
    if (channels < CHANNELS) {
      return Support.no("fewer than 8 channels");
    }
    Support support = QuantizedLayer.supports(node, 2);
    if (!support.isYes()) {
      return support;
    }
    Window window = window(node, op);
    return window.reachAcross() > window.left()
        ? Support.YES
        : Support.no("windows that see nothing but padding");
  }

  static Kernel kernel(
      Machine machine, Node node, Contract.DepthwiseConv op, int threads, Rounding rounding) {
    Window window = window(node, op);
    QuantizedLayer layer =
        QuantizedLayer.of(node, window.channels(), 1, op.activation(), false, rounding);
    return new QuantizedDepthwise(layer, window).kernel(machine, threads);
  }

  private static Window window(Node node, Contract.DepthwiseConv op) {
    Shape filter = node.inputs().get(1).type().shape();
    return Window.of(
        node.inputs().getFirst().type().shape(),
        List.of(filter.dim(0), filter.dim(1)),
        op.strides(),
        op.dilations(),
        op.padding());
  }

  private Kernel kernel(Machine machine, int threads) {
    int channels = window.channels();
    int reach = window.reachAcross();
    int there = Math.min(window.width(), reach - window.left());
    Pairing pairing =
        new Pairing(
            there,
            window.left(),
            reach - window.left() - there,
            channels,
            layer.signed(),
            layer.zeroPoint());
    long pitch = pairing.pitch();
    int rowsOn = window.strideDown() / step;
    int pairsOn = pairs == 1 ? 0 : 2 * window.dilationDown() / step;
    QuantizedChannelwise shape =
        new QuantizedChannelwise(
            window.outWidth(),
            pairs,
            pairsOn * pitch,
            window.columns(),
            (long) VECTOR * window.dilationAcross(),
            (long) VECTOR * window.strideAcross(),
            rowsOn * pitch,
            channels,
            (long) channels * window.outWidth(),
            layer.rescaling().how());
    Code pair = machine.code(pairing, it -> it.write(machine.bytes()));
    Code sum = machine.code(shape, it -> it.write(machine.bytes()));
    Argument weights = new Argument.Own(weights(), 0);
    Argument constants = new Argument.Own(constants(), 0);
    Argument padding = new Argument.Own(Own.bytes(layer.padding(window.width() * channels)), 0);

    long work = (long) window.places() * channels * (window.rows() * window.columns() + 16);
    int wanted = QuantizedProducts.wanted(threads, work);
    int lines = window.outHeight();
    int blocks = channels / CHANNELS;
    long whole = pairsOf(lines, rowsOn, pairsOn) * pitch;
    int strips = 1;
    int group = 1;
    if (whole <= NEAR) {
      group = Math.clamp(NEAR / whole, 1, blocks);
      group = Math.clamp(Math.ceilDiv(blocks, Math.ceilDiv(wanted, window.batch())), 1, group);
    } else {
      long most = Math.max(1, (STRIP / pitch - (long) (pairs - 1) * pairsOn) / rowsOn);
      strips = Math.clamp(Math.ceilDiv(lines, most), 1, lines);
    }
    List<Piece> pieces = new ArrayList<>();
    long widest = 0;
    for (int n = 0; n < window.batch(); n++) {
      for (int strip = 0; strip < strips; strip++) {
        int begin = (int) ((long) lines * strip / strips);
        int end = (int) ((long) lines * (strip + 1) / strips);
        long bytes = pairsOf(end - begin, rowsOn, pairsOn) * pitch;
        for (int block = 0; block < blocks; block += group) {
          int count = Math.min(group, blocks - block);
          pieces.add(new Piece(n, begin, end, block * CHANNELS, block, count));
          widest = Math.max(widest, count * bytes);
        }
        if (channels % CHANNELS != 0) {
          pieces.add(new Piece(n, begin, end, channels - CHANNELS, blocks, 1));
          widest = Math.max(widest, bytes);
        }
      }
    }
    int parts = Math.clamp(wanted, 1, pieces.size());
    long region = (widest + Widening.SLACK + 63) & -64;
    List<List<Step.Call>> dealt = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      List<Step.Call> calls = new ArrayList<>();
      int to = (int) ((long) pieces.size() * (part + 1) / parts);
      for (int i = (int) ((long) pieces.size() * part / parts); i < to; i++) {
        Piece piece = pieces.get(i);
        Argument scratch = new Argument.Scratch(part * region);
        int count = pairsOf(piece.end - piece.begin, rowsOn, pairsOn);
        calls.add(
            new Step.Call(pair, pairing(piece, scratch, padding, piece.begin * rowsOn, count)));
        calls.add(
            new Step.Call(
                sum,
                List.of(
                    scratch,
                    new Argument.Count(count * pitch),
                    weights.plus((long) piece.block * shape.taps() * VECTOR),
                    constants.plus(
                        (long) piece.block * layer.rescaling().how().mode().vectors() * VECTOR),
                    new Argument.Output(
                        0,
                        ((long) piece.image * lines + piece.begin) * window.outWidth() * channels
                            + piece.channel),
                    new Argument.Count(piece.end - piece.begin),
                    new Argument.Count(piece.count))));
      }
      dealt.add(calls);
    }
    return new StepKernel(List.of(new Step(dealt, dealt.size())), parts * region, Set.of());
  }

  /// Some rows of windows and some blocks of channels of an image.
  private record Piece(int image, int begin, int end, int channel, int block, int count) {}

  /// The pairs of rows that rows of windows need.
  private int pairsOf(int lines, int rowsOn, int pairsOn) {
    return (lines - 1) * rowsOn + (pairs - 1) * pairsOn + 1;
  }

  private List<Argument> pairing(
      Piece piece, Argument scratch, Argument padding, int first, int count) {
    List<Argument> arguments = new ArrayList<>();
    arguments.add(scratch);
    arguments.add(new Argument.Count(piece.count));
    arguments.add(new Argument.Count(count));
    for (int i = 0; i < count; i++) {
      int y = (first + i) * step - window.top();
      arguments.add(row(piece, padding, y));
      arguments.add(row(piece, padding, y + window.dilationDown()));
    }
    return arguments;
  }

  private Argument row(Piece piece, Argument padding, int y) {
    if (y < 0 || y >= window.height()) {
      return padding.plus(piece.channel);
    }
    long pixel = ((long) piece.image * window.height() + y) * window.width();
    return new Argument.Input(0, pixel * window.channels() + piece.channel);
  }

  private MemorySegment weights() {
    int channels = window.channels();
    int blocks = Math.ceilDiv(channels, CHANNELS);
    int across = window.columns();
    short[] packed = new short[blocks * pairs * across * 2 * CHANNELS];
    for (int block = 0; block < blocks; block++) {
      for (int row = 0; row < window.rows(); row++) {
        for (int column = 0; column < across; column++) {
          int to = 2 * CHANNELS * ((block * pairs + row / 2) * across + column) + row % 2;
          int from = (row * across + column) * channels + first(block);
          for (int i = 0; i < CHANNELS; i++) {
            packed[to + 2 * i] = layer.weights()[from + i];
          }
        }
      }
    }
    return Own.shorts(packed);
  }

  private MemorySegment constants() {
    int blocks = Math.ceilDiv(window.channels(), CHANNELS);
    int each = layer.rescaling().how().mode().vectors() * CHANNELS;
    int[] constants = new int[blocks * each];
    for (int block = 0; block < blocks; block++) {
      int[] channels = new int[CHANNELS];
      for (int i = 0; i < CHANNELS; i++) {
        channels[i] = first(block) + i;
      }
      layer.rescaling().write(channels, constants, block * each);
    }
    return Own.ints(constants);
  }

  private int first(int block) {
    return Math.min(block * CHANNELS, window.channels() - CHANNELS);
  }
}
