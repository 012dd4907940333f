package dev.tendril.formats.tensorflow;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.file.MappedFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The weights of a folder of TensorFlow.js: their types and shapes in `model.json`, their values
/// one after the other in files that are cut at 4 MB.
final class WebWeights {
  private static final int SHARD = 1 << 22;

  private WebWeights() {}

  /// Reads all groups; files are those of the folder and no others.
  static Map<String, Tensor> read(JsonNode manifest, Path folder) throws IOException {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    Set<Path> files = new HashSet<>();
    for (JsonNode group : manifest) {
      List<MemorySegment> parts = new ArrayList<>();
      long size = 0;
      for (JsonNode name : group.path("paths")) {
        Path file = file(folder, name.asString(""));
        if (!files.add(file)) {
          throw new FormatException("weightsManifest: the file " + name + " occurs twice");
        }
        MemorySegment part = MappedFile.map(file);
        parts.add(part);
        size += part.byteSize();
      }
      MemorySegment all = joined(parts, size);
      long at = 0;
      for (JsonNode weight : group.path("weights")) {
        at += read(weight, all, at, weights);
      }
    }
    return weights;
  }

  private static Path file(Path folder, String name) throws IOException {
    try {
      Path root = folder.toRealPath();
      Path file = root.resolve(name).toRealPath();
      if (file.startsWith(root) && Files.isRegularFile(file)) {
        return file;
      }
    } catch (InvalidPathException | java.nio.file.NoSuchFileException e) {
      throw new FormatException(
          "weightsManifest: the file " + name + " is not there: " + e.getMessage());
    }
    throw new FormatException("weightsManifest: " + name + " is not a file in the model's folder");
  }

