package dev.tendril.formats.file;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Files as memory, which must not be written to while they are in use.
public final class MappedFile {
  private MappedFile() {}

  /// The bytes of a file, without a copy.
  ///
  /// @throws TensorException when it cannot be read
  public static MemorySegment map(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    } catch (IOException e) {
      throw new TensorException("reading " + file + ": " + reason(e), e);
    }
  }

  /// Why a file cannot be read.
  public static String reason(IOException e) {
    return e instanceof NoSuchFileException ? "no such file" : String.valueOf(e.getMessage());
  }

  /// A tensor of these bytes: without a copy, if they are in native memory and at a multiple of the
  /// element's size.
  public static Tensor tensor(MemorySegment bytes, TensorType type) {
    int size = Math.max(type.dtype().bits() / 8, 1);
    if (bytes.isNative() && bytes.address() % size == 0) {
      return Tensor.wrap(bytes, type);
    }
    Tensor copy = Tensor.allocate(type);
    copy.memory().copyFrom(bytes);
    return copy;
  }
}
