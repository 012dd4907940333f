package dev.tendril.core;

import org.jspecify.annotations.Nullable;

/// What is known of a tensor before its values are: element type, shape, and how integers stand for
/// real numbers where they do.
///
/// @param quant null for plain numbers
public record TensorType(DType dtype, Shape shape, @Nullable Quant quant) {
  public TensorType {
    if (quant != null) {
      check(dtype, shape, quant);
    }
  }

  public TensorType(DType dtype, Shape shape) {
    this(dtype, shape, null);
  }

  public static TensorType of(DType dtype, int... dims) {
    return new TensorType(dtype, Shape.of(dims), null);
  }

  private static void check(DType dtype, Shape shape, Quant quant) {
    if (!dtype.isInteger()) {
      throw new DTypeException(
          "a quantization of " + dtype.text() + "; expected an integer type, such as i8");
    }
    if (!quant.isPerTensor()
        && shape.dim(quant.axis()) != Shape.ANY
        && shape.dim(quant.axis()) != quant.scales().length) {
      throw new ShapeException(
          "a quantization with "
              + quant.scales().length
              + " scales along axis "
              + quant.axis()
              + " of "
              + shape
              + "; expected one for each index");
    }
  }

  /// The memory of a tensor of this type.
  ///
  /// @throws ShapeException when an extent is not known
  public long bytes() {
    return dtype.bytes(shape.size());
  }

  public TensorType with(Shape other) {
    return new TensorType(dtype, other, quant);
  }

  public TensorType with(DType other) {
    return new TensorType(other, shape, null);
  }

  public TensorType with(@Nullable Quant other) {
    return new TensorType(dtype, shape, other);
  }

  /// Whether a value of a known type may stand where this one is declared.
  public boolean admits(TensorType known) {
    return dtype == known.dtype
        && shape.admits(known.shape)
        && (quant == null ? known.quant == null : quant.equals(known.quant));
  }

  /// Such as `f32[?,3]` or `i8[1,4] q(0.5,-3)`.
  @Override
  public String toString() {
    return dtype.text() + shape + (quant == null ? "" : " " + quant);
  }
}
