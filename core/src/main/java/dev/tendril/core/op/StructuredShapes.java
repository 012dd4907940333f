package dev.tendril.core.op;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import java.util.List;

/// The types of results of [Structured].
final class StructuredShapes {
  private StructuredShapes() {}

  static List<TensorType> infer(Structured op, List<TensorType> types) {
    return switch (op) {
      case Structured.Softmax softmax -> List.of(softmax(softmax, types));
      case Structured.LogSoftmax softmax -> List.of(softmax(op, types, softmax.axis()));
      case Structured.L2Normalize normalize -> List.of(softmax(op, types, normalize.axis()));
      case Structured.LayerNorm norm -> List.of(layerNorm(norm, types));
      case Structured.BatchNorm norm -> List.of(batchNorm(norm, types));
      case Structured.LocalResponseNorm norm -> List.of(responseNorm(norm, types));
      case Structured.Resize resize -> List.of(resize(resize, types));
      case Structured.Lstm lstm -> RecurrentShapes.lstm(lstm, types);
      case Structured.Gru gru -> RecurrentShapes.gru(gru, types);
      case Structured.Svdf svdf -> RecurrentShapes.svdf(svdf, types);
      case Structured.Fft fft -> List.of(fft(fft, types));
      case Structured.RealFft fft -> List.of(realFft(fft, types));
      case Structured.LinearFilter filter -> List.of(linearFilter(filter, types));
      case Structured.TreeEnsemble trees -> List.of(trees(trees, types));
      case Structured.Random random -> List.of(random(random, types));
      case Structured.Body body -> BodyShapes.infer(body, types);
    };
  }

  private static TensorType softmax(Structured.Softmax op, List<TensorType> types) {
    TensorType type = softmax(op, types, op.axis());
    if (!op.wide()) {
      return type;
    }
    if (type.dtype() != DType.I8) {
      throw new Operands(op, types, 1, 1, "x")
          .mistype("a wide result of " + type.dtype().text() + "; expected i8");
    }
    return type.with(DType.I16);
  }

  /// Along an axis, of floats or quantized numbers; the result is as large.
  private static TensorType softmax(Structured op, List<TensorType> types, int axis) {
    Operands operands = new Operands(op, types, 1, 1, "x");
    operands.axis(0, axis);
    if (!operands.dtype(0).isFloat() && !operands.isQuantized(0)) {
      throw operands.mistype(
          "x of " + operands.dtype(0).text() + "; expected floats or quantized numbers");
    }
    ContractShapes.perTensor(operands, 0, "x");
    return new TensorType(operands.dtype(0), operands.shape(0));
  }

  private static TensorType layerNorm(Structured.LayerNorm op, List<TensorType> types) {
    Operands operands = new Operands(op, types, 3, 3, "x, gamma and beta");
    reals(operands, 3);
    int rank = operands.shape(0).rank();
    if (op.axes() < 1 || op.axes() > rank) {
      throw operands.misfit(op.axes() + " last axes; expected 1 to " + rank);
    }
    for (int i = 1; i < 3; i++) {
      operands.rank(i, op.axes(), "gamma or beta");
      for (int axis = 0; axis < op.axes(); axis++) {
        int expected = operands.dim(0, rank - op.axes() + axis);
        operands.dim(i, axis, expected, "gamma or beta with an extent");
      }
    }
    return types.getFirst();
  }

  private static TensorType batchNorm(Structured.BatchNorm op, List<TensorType> types) {
    Operands operands = new Operands(op, types, 5, 5, "x, mean, variance, gamma and beta");
    reals(operands, 5);
    operands.rankAtLeast(0, 1, "x");
    for (int i = 1; i < 5; i++) {
      operands.vector(i, operands.dim(0, -1), "mean, variance, gamma or beta");
    }
    return types.getFirst();
  }

  private static TensorType responseNorm(Structured.LocalResponseNorm op, List<TensorType> types) {
    Operands operands = new Operands(op, types, 1, 1, "x");
    reals(operands, 1);
    operands.rankAtLeast(0, 1, "x");
    if (op.radius() < 0) {
      throw operands.misfit("a radius of " + op.radius() + "; expected 0 or more");
    }
    return types.getFirst();
  }

