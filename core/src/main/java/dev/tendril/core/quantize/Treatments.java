package dev.tendril.core.quantize;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import java.util.List;

/// Which ops have integer kernels in TensorFlow Lite and here, and what its specification of 8-bit
/// quantization asks of their scales.
final class Treatments {
  private static final Treatment SAME = new Treatment.Same();
  private static final Treatment JOINT = new Treatment.Joint();
  private static final Treatment FREE = new Treatment.Free();

  /// The square of a norm that is as good as 0.
  private static final float NO_NORM = 1e-6f;

  private final Node node;
  private final QuantizeMode mode;
  private final boolean wide;

  private Treatments(Node node, QuantizeMode mode) {
    this.node = node;
    this.mode = mode;
    this.wide = mode.activations() == DType.I16;
  }

  /// @param node one that computes floats, prepared as [Preparation] does it
  static Treatment of(Node node, QuantizeMode mode) {
    Treatments treatments = new Treatments(node, mode);
    if (node.outputs().size() != 1) {
      return treatments.none();
    }
    return switch (node.op()) {
      case Contract op -> treatments.contract(op);
      case Pointwise op -> treatments.pointwise(op);
      case Move op -> treatments.move(op);
      case Reduce op -> treatments.reduce(op);
      case Index op -> treatments.index(op);
      case Structured op -> treatments.structured(op);
      case Custom _ -> treatments.none();
    };
  }

  private static Treatment real(String reason) {
    return new Treatment.Real(reason);
  }

  private Treatment none() {
    return real("no kernel for " + (wide ? "16" : "8") + "-bit integers");
  }

  private Treatment narrow(Treatment treatment) {
    return wide ? none() : treatment;
  }

  private boolean isConstant(int operand) {
    return node.inputs().size() <= operand || node.inputs().get(operand) instanceof Value.Constant;
  }

  private Treatment contract(Contract contract) {
    return switch (contract) {
      case Contract.MatMul op -> {
        boolean layer =
            isConstant(1) && node.inputs().get(1).type().shape().rank() == 2 && !op.transposeA();
        if (layer) {
          yield weighted(op.transposeB() ? 0 : 1, op.activation(), mode.weights());
        }
        yield node.inputs().size() == 2 && op.activation() == Activation.NONE
            ? FREE
            : real("a product of two computed operands with a bias or an activation");
      }
      case Contract.Conv op ->
          op.strides().size() > 2
              ? real("a convolution of three axes")
              : weighted(0, op.activation(), mode.weights());
      case Contract.DepthwiseConv op -> weighted(2, op.activation(), mode.weights());
      case Contract.ConvTranspose op ->
          op.strides().size() == 2
                  && op.padding().kind() != Padding.Kind.EXPLICIT
                  && op.dilations().equals(List.of(1, 1))
                  && op.activation() == Activation.NONE
              ? weighted(0, op.activation(), DType.I8)
              : real("a transposed convolution that TensorFlow Lite has no operator for");
      case Contract.Pool op -> op.activation().isRange() ? SAME : none();
      case Contract.PoolArgMax _, Contract.Attention _ -> none();
    };
  }

  private Treatment weighted(int axis, Activation activation, DType weights) {
    if (!isConstant(1) || !isConstant(2)) {
      return real("weights or a bias that are computed");
    }
    return activation.isRange() ? new Treatment.Weighted(axis, weights) : none();
  }

  private Treatment fixed(float scale, int zeroPoint) {
    return new Treatment.Fixed(wide ? Quant.of(1 / 32768f, 0) : Quant.of(scale, zeroPoint));
  }

  private Treatment pointwise(Pointwise pointwise) {
    return switch (pointwise) {
      case Pointwise.Unary(UnaryKind kind) ->
          switch (kind) {
            case RELU -> FREE;
            case SIGMOID -> fixed(1 / 256f, -128);
            case TANH -> fixed(1 / 128f, 0);
            case ABS, HARD_SWISH, EXP, LOG, RSQRT -> narrow(FREE);
            case NEG,
                SIGN,
                SQUARE,
                NOT,
                FLOOR,
                CEIL,
                ROUND,
                RECIPROCAL,
                SQRT,
                EXPM1,
                LOG1P,
                SIN,
                COS,
                TAN,
                ASIN,
                ACOS,
                ATAN,
                SINH,
                COSH,
                ERF,
                SILU,
                SOFTPLUS,
                IS_NAN,
                IS_FINITE ->
                none();
          };
      case Pointwise.Binary(BinaryKind kind) ->
          switch (kind) {
            case ADD, SUB, MUL -> FREE;
            case SQUARED_DIFFERENCE -> narrow(FREE);
            case MIN, MAX -> JOINT;
            case EQ, NE, LT, LE, GT, GE -> real("a comparison, which integers tell apart coarsely");
            case DIV, FLOOR_DIV, MOD, POW, ATAN2, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT -> none();
          };
      case Pointwise.Select _ -> JOINT;
      case Pointwise.Clamp(double low, double high) ->
          (low == 0 && high == 6) || (low == -1 && high == 1) ? narrow(FREE) : none();
      case Pointwise.LeakyRelu _ -> FREE;
      case Pointwise.Elu(float alpha) -> alpha == 1 ? narrow(FREE) : none();
      case Pointwise.Gelu _ -> narrow(FREE);
      case Pointwise.Cast _, Pointwise.Quantize _, Pointwise.Dequantize _ -> none();
    };
  }

  private Treatment move(Move move) {
    return switch (move) {
      case Move.Reshape _, Move.Transpose _, Move.Slice _, Move.Reverse _ -> SAME;
      case Move.SpaceToDepth _, Move.Tile _, Move.Broadcast _ -> narrow(SAME);
      case Move.Pad pad ->
          pad.mode() == Move.Pad.Mode.CONSTANT && pad.value() != 0
              ? real("a padding with other than zero")
              : SAME;
      case Move.Concat _ -> JOINT;
    };
  }

  private Treatment reduce(Reduce reduce) {
    return switch (reduce) {
      case Reduce.Reduction op ->
          switch (op.kind()) {
            case MEAN, SUM -> FREE;
            case MIN, MAX -> SAME;
            case PROD, ALL, ANY -> none();
          };
      case Reduce.ArgExtreme _ -> narrow(new Treatment.Reads());
      case Reduce.Cumulative _ -> none();
    };
  }

  private Treatment index(Index index) {
    return switch (index) {
      case Index.Gather _, Index.GatherNd _ -> SAME;
      case Index.ScatterNd _,
          Index.OneHot _,
          Index.TopK _,
          Index.Sort _,
          Index.NonZero _,
          Index.Iota _,
          Index.ShapeOf _,
          Index.NonMaxSuppression _ ->
          none();
    };
  }

  private Treatment structured(Structured structured) {
    return switch (structured) {
      case Structured.Softmax _ -> fixed(1 / 256f, -128);
      case Structured.LogSoftmax _ -> narrow(fixed(1 / 16f, 127));
      case Structured.L2Normalize op ->
          op.epsilon() <= NO_NORM ? narrow(fixed(1 / 128f, 0)) : none();
      case Structured.Resize _ -> SAME;
      case Structured.LayerNorm _,
          Structured.BatchNorm _,
          Structured.LocalResponseNorm _,
          Structured.Lstm _,
          Structured.Gru _,
          Structured.Svdf _,
          Structured.Fft _,
          Structured.RealFft _,
          Structured.LinearFilter _,
          Structured.TreeEnsemble _,
          Structured.Random _,
          Structured.If _,
          Structured.While _,
          Structured.Call _,
          Structured.Fused _ ->
          none();
    };
  }
}
