package dev.tendril.forest.ydf;

import com.google.protobuf.ByteString;
import dev.tendril.forest.ydf.proto.SerializedModelProto;
import dev.tendril.learn.ModelException;
import dev.tendril.learn.Provenance;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A model in one file, which is what YDF's `model.serialize()` gives.
///
/// It is a plain blob sequence of four blobs: the text `YDF`, the headers, the columns, and the
/// nodes as a blob sequence of their own, plain or gzip.
final class SingleFile {
  private static final byte[] MARK = "YDF".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HEADER = {'B', 'S', 1, 0, 0, 0, 0, 0};
  private static final int BLOBS = 4;

  /// The largest file that is read into memory.
  private static final int MOST_BYTES = Integer.MAX_VALUE - 64;

  private SingleFile() {}

  /// Whether a file begins as such a model does.
  static boolean accepts(Path file) {
    try (InputStream input = Files.newInputStream(file)) {
      byte[] head = input.readNBytes(HEADER.length + 4 + MARK.length);
      return head.length == HEADER.length + 4 + MARK.length
          && head[0] == 'B'
          && head[1] == 'S'
          && Arrays.equals(MARK, Arrays.copyOfRange(head, HEADER.length + 4, head.length));
    } catch (IOException _) {
      return false;
    }
  }

  static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new ModelException(file + ": is larger than " + MOST_BYTES + " bytes");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw YdfFiles.unreadable(file, e);
    }
  }

  /// Finds the parts.
  ///
  /// @param place what a message names as the file
  static YdfFiles read(byte[] file, Path place) {
    if (file.length < HEADER.length || file[0] != 'B' || file[1] != 'S') {
      throw ModelException.damaged(
          place, 0, "does not begin with BS; expected a model in one file");
    }
    int version = (file[2] & 0xff) | ((file[3] & 0xff) << 8);
    if (version > 1 || (version == 1 && file[4] != 0)) {
      throw ModelException.damaged(
          place, 2, "expected a plain blob sequence of version 0 or 1 around the model");
    }
    List<YdfFiles.Part> blobs = new ArrayList<>();
    ByteBuffer left = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(HEADER.length);
    while (left.hasRemaining()) {
      int start = left.position();
      long length = left.remaining() < 4 ? -1 : Integer.toUnsignedLong(left.getInt());
      if (length < 0 || length > left.remaining() || blobs.size() == BLOBS) {
        throw ModelException.damaged(
            place,
            start,
            blobs.size() == BLOBS
                ? "more than the four blobs of a model"
                : length < 0
                    ? "the length of a blob is cut short"
                    : "a blob of "
                        + length
                        + " bytes where at most "
                        + left.remaining()
                        + " are left");
      }
      byte[] blob = new byte[(int) length];
      left.get(blob);
      blobs.add(new YdfFiles.Part(blob, start + 4L));
    }
    if (blobs.size() < BLOBS || !Arrays.equals(MARK, blobs.getFirst().bytes())) {
      throw ModelException.damaged(
          place, HEADER.length, "expected the four blobs of a model, of which the first says YDF");
    }
    return new YdfFiles(place, "", parts(blobs, place));
  }

  private static Map<String, YdfFiles.Part> parts(List<YdfFiles.Part> blobs, Path place) {
    YdfFiles.Part headers = blobs.get(1);
    SerializedModelProto message =
        YdfFiles.parse(SerializedModelProto.parser(), headers.bytes(), place, headers.start());
    Map<String, YdfFiles.Part> parts = new LinkedHashMap<>();
    put(parts, YdfFiles.HEADER, message.hasModel(), message.getModel(), headers);
    put(
        parts,
        YdfFiles.GRADIENT_BOOSTED_TREES,
        message.hasGradientBoostedTrees(),
        message.getGradientBoostedTrees(),
        headers);
    put(
        parts,
        YdfFiles.RANDOM_FOREST,
        message.hasRandomForest(),
        message.getRandomForest(),
        headers);
    put(
        parts,
        YdfFiles.ISOLATION_FOREST,
        message.hasIsolationForest(),
        message.getIsolationForest(),
        headers);
    put(parts, Provenance.FILE, message.hasTendril(), message.getTendril(), headers);
    parts.put(YdfFiles.DATA_SPEC, blobs.get(2));
    parts.put(YdfFiles.NODES, blobs.get(3));
    return parts;
  }

  /// Messages within the headers are placed where these begin.
  private static void put(
      Map<String, YdfFiles.Part> parts,
      String name,
      boolean there,
      ByteString content,
      YdfFiles.Part headers) {
    if (there) {
      parts.put(name, new YdfFiles.Part(content.toByteArray(), headers.start()));
    }
  }

  /// Puts the files of a model into one.
  ///
  /// @param files by name, as in a folder
  static byte[] write(Map<String, byte[]> files) {
    SerializedModelProto.Builder headers = SerializedModelProto.newBuilder();
    byte[] columns = {};
    byte[] nodes = {};
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      ByteString content = ByteString.copyFrom(file.getValue());
      switch (file.getKey()) {
        case YdfFiles.HEADER -> headers.setModel(content);
        case YdfFiles.GRADIENT_BOOSTED_TREES -> headers.setGradientBoostedTrees(content);
        case YdfFiles.RANDOM_FOREST -> headers.setRandomForest(content);
        case YdfFiles.ISOLATION_FOREST -> headers.setIsolationForest(content);
        case Provenance.FILE -> headers.setTendril(content);
        case YdfFiles.DATA_SPEC -> columns = file.getValue();
        case YdfFiles.NODES -> nodes = file.getValue();
        default -> {}
      }
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(HEADER);
    for (byte[] blob : List.of(MARK, headers.build().toByteArray(), columns, nodes)) {
      all.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(blob.length).array());
      all.writeBytes(blob);
    }
    return all.toByteArray();
  }
}
