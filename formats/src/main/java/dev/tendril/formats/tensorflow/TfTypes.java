package dev.tendril.formats.tensorflow;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.tensorflow.proto.DataType;
import dev.tendril.formats.tensorflow.proto.TensorShapeProto;

/// Types and shapes in the words of TensorFlow.
final class TfTypes {
  private TfTypes() {}

  static DType dtype(DataType type, String what) {
    return switch (type) {
      case DT_FLOAT -> DType.F32;
      case DT_DOUBLE -> DType.F64;
      case DT_HALF -> DType.F16;
      case DT_BFLOAT16 -> DType.BF16;
      case DT_INT8 -> DType.I8;
      case DT_UINT8 -> DType.U8;
      case DT_INT16 -> DType.I16;
      case DT_UINT16 -> DType.U16;
      case DT_INT32 -> DType.I32;
      case DT_UINT32 -> DType.U32;
      case DT_INT64 -> DType.I64;
      case DT_BOOL -> DType.BOOL;
      case DT_INVALID, DT_STRING, DT_COMPLEX64, DT_RESOURCE, DT_VARIANT, DT_UINT64, UNRECOGNIZED ->
          throw new FormatException(
              what + ": elements of type " + type + ", which Tendril does not compute with");
    };
  }

  static DataType type(DType dtype) {
    return switch (dtype) {
      case F32 -> DataType.DT_FLOAT;
      case F64 -> DataType.DT_DOUBLE;
      case F16 -> DataType.DT_HALF;
      case BF16 -> DataType.DT_BFLOAT16;
      case I8 -> DataType.DT_INT8;
      case U8 -> DataType.DT_UINT8;
      case I16 -> DataType.DT_INT16;
      case U16 -> DataType.DT_UINT16;
      case I32 -> DataType.DT_INT32;
      case U32 -> DataType.DT_UINT32;
      case I64 -> DataType.DT_INT64;
      case BOOL -> DataType.DT_BOOL;
      case I4 -> throw new FormatException("elements of 4 bits, which the format has not");
    };
  }

  /// The shape that a file says; extents that it leaves open are 1.
  static Shape shape(TensorShapeProto proto, String what) {
    if (proto.getUnknownRank()) {
      throw new FormatException(what + " of any rank; give the types of inputs");
    }
    int[] dims = new int[proto.getDimCount()];
    for (int i = 0; i < dims.length; i++) {
      long size = proto.getDim(i).getSize();
      if (size > Integer.MAX_VALUE) {
        throw new FormatException(what + ": an extent of " + size);
      }
      dims[i] = size < 0 ? 1 : (int) size;
    }
    return Shape.of(dims);
  }

  static TensorShapeProto shape(Shape shape) {
    TensorShapeProto.Builder proto = TensorShapeProto.newBuilder();
    for (int dim : shape.dims()) {
      proto.addDim(TensorShapeProto.Dim.newBuilder().setSize(dim));
    }
    return proto.build();
  }
}
