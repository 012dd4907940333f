package dev.tendril.formats;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.formats.file.MappedFile;
import dev.tendril.formats.file.WholeFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tensors by name, in the format of safetensors: the length of a header, the header in JSON, then
/// the elements of all tensors without gaps.
///
/// @param tensors by name, in the order of the file
/// @param metadata what its makers say of it
public record Safetensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
  private static final int LENGTH = 8;
  private static final long LONGEST_HEADER = 100_000_000;
  private static final String METADATA = "__metadata__";
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  public Safetensors {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /// Tensors that nothing more is said of.
  public Safetensors(Map<String, Tensor> tensors) {
    this(tensors, Map.of());
  }

  /// Reads a file, without a copy: the tensors' memory is that of the file, which must not be
  /// written to while they are in use. Tensors at odd places are copied.
  ///
  /// @throws FormatException when the file is damaged or of another kind; the message has the byte
  ///     or the tensor
  /// @throws TensorException when it cannot be read
  public static Safetensors read(Path file) {
    try {
      return of(MappedFile.map(file));
    } catch (FormatException e) {
      throw e.in(file.toString());
    }
  }

  /// Reads what a file has.
  ///
  /// @throws FormatException when it is damaged or of another kind
  public static Safetensors of(MemorySegment file) {
    long size = file.byteSize();
    long length =
        size < LENGTH
            ? -1
            : file.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
    if (length < 2 || length > Math.min(LONGEST_HEADER, size - LENGTH)) {
      throw new FormatException(
          0,
          "a header of "
              + length
              + " bytes in a file of "
              + size
              + "; expected a file of safetensors");
    }
    byte[] header = file.asSlice(LENGTH, length).toArray(ValueLayout.JAVA_BYTE);
    return new Header(file.asSlice(LENGTH + length)).read(header);
  }

  /// Writes the tensors, whole or not at all: those of large elements first, so that all are
  /// aligned, else in their order.
  ///
  /// @throws TensorException when a tensor is I4, which the format has not, or the file cannot be
  ///     written
  public void write(Path file) {
    List<Map.Entry<String, Tensor>> order = new ArrayList<>(tensors.entrySet());
    order.sort(Comparator.comparingInt(entry -> -entry.getValue().dtype().bits()));
    byte[] header = header(order);
    WholeFile.write(
        file,
        channel -> {
          WholeFile.writeAll(channel, ByteBuffer.wrap(header));
          for (Map.Entry<String, Tensor> entry : order) {
            WholeFile.writeAll(channel, entry.getValue().memory());
          }
        });
  }

  private byte[] header(List<Map.Entry<String, Tensor>> order) {
    ObjectNode header = JsonNodeFactory.instance.objectNode();
    if (!metadata.isEmpty()) {
      ObjectNode about = header.putObject(METADATA);
      metadata.forEach(about::put);
    }
    long at = 0;
    for (Map.Entry<String, Tensor> entry : order) {
      if (entry.getKey().equals(METADATA)) {
        throw new TensorException("a tensor of the name " + METADATA + ", which is reserved");
      }
      TensorType type = entry.getValue().type();
      ObjectNode one = header.putObject(entry.getKey());
      one.put("dtype", name(entry.getKey(), type));
      ArrayNode shape = one.putArray("shape");
      for (int dim : type.shape().dims()) {
        shape.add(dim);
      }
      one.putArray("data_offsets").add(at).add(at + type.bytes());
      at += type.bytes();
    }
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    int length = (text.length + LENGTH - 1) / LENGTH * LENGTH;
    ByteBuffer bytes = ByteBuffer.allocate(LENGTH + length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put(text);
    while (bytes.hasRemaining()) {
      bytes.put((byte) ' ');
    }
    return bytes.array();
  }

  private static String name(String tensor, TensorType type) {
    if (type.dtype() == DType.I4) {
      throw new TensorException(
          "a file of safetensors with "
              + tensor
              + " of type "
              + type
              + ": the format has no such type; cast it before");
    }
    return type.dtype().name();
  }

  /// The header while it is read.
  private static final class Header {
    private final MemorySegment data;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<long[]> ranges = new ArrayList<>();

    Header(MemorySegment data) {
      this.data = data;
    }

    Safetensors read(byte[] header) {
      try (JsonParser json =
          JSON.createParser(tools.jackson.core.ObjectReadContext.empty(), header)) {
        expect(json, json.nextToken(), JsonToken.START_OBJECT, "an object");
        for (String key = json.nextName(); key != null; key = json.nextName()) {
          expect(json, json.nextToken(), JsonToken.START_OBJECT, "an object for " + key);
          if (key.equals(METADATA)) {
            about(json);
          } else {
            tensor(json, key);
          }
        }
        expect(json, json.currentToken(), JsonToken.END_OBJECT, "the end of the object");
      } catch (JacksonException e) {
        long at = e.getLocation() == null ? 0 : Math.max(e.getLocation().getByteOffset(), 0);
        throw new FormatException(LENGTH + at, "the header: " + e.getOriginalMessage());
      }
      cover();
      return new Safetensors(tensors, metadata);
    }

    private static void expect(
        JsonParser json, @Nullable JsonToken token, JsonToken wanted, String what) {
      if (token != wanted) {
        throw new FormatException(
            LENGTH + Math.max(json.currentTokenLocation().getByteOffset(), 0),
            "the header: " + token + "; expected " + what);
      }
    }

    private void about(JsonParser json) {
      for (String key = json.nextName(); key != null; key = json.nextName()) {
        expect(json, json.nextToken(), JsonToken.VALUE_STRING, "text for " + key);
        metadata.put(key, json.getString());
      }
    }

    private void tensor(JsonParser json, String name) {
      String dtype = "";
      int[] shape = null;
      long[] offsets = null;
      for (String key = json.nextName(); key != null; key = json.nextName()) {
        switch (key) {
          case "dtype" -> {
            expect(json, json.nextToken(), JsonToken.VALUE_STRING, "a type");
            dtype = json.getString();
          }
          case "shape" -> {
            long[] dims = numbers(json, Shape.MAX_RANK, name + ": shape");
            shape = new int[dims.length];
            for (int i = 0; i < shape.length; i++) {
              if (dims[i] < 0 || dims[i] > Integer.MAX_VALUE) {
                throw new FormatException(name + ": an extent of " + dims[i]);
              }
              shape[i] = (int) dims[i];
            }
          }
          case "data_offsets" -> offsets = numbers(json, 2, name + ": data_offsets");
          default -> throw new FormatException(name + ": the field " + key + " is not known");
        }
      }
      if (shape == null || offsets == null || offsets.length != 2) {
        throw new FormatException(name + ": without dtype, shape or both data_offsets");
      }
      add(name, dtype(name, dtype), Shape.of(shape), offsets[0], offsets[1]);
    }

    private static long[] numbers(JsonParser json, int most, String what) {
      expect(json, json.nextToken(), JsonToken.START_ARRAY, what + " as a list");
      List<Long> numbers = new ArrayList<>();
      while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
        numbers.add(json.getLongValue());
        if (numbers.size() > most) {
          throw new FormatException(what + " with more than " + most + " numbers");
        }
      }
      expect(json, json.currentToken(), JsonToken.END_ARRAY, what + " as whole numbers");
      return numbers.stream().mapToLong(Long::longValue).toArray();
    }

    private static DType dtype(String name, String text) {
      for (DType dtype : DType.values()) {
        if (dtype.name().equals(text) && dtype != DType.I4) {
          return dtype;
        }
      }
      throw new FormatException(
          name
              + ": a tensor of type "
              + text
              + "; expected floats of 16 to 64 bits, integers"
              + " (unsigned ones up to 32 bits) or BOOL");
    }

    private void add(String name, DType dtype, Shape shape, long begin, long end) {
      TensorType type = new TensorType(dtype, shape);
      if (begin < 0 || end < begin || end > data.byteSize() || end - begin != type.bytes()) {
        throw new FormatException(
            name
                + ": bytes "
                + begin
                + " to "
                + end
                + " of "
                + data.byteSize()
                + " for "
                + type
                + ", which takes "
                + type.bytes());
      }
      ranges.add(new long[] {begin, end});
      tensors.put(name, MappedFile.tensor(data.asSlice(begin, end - begin), type));
    }

    /// All bytes belong to one tensor each.
    private void cover() {
      ranges.sort(Comparator.<long[]>comparingLong(r -> r[0]).thenComparingLong(r -> r[1]));
      long at = 0;
      for (long[] range : ranges) {
        if (range[0] != at) {
          throw new FormatException(
              "a tensor at byte " + range[0] + " of the data; expected it at " + at);
        }
        at = range[1];
      }
      if (at != data.byteSize()) {
        throw new FormatException(
            data.byteSize() + " bytes of data; the tensors in the header take " + at);
      }
    }
  }
}
