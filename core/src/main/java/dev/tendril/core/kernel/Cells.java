package dev.tendril.core.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Tensor;
import java.lang.foreign.MemorySegment;

/// The elements of a tensor, one at a time.
record Cells(MemorySegment memory, DType dtype) {
  static Cells of(Tensor tensor) {
    return new Cells(tensor.memory(), tensor.dtype());
  }

  /// The elements as integers of as many bits, to move them as they are.
  static Cells bits(Tensor tensor) {
    DType dtype = tensor.dtype();
    return new Cells(
        tensor.memory(),
        switch (dtype) {
          case F32 -> DType.I32;
          case F64 -> DType.I64;
          case F16, BF16 -> DType.I16;
          case I4, I8, U8, I16, U16, I32, U32, I64, BOOL -> dtype;
        });
  }

  double real(long index) {
    return Elements.getDouble(memory, dtype, index);
  }

  long integer(long index) {
    return Elements.getLong(memory, dtype, index);
  }

  void set(long index, double value) {
    Elements.setDouble(memory, dtype, index, value);
  }

  void set(long index, long value) {
    Elements.setLong(memory, dtype, index, value);
  }
}
