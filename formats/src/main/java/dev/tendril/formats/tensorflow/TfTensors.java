package dev.tendril.formats.tensorflow;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.file.MappedFile;
import dev.tendril.formats.tensorflow.proto.TensorProto;
import java.lang.foreign.MemorySegment;

/// Constants inside a graph.
final class TfTensors {
  /// The most that elements which are all alike may take that the file has once.
  private static final long REPEATED = 1 << 16;

  private TfTensors() {}

  static Tensor read(TensorProto proto, String what) {
    TensorType type =
        new TensorType(
            TfTypes.dtype(proto.getDtype(), what), TfTypes.shape(proto.getTensorShape(), what));
    ByteString content = proto.getTensorContent();
    if (!content.isEmpty()) {
      if (content.size() != type.bytes()) {
        throw new FormatException(
            what + ": " + content.size() + " bytes for " + type + "; expected " + type.bytes());
      }
      return MappedFile.tensor(MemorySegment.ofBuffer(content.asReadOnlyByteBuffer()), type);
    }
    return listed(proto, type, what);
  }

  /// Elements one by one; the last stands for all that follow.
  private static Tensor listed(TensorProto proto, TensorType type, String what) {
    long size = type.shape().size();
    int count =
        switch (type.dtype()) {
          case F32 -> proto.getFloatValCount();
          case F64 -> proto.getDoubleValCount();
          case F16, BF16 -> proto.getHalfValCount();
          case I64 -> proto.getInt64ValCount();
          case U32 -> proto.getUint32ValCount();
          case BOOL -> proto.getBoolValCount();
          case I4, I8, U8, I16, U16, I32 -> proto.getIntValCount();
        };
    if (count > size || (count < size && size - count > REPEATED + 64L * count)) {
      throw new FormatException(what + ": " + count + " elements for " + type);
    }
    Tensor tensor = Tensor.zeros(type);
    for (long i = 0; i < size && count > 0; i++) {
      int from = (int) Math.min(i, count - 1);
      MemorySegment memory = tensor.memory();
      switch (type.dtype()) {
        case F32 -> Elements.setDouble(memory, DType.F32, i, proto.getFloatVal(from));
        case F64 -> Elements.setDouble(memory, DType.F64, i, proto.getDoubleVal(from));
        case F16, BF16 -> Elements.setLong(memory, DType.U16, i, proto.getHalfVal(from));
        case I64 -> Elements.setLong(memory, DType.I64, i, proto.getInt64Val(from));
        case U32 -> Elements.setLong(memory, DType.U32, i, proto.getUint32Val(from));
        case BOOL -> Elements.setLong(memory, DType.BOOL, i, proto.getBoolVal(from) ? 1 : 0);
        case I4, I8, U8, I16, U16, I32 ->
            Elements.setLong(memory, type.dtype(), i, proto.getIntVal(from));
      }
    }
    return tensor;
  }

  static TensorProto write(Tensor tensor) {
    MemorySegment memory = tensor.toHost().memory();
    return TensorProto.newBuilder()
        .setDtype(TfTypes.type(tensor.dtype()))
        .setTensorShape(TfTypes.shape(tensor.shape()))
        .setTensorContent(UnsafeByteOperations.unsafeWrap(memory.asByteBuffer()))
        .build();
  }
}
