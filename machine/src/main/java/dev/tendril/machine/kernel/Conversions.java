package dev.tendril.machine.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.spi.Kernel;
import dev.tendril.machine.gen.Quantizing;
import dev.tendril.machine.gen.Requantization;
import dev.tendril.machine.host.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// From floats to bytes and back.
final class Conversions {
  /// Numbers that are worth a thread, in products.
  private static final int EACH = 10;

  private Conversions() {}

  /// Whether a node is of that kind.
  static boolean supports(Node node) {
    TensorType x = node.inputs().getFirst().type();
    TensorType y = node.outputs().getFirst();
    return switch (node.op()) {
      case Pointwise.Quantize _ -> isFloat(x) && QuantizedLayer.isBytes(y);
      case Pointwise.Dequantize _ -> QuantizedLayer.isBytes(x) && isFloat(y);
      case Pointwise.Cast _ -> isPlain(x) && isFloat(y);
      default -> false;
    };
  }

  private static boolean isFloat(TensorType type) {
    return type.dtype() == DType.F32;
  }

  private static boolean isPlain(TensorType type) {
    return type.dtype() == DType.I8 || type.dtype() == DType.U8;
  }

  static Kernel kernel(Machine machine, Node node, int threads) {
    TensorType x = node.inputs().getFirst().type();
    TensorType y = node.outputs().getFirst();
    boolean back = !(node.op() instanceof Pointwise.Quantize);
    TensorType bytes = back ? x : y;
    Quant quant =
        node.op() instanceof Pointwise.Cast ? Quant.of(1, 0) : QuantizedLayer.quant(bytes);
    Requantization numbers =
        new Requantization(
            Requantization.Mode.FAST,
            bytes.dtype() == DType.I8,
            quant.zeroPoint(),
            (int) bytes.dtype().min(),
            (int) bytes.dtype().max());
    long size = y.shape().size();
    long chunks = size / Quantizing.CHUNK;
    int parts = Math.clamp(chunks, 1, QuantizedProducts.wanted(threads, EACH * size));
    List<List<Step.Call>> calls = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      long begin = chunks * part / parts;
      long end = chunks * (part + 1) / parts;
      int rest = part == parts - 1 ? (int) (size % Quantizing.CHUNK) : 0;
      Quantizing shape = new Quantizing(back, numbers, quant.scale(), rest);
      Code code = machine.code(shape, it -> it.write(machine.bytes()));
      long at = begin * Quantizing.CHUNK;
      calls.add(
          List.of(
              new Step.Call(
                  code,
                  List.of(
                      new Argument.Input(0, back ? at : 4 * at),
                      new Argument.Output(0, back ? 4 * at : at),
                      new Argument.Count(end - begin)))));
    }
    return new StepKernel(List.of(new Step(calls, calls.size())), 0, Set.of());
  }
}
