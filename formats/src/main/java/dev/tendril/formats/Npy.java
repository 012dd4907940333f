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
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// NumPy's files of one array (`.npy`, versions 1 to 3 of the format): a header in the syntax of a
/// Python dictionary, then the elements.
///
/// Little-endian arrays in row-major order are read, of types that a tensor can have; others are
/// refused with what to do in NumPy.
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST_HEADER = 1 << 16;
  private static final int ALIGNMENT = 64;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9L,\\s]*)\\)");

  private Npy() {}

  /// Reads an array, without a copy: the tensor's memory is that of the file, which must not be
  /// written to while it is in use.
  ///
  /// @throws TensorException when the file cannot be read, is damaged, or is of another kind
  public static Tensor read(Path file) {
    return of(MappedFile.map(file), file.toString());
  }

  /// Reads what a file has.
  ///
  /// @param name of the file, for messages
  static Tensor of(MemorySegment file, String name) {
    bytes(file, name, 0, 10);
    for (int i = 0; i < MAGIC.length; i++) {
      if (file.get(ValueLayout.JAVA_BYTE, i) != MAGIC[i]) {
        throw new TensorException(
            name + ": byte " + i + ": not a .npy file; expected one that numpy.save writes");
      }
    }
    int version = file.get(ValueLayout.JAVA_BYTE, 6);
    int headerAt = version == 1 ? 10 : 12;
    long length =
        switch (version) {
          case 1 -> Short.toUnsignedInt(file.get(SHORT, 8));
          case 2, 3 -> Integer.toUnsignedLong(bytes(file, name, 8, 4).get(INT, 0));
          default ->
              throw new TensorException(
                  name + ": byte 6: version " + version + " of .npy; expected 1, 2 or 3");
        };
    if (length > LONGEST_HEADER) {
      throw new TensorException(
          name + ": byte 8: a header of " + length + " bytes; expected at most " + LONGEST_HEADER);
    }
    MemorySegment header = bytes(file, name, headerAt, length);
    TensorType type = type(name, StandardCharsets.UTF_8.decode(header.asByteBuffer()).toString());
    long at = headerAt + length;
    if (type.bytes() > file.byteSize() - at) {
      throw new TensorException(
          name
              + ": byte "
              + at
              + ": a tensor of type "
              + type
              + " takes "
              + type.bytes()
              + " bytes; the file has "
              + file.byteSize());
    }
    return MappedFile.tensor(file.asSlice(at, type.bytes()), type);
  }

  private static MemorySegment bytes(MemorySegment file, String name, long at, long length) {
    if (file.byteSize() < at + length) {
      throw new TensorException(
          name + ": byte " + file.byteSize() + ": the file ends within the header");
    }
    return file.asSlice(at, length);
  }

  private static TensorType type(String file, String header) {
    String descr = find(file, header, DESCR, "descr");
    if (find(file, header, FORTRAN, "fortran_order").equals("True")) {
      throw new TensorException(
          file + ": an array in column-major order; save numpy.ascontiguousarray of it");
    }
    List<Integer> dims = new ArrayList<>();
    for (String dim : find(file, header, SHAPE, "shape").split(",", -1)) {
      String digits = dim.strip().replace("L", "");
      if (!digits.isEmpty()) {
        if (digits.length() > 10 || Long.parseLong(digits) > Integer.MAX_VALUE) {
          throw new TensorException(file + ": an extent of " + digits + ": too large");
        }
        dims.add(Integer.parseInt(digits));
      }
    }
    return new TensorType(dtype(file, descr), Shape.of(dims));
  }

  private static String find(String file, String header, Pattern pattern, String key) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new TensorException(file + ": byte 10: a header without \"" + key + "\"");
    }
    return matcher.group(1);
  }

  private static DType dtype(String file, String descr) {
    DType dtype =
        switch (descr) {
          case "<f4" -> DType.F32;
          case "<f8" -> DType.F64;
          case "<f2" -> DType.F16;
          case "|i1", "<i1" -> DType.I8;
          case "|u1", "<u1" -> DType.U8;
          case "<i2" -> DType.I16;
          case "<u2" -> DType.U16;
          case "<i4" -> DType.I32;
          case "<u4" -> DType.U32;
          case "<i8" -> DType.I64;
          case "|b1" -> DType.BOOL;
          default -> null;
        };
    if (dtype == null) {
      throw new TensorException(
          file
              + ": an array of type \""
              + descr
              + "\"; expected a little-endian float, integer or bool, such as \"<f4\": convert it"
              + " by astype");
    }
    return dtype;
  }

  /// Writes an array, whole or not at all. BF16 and I4, which NumPy has not, are refused.
  ///
  /// @throws TensorException when it cannot be written
  public static void write(Path file, Tensor tensor) {
    byte[] header = header(tensor.type());
    WholeFile.write(
        file,
        channel -> {
          WholeFile.writeAll(channel, ByteBuffer.wrap(header));
          WholeFile.writeAll(channel, tensor.memory());
        });
  }

  static byte[] header(TensorType type) {
    String descr =
        switch (type.dtype()) {
          case F32 -> "<f4";
          case F64 -> "<f8";
          case F16 -> "<f2";
          case I8 -> "|i1";
          case U8 -> "|u1";
          case I16 -> "<i2";
          case U16 -> "<u2";
          case I32 -> "<i4";
          case U32 -> "<u4";
          case I64 -> "<i8";
          case BOOL -> "|b1";
          case BF16, I4 ->
              throw new TensorException(
                  "a .npy file of " + type + ": NumPy has no such type; cast it before");
        };
    StringBuilder dims = new StringBuilder();
    for (int dim : type.shape().dims()) {
      dims.append(dim).append(',');
    }
    String text = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + dims + "), }";
    int length = (10 + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer header = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (length - 10));
    header.put(text.getBytes(StandardCharsets.US_ASCII));
    while (header.remaining() > 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').array();
  }
}
