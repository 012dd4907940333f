package dev.tendril.formats.onnx;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Pointwise;
import dev.tendril.formats.graph.GraphDraft;
import org.jspecify.annotations.Nullable;

/// Operators between real and quantized numbers. The format has scales as operands, Tendril in the
/// type; products of quantized numbers are those of what they stand for.
final class QuantizedNodes {
  private QuantizedNodes() {}

  static boolean read(OnnxNode node) {
    switch (node.type()) {
      case "QuantizeLinear" -> {
        Value zero = node.has(2) ? node.in(2) : null;
        node.give(quantize(node, node.in(0), node.in(1), zero));
      }
      case "DequantizeLinear" -> {
        Value zero = node.has(2) ? node.in(2) : null;
        int axis = node.integer("axis", 1);
        node.give(dequantize(node, node.in(0), node.in(1), zero, axis));
      }
      case "QLinearMatMul" -> {
        Value a = dequantize(node, node.in(0), node.in(1), node.in(2), -1);
        Value b = dequantize(node, node.in(3), node.in(4), node.in(5), -1);
        Value product = node.draft().matmul(a, b, false, false);
        node.give(quantize(node, product, node.in(6), node.in(7)));
      }
      case "QLinearConv" -> {
        Value x = dequantize(node, node.in(0), node.in(1), node.in(2), 1);
        Value weights = dequantize(node, node.in(3), node.in(4), node.in(5), 0);
        Value bias = node.has(8) ? bias(node) : null;
        Value result = WindowNodes.conv(node, x, weights, bias);
        node.give(quantize(node, result, node.in(6), node.in(7)));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /// A bias of 32-bit integers, of the scale of the products.
  private static Value bias(OnnxNode node) {
    GraphDraft d = node.draft();
    Value scale = d.binary(BinaryKind.MUL, node.in(1), node.in(4));
    return d.binary(BinaryKind.MUL, d.cast(node.in(8), DType.F32), scale);
  }

  private static Quant quant(OnnxNode node, Value scale, @Nullable Value zero, int axis, int rank) {
    Tensor scales = GraphDraft.tensor(scale, "the scale");
    Tensor zeros = zero == null ? null : GraphDraft.tensor(zero, "the zero point");
    int count = Math.toIntExact(scales.shape().size());
    if (scales.shape().rank() > 1 || (zeros != null && zeros.shape().size() != count)) {
      throw node.refusal(
          "scales of " + scales.type() + " with other zero points; expected one an axis");
    }
    int[] points = zeros == null ? new int[count] : zeros.toIntArray();
    boolean single = scales.shape().rank() == 0 || (count == 1 && rank == 0);
    return new Quant(
        scales.toFloatArray(),
        points,
        single || count == 1 ? Quant.PER_TENSOR : node.axis(axis, rank));
  }

  private static Value quantize(OnnxNode node, Value x, Value scale, @Nullable Value zero) {
    DType to = zero == null ? DType.U8 : zero.type().dtype();
    Quant quant = quant(node, scale, zero, node.integer("axis", 1), x.type().shape().rank());
    return node.draft()
        .addQuantized(new Pointwise.Quantize(to), quant, node.draft().cast(x, DType.F32));
  }

  /// Integers whose type says how they stand for numbers are told apart from plain ones, which are
  /// computed with.
  private static Value dequantize(
      OnnxNode node, Value x, Value scale, @Nullable Value zero, int axis) {
    GraphDraft d = node.draft();
    int rank = x.type().shape().rank();
    Quant quant = quant(node, scale, zero, axis, rank);
    if (quant.equals(x.type().quant())) {
      return d.add(new Pointwise.Dequantize(), x);
    }
    if (x instanceof Value.Constant(String name, Tensor tensor)) {
      TensorType type = new TensorType(tensor.dtype(), tensor.shape(), quant);
      return d.add(new Pointwise.Dequantize(), new Value.Constant(name, tensor.view(type)));
    }
    Value real = d.cast(x, DType.F32);
    int[] dims = new int[quant.isPerTensor() ? 0 : rank - quant.axis()];
    java.util.Arrays.fill(dims, 1);
    if (dims.length > 0) {
      dims[0] = quant.scales().length;
    }
    double[] zeros = java.util.Arrays.stream(quant.zeroPoints()).asDoubleStream().toArray();
    Value points = d.constant(Tensor.of(TensorType.of(DType.F32, dims), zeros));
    Value scales = d.constant(Tensor.of(quant.scales(), dims));
    return d.binary(BinaryKind.MUL, d.binary(BinaryKind.SUB, real, points), scales);
  }
}
