package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.learn.ModelException;
import dev.tendril.learn.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Damaged model folders are refused with one line, or give models that work.
class DamagedModelTest {
  private static final int MUTATIONS_PER_FOLDER = 250;
  private static final int MUTATIONS_IN_MEMORY = 1250;
  private static final int MUTATIONS_PER_FILE = 10;

  @TempDir Path folder;

  @Test
  @Timeout(120)
  void refusesOrPredicts() throws IOException {
    long seed = 20261124;
    SplittableRandom random = new SplittableRandom(seed);
    int refused = 0;
    int tried = 0;
    for (String kind : RandomForests.KINDS) {
      RandomForests forests = new RandomForests(kind.hashCode(), 60, 3);
      Path model = folder.resolve(kind);
      forests.model(kind).save(model);
      if (tried % 3 == 1) {
        Containers.gzip(model);
      } else if (tried % 3 == 2) {
        Containers.records(model);
      }
      if (tried > 0) {
        Files.delete(model.resolve(Provenance.FILE));
      }
      Frame frame = forests.frame(5);
      Map<Path, byte[]> files = contents(model);
      List<Path> paths = List.copyOf(files.keySet());
      Path file = paths.getFirst();
      for (int i = 0; i < MUTATIONS_PER_FOLDER; i++) {
        if (i % MUTATIONS_PER_FILE == 0) {
          Files.write(file, files.getOrDefault(file, new byte[0]));
          file = paths.get(random.nextInt(paths.size()));
        }
        Files.write(file, mutate(files.getOrDefault(file, new byte[0]), random));
        String place = "seed " + seed + ", " + kind + ", mutation " + i + " of " + file;
        long start = System.nanoTime();
        refused += use(() -> ForestModel.load(model), frame, place) ? 0 : 1;
        assertTrue(System.nanoTime() - start < 10_000_000_000L, () -> "too slow: " + place);
        tried++;
      }
    }
    assertTrue(refused > tried / 10, "refused only " + refused + " of " + tried);
  }

  /// In memory, so that a mutation costs no file.
  @Test
  @Timeout(120)
  void refusesOrPredictsOneFile() {
    long seed = 20261125;
    SplittableRandom random = new SplittableRandom(seed);
    int refused = 0;
    int tried = 0;
    for (String kind : RandomForests.KINDS) {
      RandomForests forests = new RandomForests(kind.hashCode(), 60, 3);
      byte[] whole = forests.model(kind).toBytes();
      Frame frame = forests.frame(5);
      for (int i = 0; i < MUTATIONS_IN_MEMORY; i++) {
        byte[] mutated = mutate(whole, random);
        String place = "seed " + seed + ", " + kind + ", mutation " + i;
        refused += use(() -> ForestModel.ofBytes(mutated), frame, place) ? 0 : 1;
        tried++;
      }
    }
    assertTrue(tried >= 10_000, "tried " + tried);
    assertTrue(refused > tried / 10, "refused only " + refused + " of " + tried);
  }

