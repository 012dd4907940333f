package dev.tendril.forest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;

/// Packs the nodes of a saved model in another of the containers that YDF knows.
final class Containers {
  private Containers() {}

  private static final String NODES = "nodes-00000-of-00001";

  static void gzip(Path folder) throws IOException {
    Path nodes = folder.resolve(NODES);
    byte[] plain = Files.readAllBytes(nodes);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    packed.writeBytes(new byte[] {'B', 'S', 1, 0, 1, 0, 0, 0});
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(plain, 8, plain.length - 8);
    }
    Files.write(nodes, packed.toByteArray());
    rename(folder, "BLOB_SEQUENCE_GZIP");
  }

  static void records(Path folder) throws IOException {
    Path nodes = folder.resolve(NODES);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (byte[] blob : blobs(nodes)) {
      byte[] length = little(8).putLong(0, blob.length).array();
      packed.writeBytes(length);
      packed.writeBytes(little(4).putInt(0, masked(length)).array());
      packed.writeBytes(blob);
      packed.writeBytes(little(4).putInt(0, masked(blob)).array());
    }
    Files.write(nodes, packed.toByteArray());
    rename(folder, "TFE_RECORDIO");
  }

  /// Spreads the nodes over several files, without regard to where trees end.
  static void shards(Path folder, int count) throws IOException {
    Path nodes = folder.resolve(NODES);
    List<byte[]> blobs = blobs(nodes);
    Files.delete(nodes);
    for (int shard = 0; shard < count; shard++) {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      packed.writeBytes(new byte[] {'B', 'S', 0, 0, 0, 0, 0, 0});
      for (byte[] blob :
          blobs.subList(blobs.size() * shard / count, blobs.size() * (shard + 1) / count)) {
        packed.writeBytes(little(4).putInt(0, blob.length).array());
        packed.writeBytes(blob);
      }
      Files.write(folder.resolve("nodes-0000" + shard + "-of-0000" + count), packed.toByteArray());
    }
    Path header = folder.resolve("random_forest_header.pb");
    byte[] bytes = Files.readAllBytes(header);
    bytes[1] = (byte) count;
    Files.write(header, bytes);
  }

  static void prefix(Path folder, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.move(file, folder.resolve(prefix + file.getFileName()));
      }
    }
  }

  private static List<byte[]> blobs(Path nodes) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(nodes)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(8);
    List<byte[]> blobs = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] blob = new byte[bytes.getInt()];
      bytes.get(blob);
      blobs.add(blob);
    }
    return blobs;
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    int value = (int) crc.getValue();
    return ((value >>> 15) | (value << 17)) + 0xa282ead8;
  }

  /// Changes the node format that the learner's header names.
  private static void rename(Path folder, String format) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith("_header.pb")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        byte[] old = "\rBLOB_SEQUENCE".getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at + old.length <= bytes.length; at++) {
          if (Arrays.equals(bytes, at, at + old.length, old, 0, old.length)) {
            ByteArrayOutputStream changed = new ByteArrayOutputStream();
            changed.write(bytes, 0, at);
            changed.write(format.length());
            changed.writeBytes(format.getBytes(StandardCharsets.ISO_8859_1));
            changed.write(bytes, at + old.length, bytes.length - at - old.length);
            Files.write(file, changed.toByteArray());
          }
        }
      }
    }
  }
}
