package dev.tendril.formats.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.file.MappedFile;
import dev.tendril.formats.onnx.proto.StringStringEntryProto;
import dev.tendril.formats.onnx.proto.TensorProto;
import java.lang.foreign.MemorySegment;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Constants of a model, which may be in files of its folder.
final class OnnxTensors {
  private static final int EXTERNAL = 1;

  private final @Nullable Path folder;
  private final Map<Path, MemorySegment> files = new HashMap<>();

  /// @param folder of the model; null when it is not in a file
  OnnxTensors(@Nullable Path folder) {
    this.folder = folder;
  }

  Tensor read(TensorProto proto) {
    String what = "tensor " + proto.getName();
    try {
      return read(proto, what);
    } catch (FormatException e) {
      throw e;
    } catch (TensorException e) {
      throw new FormatException(what + ": " + e.getMessage());
    }
  }

  private Tensor read(TensorProto proto, String what) {
    TensorType type =
        new TensorType(
            OnnxTypes.dtype(proto.getDataType(), what), shape(proto.getDimsList(), what));
    if (proto.getDataLocation() == EXTERNAL) {
      return external(proto, type, what);
    }
    if (proto.hasRawData()) {
      ByteString raw = proto.getRawData();
      expect(raw.size(), type.bytes(), "bytes", type, what);
      return MappedFile.tensor(MemorySegment.ofBuffer(raw.asReadOnlyByteBuffer()), type);
    }
    return listed(proto, type, what);
  }

  static Shape shape(List<Long> dims, String what) {
    int[] extents = new int[dims.size()];
    for (int i = 0; i < extents.length; i++) {
      long dim = dims.get(i);
      if (dim < 0 || dim > Integer.MAX_VALUE) {
        throw new FormatException(what + ": an extent of " + dim);
      }
      extents[i] = (int) dim;
    }
    return Shape.of(extents);
  }

  private static void expect(long found, long expected, String unit, TensorType type, String what) {
    if (found != expected) {
      throw new FormatException(
          what + ": " + found + " " + unit + " for " + type + "; expected " + expected);
    }
  }

  private static Tensor listed(TensorProto proto, TensorType type, String what) {
    long size = type.shape().size();
    long count =
        switch (type.dtype()) {
          case F32 -> proto.getFloatDataCount();
          case F64 -> proto.getDoubleDataCount();
          case I64 -> proto.getInt64DataCount();
          case U32 -> proto.getUint64DataCount();
          case F16, BF16, I8, U8, I16, U16, I32, BOOL -> proto.getInt32DataCount();
          case I4 -> throw new FormatException(what + ": elements of 4 bits one by one");
        };
    expect(count, size, "elements", type, what);
    Tensor tensor = Tensor.allocate(type);
    MemorySegment memory = tensor.memory();
    for (int i = 0; i < count; i++) {
      switch (type.dtype()) {
        case F32 -> Elements.setDouble(memory, DType.F32, i, proto.getFloatData(i));
        case F64 -> Elements.setDouble(memory, DType.F64, i, proto.getDoubleData(i));
        case I64 -> Elements.setLong(memory, DType.I64, i, proto.getInt64Data(i));
        case U32 -> Elements.setLong(memory, DType.U32, i, proto.getUint64Data(i));
        case F16, BF16 -> Elements.setLong(memory, DType.U16, i, proto.getInt32Data(i));
        case I8, U8, I16, U16, I32, BOOL, I4 ->
            Elements.setLong(memory, type.dtype(), i, proto.getInt32Data(i));
      }
    }
    return tensor;
  }

  /// A part of a file beside the model: nowhere else.
  private Tensor external(TensorProto proto, TensorType type, String what) {
    String location = "";
    long offset = 0;
    long length = type.bytes();
    for (StringStringEntryProto entry : proto.getExternalDataList()) {
      switch (entry.getKey()) {
        case "location" -> location = entry.getValue();
        case "offset" -> offset = number(entry, what);
        case "length" -> length = number(entry, what);
        default -> {}
      }
    }
    expect(length, type.bytes(), "bytes", type, what);
    MemorySegment file = file(location, what);
    if (offset < 0 || offset > file.byteSize() - length) {
      throw new FormatException(
          what
              + ": bytes "
              + offset
              + " to "
              + (offset + length)
              + " of "
              + location
              + ", which has "
              + file.byteSize());
    }
    return MappedFile.tensor(file.asSlice(offset, length), type);
  }

  private static long number(StringStringEntryProto entry, String what) {
    try {
      return Long.parseLong(entry.getValue());
    } catch (NumberFormatException _) {
      throw new FormatException(
          what + ": " + entry.getKey() + " " + entry.getValue() + "; expected a whole number");
    }
  }

  private MemorySegment file(String location, String what) {
    if (folder == null) {
      throw new FormatException(
          what + ": its data are in the file " + location + "; read the model from its file");
    }
    try {
      Path root = folder.toRealPath();
      Path file = root.resolve(location).toRealPath();
      if (!file.startsWith(root) || file.equals(root)) {
        throw new FormatException(
            what + ": its data are in " + location + ", which is not in the model's folder");
      }
      return files.computeIfAbsent(file, MappedFile::map);
    } catch (java.io.IOException | InvalidPathException e) {
      throw new FormatException(
          what + ": its data are in " + location + ", which is not there: " + e.getMessage());
    }
  }

  static TensorProto.Builder write(String name, Tensor tensor) {
    TensorProto.Builder proto =
        TensorProto.newBuilder().setName(name).setDataType(OnnxTypes.number(tensor.dtype()));
    for (int dim : tensor.shape().dims()) {
      proto.addDims(dim);
    }
    MemorySegment memory = tensor.toHost().memory();
    return proto.setRawData(UnsafeByteOperations.unsafeWrap(memory.asByteBuffer()));
  }
}