  private static MemorySegment joined(List<MemorySegment> parts, long size) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    MemorySegment all = Tensor.allocate(new TensorType(DType.I8, bytes(size))).memory();
    long at = 0;
    for (MemorySegment part : parts) {
      all.asSlice(at, part.byteSize()).copyFrom(part);
      at += part.byteSize();
    }
    return all;
  }

  private static Shape bytes(long size) {
    if (size > Integer.MAX_VALUE) {
      throw new FormatException("weights of " + size + " bytes in a group; expected below 2 GB");
    }
    return Shape.of((int) size);
  }

  /// Reads a weight.
  ///
  /// @return the bytes that it takes
  private static long read(
      JsonNode weight, MemorySegment all, long at, Map<String, Tensor> weights) {
    String name = weight.path("name").asString("");
    JsonNode dims = weight.path("shape");
    int[] shape = new int[Math.min(dims.size(), Shape.MAX_RANK + 1)];
    for (int i = 0; i < shape.length; i++) {
      long dim = NodeJson.whole(dims.get(i));
      if (dim < 0 || dim > Integer.MAX_VALUE) {
        throw new FormatException("weight " + name + ": an extent of " + dim);
      }
      shape[i] = (int) dim;
    }
    JsonNode quantization = weight.path("quantization");
    DType dtype = dtype(name, weight.path("dtype").asString(""));
    DType stored =
        quantization.isObject() ? dtype(name, quantization.path("dtype").asString("")) : dtype;
    TensorType type = new TensorType(stored, Shape.of(shape));
    if (type.bytes() > all.byteSize() - at) {
      throw new FormatException(
          "weight "
              + name
              + " of type "
              + type
              + " at byte "
              + at
              + " of "
              + all.byteSize()
              + " of its group");
    }
    Tensor found = MappedFile.tensor(all.asSlice(at, type.bytes()), type);
    weights.put(name, quantization.isObject() ? restored(found, dtype, quantization) : found);
    return type.bytes();
  }

  private static DType dtype(String name, String text) {
    return switch (text) {
      case "float32" -> DType.F32;
      case "int32" -> DType.I32;
      case "bool" -> DType.BOOL;
      case "uint8" -> DType.U8;
      case "uint16" -> DType.U16;
      case "float16" -> DType.F16;
      default ->
          throw new FormatException(
              "weight " + name + " of type " + text + "; expected float32, int32 or bool");
    };
  }

  private static Tensor restored(Tensor stored, DType dtype, JsonNode quantization) {
    double scale = stored.dtype().isFloat() ? 1 : NodeJson.real(quantization.path("scale"));
    double min = stored.dtype().isFloat() ? 0 : NodeJson.real(quantization.path("min"));
    Tensor tensor = Tensor.allocate(new TensorType(dtype, stored.shape()));
    MemorySegment from = stored.memory();
    for (long i = 0; i < stored.shape().size(); i++) {
      double value = Elements.getDouble(from, stored.dtype(), i) * scale + min;
      Elements.setDouble(tensor.memory(), dtype, i, dtype.isFloat() ? value : Math.rint(value));
    }
    return tensor;
  }

  /// Writes the files of weights.
  ///
  /// @return the manifest
  static ArrayNode write(Path folder, Map<String, Tensor> weights, TfjsModel.Weights how)
      throws IOException {
    ArrayNode manifest = JsonNodeFactory.instance.arrayNode();
    if (weights.isEmpty()) {
      return manifest;
    }
    ObjectNode group = manifest.addObject();
    ArrayNode paths = group.putArray("paths");
    ArrayNode entries = group.putArray("weights");
    List<Tensor> stored = new ArrayList<>();
    long size = 0;
    for (Map.Entry<String, Tensor> weight : weights.entrySet()) {
      ObjectNode entry = entries.addObject().put("name", weight.getKey());
      ArrayNode shape = entry.putArray("shape");
      for (int dim : weight.getValue().shape().dims()) {
        shape.add(dim);
      }
      Tensor one = stored(weight.getKey(), weight.getValue(), how, entry);
      stored.add(one);
      size += one.type().bytes();
    }
    int count = (int) Math.max(Math.ceilDiv(size, SHARD), 1);
    int number = 0;
    byte[] shard = new byte[(int) Math.min(size, SHARD)];
    int filled = 0;
    for (Tensor tensor : stored) {
      MemorySegment memory = tensor.memory();
      for (long at = 0; at < memory.byteSize(); ) {
        int part = (int) Math.min(shard.length - filled, memory.byteSize() - at);
        MemorySegment.copy(
            memory, java.lang.foreign.ValueLayout.JAVA_BYTE, at, shard, filled, part);
        at += part;
        filled += part;
        if (filled == shard.length && filled > 0) {
          number++;
          write(folder, paths, number, count, shard, filled);
          filled = 0;
        }
      }
    }
    if (filled > 0 || number == 0) {
      write(folder, paths, number + 1, count, shard, filled);
    }
    return manifest;
  }

  private static void write(
      Path folder, ArrayNode paths, int number, int count, byte[] shard, int length)
      throws IOException {
    String name = "group1-shard" + number + "of" + count + ".bin";
    paths.add(name);
    Files.write(folder.resolve(name), java.util.Arrays.copyOf(shard, length));
  }

  /// A weight in one of the types that TensorFlow.js has, and what its entry says of it.
  private static Tensor stored(
      String name, Tensor tensor, TfjsModel.Weights how, ObjectNode entry) {
    DType to = TfTypes.dtype(NodeJson.web(TfTypes.type(tensor.dtype())), name);
    entry.put("dtype", to == DType.F32 ? "float32" : to == DType.I32 ? "int32" : "bool");
    Tensor plain = converted(name, tensor.toHost(), to);
    if (to != DType.F32 || how == TfjsModel.Weights.EXACT) {
      return plain;
    }
    if (how == TfjsModel.Weights.FLOAT16) {
      entry.putObject("quantization").put("dtype", "float16").put("original_dtype", "float32");
      return converted(name, plain, DType.F16);
    }
    Tensor whole = quantized(plain, how == TfjsModel.Weights.UINT8 ? DType.U8 : DType.U16, entry);
    return whole == null ? plain : whole;
  }

  private static Tensor converted(String name, Tensor tensor, DType to) {
    if (tensor.dtype() == to) {
      return tensor;
    }
    Tensor result = Tensor.allocate(new TensorType(to, tensor.shape()));
    for (long i = 0; i < tensor.shape().size(); i++) {
      if (to == DType.I32) {
        long value = tensor.getLong(i);
        if (value != (int) value) {
          throw new FormatException(
              "the constant " + name + " has " + value + ", more than 32 bits hold");
        }
        Elements.setLong(result.memory(), to, i, value);
      } else {
        Elements.setDouble(result.memory(), to, i, tensor.get(i));
      }
    }
    return result;
  }

  /// Steps of equal size over the range of the values, one of them zero where zero is in it; null
  /// where a value is not finite.
  private static @Nullable Tensor quantized(Tensor tensor, DType to, ObjectNode entry) {
    float[] values = tensor.toFloatArray();
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (float value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (values.length == 0 || !Double.isFinite(low) || !Double.isFinite(high)) {
      return null;
    }
    long steps = to.max();
    double scale = low == high ? 1 : (high - low) / steps;
    double min = low;
    if (low < high && low <= 0 && high >= 0) {
      min = -Math.rint(-low / scale) * scale;
    }
    Tensor result = Tensor.allocate(new TensorType(to, tensor.shape()));
    for (int i = 0; i < values.length; i++) {
      double inside = Math.clamp(values[i], min, steps * scale + min);
      Elements.setLong(result.memory(), to, i, (long) Math.rint((inside - min) / scale));
    }
    entry
        .putObject("quantization")
        .put("dtype", to == DType.U8 ? "uint8" : "uint16")
        .put("min", min)
        .put("scale", scale)
        .put("original_dtype", "float32");
    return result;
  }
}