  private static TensorType resize(Structured.Resize op, List<TensorType> types) {
    Operands operands = new Operands(op, types, 1, 1, "x");
    operands.rank(0, 4, "x");
    ContractShapes.perTensor(operands, 0, "x");
    DType dtype = operands.dtype(0);
    if (op.method() == Structured.Resize.Method.BILINEAR
        && !dtype.isFloat()
        && dtype != DType.I8
        && dtype != DType.U8
        && dtype != DType.I16) {
      throw operands.mistype("x of " + dtype.text() + "; expected floats, i8, u8 or i16");
    }
    if (op.height() < 1 || op.width() < 1) {
      throw operands.misfit(
          "a result of " + op.height() + " by " + op.width() + "; expected 1 or more");
    }
    if (operands.dim(0, 1) == 0 || operands.dim(0, 2) == 0) {
      throw operands.misfit("x without pixels; expected 1 or more");
    }
    return types.getFirst().with(operands.shape(0).with(1, op.height()).with(2, op.width()));
  }

  private static TensorType fft(Structured.Fft op, List<TensorType> types) {
    Operands operands = new Operands(op, types, 1, 1, "x");
    reals(operands, 1);
    operands.rankAtLeast(0, 2, "x");
    operands.dim(0, -1, 2, "x with a last extent");
    return types.getFirst();
  }

  private static TensorType realFft(Structured.RealFft op, List<TensorType> types) {
    Operands operands = new Operands(op, types, 1, 1, "x");
    reals(operands, 1);
    operands.rankAtLeast(0, op.inverse() ? 2 : 1, "x");
    if (op.length() < 1) {
      throw operands.misfit("a length of " + op.length() + "; expected 1 or more");
    }
    Shape shape = operands.shape(0);
    if (op.inverse()) {
      operands.dim(0, -1, 2, "x with a last extent");
      Shape real = shape.without(-1);
      return types.getFirst().with(real.with(-1, op.length()));
    }
    Shape half = shape.with(-1, op.length() / 2 + 1);
    return types.getFirst().with(half.inserted(half.rank(), 2));
  }

  private static TensorType linearFilter(Structured.LinearFilter op, List<TensorType> types) {
    Operands operands = new Operands(op, types, 3, 3, "x, numerator and denominator");
    reals(operands, 3);
    operands.axis(0, op.axis());
    for (int i = 1; i < 3; i++) {
      operands.rank(i, 1, "numerator or denominator");
      if (operands.dim(i, 0) == 0) {
        throw operands.misfit("a numerator or denominator of nothing; expected 1 or more");
      }
    }
    return types.getFirst();
  }

  private static TensorType trees(Structured.TreeEnsemble op, List<TensorType> types) {
    Operands operands = new Operands(op, types, 1, 1, "rows");
    operands.rank(0, 2, "rows");
    operands.dtype(0, DType.F32, "rows");
    operands.dim(0, 1, op.trees().features(), "rows with features");
    return TensorType.of(DType.F32, operands.dim(0, 0), op.trees().outputs());
  }

  private static TensorType random(Structured.Random op, List<TensorType> types) {
    Operands operands = new Operands(op, types, 1, 1, "a key");
    operands.dtype(0, DType.I64, "a key");
    operands.vector(0, 2, "a key");
    for (int dim : op.shape()) {
      if (dim < 0) {
        throw operands.misfit("a result of shape " + op.shape() + "; expected 0 or more");
      }
    }
    boolean bits = op.distribution() == Structured.Random.Distribution.BITS;
    return new TensorType(bits ? DType.I32 : DType.F32, Shape.of(op.shape()));
  }

  /// Checks that the first operands are floats of one type.
  private static void reals(Operands operands, int count) {
    operands.real(0, "x");
    for (int i = 1; i < count; i++) {
      operands.dtype(i, operands.dtype(0), "operand " + (i + 1));
    }
  }
}