  private static Map<Path, byte[]> contents(Path folder) throws IOException {
    Map<Path, byte[]> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length > 0) {
          contents.put(file, bytes);
        }
      }
    }
    return contents;
  }

  /// @return whether the model could be read
  private static boolean use(Supplier<ForestModel> load, Frame frame, String place) {
    ForestModel model;
    try {
      model = load.get();
    } catch (ModelException e) {
      assertFalse(String.valueOf(e.getMessage()).contains("\n"), place + ": " + e.getMessage());
      return false;
    } catch (Throwable e) {
      throw new AssertionError(place, e);
    }
    try {
      model.predict(model.row(), new float[model.outputs()]);
      model.describe();
      model.predict(frame);
    } catch (DataException _) {
      return true;
    } catch (Throwable e) {
      throw new AssertionError(place, e);
    }
    return true;
  }

  private static byte[] mutate(byte[] whole, SplittableRandom random) {
    byte[] bytes = whole.clone();
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(6)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> {
        for (int i = 0; i < 5; i++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
      }
      case 2 -> bytes = Arrays.copyOf(bytes, at);
      case 3 -> {
        int from = random.nextInt(bytes.length);
        int length = Math.min(1 + random.nextInt(40), bytes.length - Math.max(at, from));
        System.arraycopy(bytes, from, bytes, at, length);
      }
      case 4 -> {
        byte[] huge = {-1, -1, -1, -1, (byte) (random.nextBoolean() ? 7 : -1), -1, -1, -1, -1, 1};
        System.arraycopy(huge, 0, bytes, at, Math.min(huge.length, bytes.length - at));
      }
      default -> {
        byte[] longer = new byte[bytes.length + 1 + random.nextInt(8)];
        System.arraycopy(bytes, 0, longer, 0, at);
        System.arraycopy(bytes, at, longer, longer.length - (bytes.length - at), bytes.length - at);
        bytes = longer;
      }
    }
    return bytes;
  }

  @Test
  void namesFileAndByte() throws IOException {
    new RandomForests(1, 60, 3).model("binary").save(folder);
    Path nodes = folder.resolve("nodes-00000-of-00001");
    byte[] whole = Files.readAllBytes(nodes);
    Files.write(nodes, Arrays.copyOf(whole, whole.length - 1));
    assertTrue(message(folder).startsWith(nodes + ": byte "), message(folder));
    byte[] huge = whole.clone();
    Arrays.fill(huge, 8, 12, (byte) 0x7f);
    Files.write(nodes, huge);
    assertEquals(
        nodes
            + ": byte 8: a blob of 2139062143 bytes where at most "
            + (whole.length - 12)
            + " are left",
        message(folder));
    Files.delete(nodes);
    assertEquals(nodes + ": is missing; the model is incomplete", message(folder));
    assertTrue(
        message(folder.resolve("nowhere")).contains("no such folder"),
        message(folder.resolve("nowhere")));
  }

  private static String message(Path folder) {
    return String.valueOf(
        assertThrows(ModelException.class, () -> ForestModel.load(folder)).getMessage());
  }

  @Test
  void oneFileNamesTheByte() throws IOException {
    ForestModel model = new RandomForests(1, 60, 3).model("binary");
    byte[] whole = model.toBytes();
    Path file = folder.resolve("model.ydf");
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertTrue(message(file).startsWith(file + ": byte "), message(file));
    Files.write(file, Arrays.copyOf(whole, whole.length + 2));
    assertEquals(
        file + ": byte " + whole.length + ": more than the four blobs of a model", message(file));
    Files.write(file, new byte[] {1, 2, 3});
    assertTrue(message(file).contains("expected the folder of a model, or"), message(file));
  }

  @Test
  void keepsEveryKindOfModelInOneFile() throws IOException {
    for (String kind : RandomForests.KINDS) {
      RandomForests forests = new RandomForests(5);
      ForestModel model = forests.model(kind);
      Path file = folder.resolve(kind + ".ydf");
      model.saveFile(file);
      assertEquals(model.forest(), ForestModel.load(file).forest(), kind);
      assertEquals(model.provenance(), ForestModel.load(file).provenance(), kind);
      assertArrayEquals(model.toBytes(), ForestModel.load(file).toBytes(), kind);
      assertArrayEquals(model.toBytes(), Files.readAllBytes(file), kind);
    }
  }

  @Test
  void readsEveryContainer() throws IOException {
    RandomForests forests = new RandomForests(5);
    ForestModel model = forests.model("mean");
    List<Path> folders = new ArrayList<>();
    for (String container : List.of("gzip", "records", "shards", "prefix", "assets")) {
      Path at = folder.resolve(container);
      model.save(at);
      switch (container) {
        case "gzip" -> Containers.gzip(at);
        case "records" -> Containers.records(at);
        case "shards" -> Containers.shards(at, 3);
        case "prefix" -> Containers.prefix(at, "3bb60e6d9306498d");
        default -> {
          Containers.prefix(at, "0123");
          Path saved = folder.resolve("saved");
          Files.createDirectories(saved);
          Files.move(at, saved.resolve("assets"));
          at = saved;
        }
      }
      folders.add(at);
    }
    for (Path at : folders) {
      assertTrue(new YdfFormat().accepts(at));
      assertEquals(model.forest(), ForestModel.load(at).forest(), at.toString());
    }
    assertFalse(new YdfFormat().accepts(folder));
  }
}
