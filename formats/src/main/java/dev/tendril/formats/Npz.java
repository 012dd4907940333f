package dev.tendril.formats;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.formats.file.MappedFile;
import dev.tendril.formats.file.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// NumPy's files of several arrays (`.npz`): an archive of one `.npy` file each.
public final class Npz {
  private static final String ENDING = ".npy";
  private static final long GROWTH = 256;

  private Npz() {}

  /// Reads all arrays by name, as `numpy.savez` and `numpy.savez_compressed` write them.
  ///
  /// @throws TensorException when the file cannot be read, is damaged, or grows beyond 256 times
  ///     its size
  public static Map<String, Tensor> read(Path file) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      long left = Files.size(file) * GROWTH;
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        String name = entry.getName();
        if (!name.endsWith(ENDING)) {
          throw new FormatException(file + ": " + name + " in it; expected arrays, NAME.npy");
        }
        byte[] bytes = bytes(zip, entry, left, file);
        left -= bytes.length;
        MemorySegment memory = MemorySegment.ofArray(bytes);
        tensors.put(
            name.substring(0, name.length() - ENDING.length()), Npy.of(memory, file + ": " + name));
      }
    } catch (IOException | IllegalStateException e) {
      String reason = e instanceof IOException io ? MappedFile.reason(io) : "" + e.getMessage();
      throw new TensorException("reading " + file + ": " + reason, e);
    }
    return tensors;
  }

  private static byte[] bytes(ZipFile zip, ZipEntry entry, long left, Path file)
      throws IOException {
    int most = (int) Math.min(left, Integer.MAX_VALUE - 8);
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(most);
      if (bytes.length == most && in.read() >= 0) {
        throw new FormatException(
            file + ": " + entry.getName() + " grows beyond " + GROWTH + " times the file or 2 GB");
      }
      return bytes;
    }
  }

  /// Writes arrays by name, whole or not at all, without compression.
  ///
  /// @throws TensorException when an array has a type that NumPy has not, or the file cannot be
  ///     written
  public static void write(Path file, Map<String, Tensor> tensors) {
    WholeFile.write(
        file,
        channel -> {
          OutputStream out = Channels.newOutputStream(channel);
          ZipOutputStream zip = new ZipOutputStream(out);
          for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
            add(zip, tensor.getKey() + ENDING, tensor.getValue());
          }
          zip.finish();
        });
  }

  private static void add(ZipOutputStream zip, String name, Tensor tensor) throws IOException {
    byte[] header = Npy.header(tensor.type());
    ByteBuffer data = tensor.memory().asByteBuffer();
    CRC32 crc = new CRC32();
    crc.update(header);
    crc.update(data.duplicate());
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setTime(0);
    entry.setSize(header.length + tensor.type().bytes());
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(header);
    byte[] part = new byte[1 << 16];
    while (data.hasRemaining()) {
      int count = Math.min(part.length, data.remaining());
      data.get(part, 0, count);
      zip.write(part, 0, count);
    }
    zip.closeEntry();
  }
}
