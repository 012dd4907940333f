package dev.tendril.forest;

import dev.tendril.forest.train.Checkpoint;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.ydf.YdfModel;
import dev.tendril.forest.ydf.YdfReader;
import dev.tendril.forest.ydf.YdfWriter;
import dev.tendril.learn.History;
import dev.tendril.learn.ModelException;
import dev.tendril.learn.ModelFolder;
import dev.tendril.learn.Provenance;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A folder of snapshots: `snapshot-` and the number of trees. Each is a model folder of the trees
/// so far, with one more file for the rest of the state, and is there whole or not at all. So a run
/// that was killed at any point goes on from the last that it completed.
///
/// The provenance of the snapshot's model tells what it belongs to: a run with other data or
/// another configuration is refused.
final class SnapshotFolder implements Checkpoint {
  private static final String STATE = "training_state";
  private static final long MAGIC = 0x5444_4c53_4e41_5031L;
  private static final int KEPT = 3;
  private static final Pattern NAME = Pattern.compile("snapshot-([0-9]{8,9})");

  private final Path folder;
  private final long interval;
  private final Provenance provenance;
  private final String condition;
  private long last = System.nanoTime();

  /// @param provenance of the model that is trained
  /// @param condition what else decides about the model, such as the fingerprint of validation rows
  SnapshotFolder(Path folder, Duration interval, Provenance provenance, String condition) {
    this.folder = folder;
    this.interval = interval.toNanos();
    this.provenance = provenance;
    this.condition = condition;
  }

  @Override
  public boolean due() {
    return System.nanoTime() - last >= interval;
  }

  @Override
  public void save(Forest forest, Snapshot snapshot) {
    YdfModel model = new YdfModel(forest, provenance, null, History.NONE);
    Path target =
        folder.resolve(String.format(Locale.ROOT, "snapshot-%08d", snapshot.trees().size()));
    ModelFolder.write(
        target,
        files -> {
          YdfWriter.write(model, files);
          write(snapshot, files.resolve(STATE));
        });
    try {
      List<Path> all = new ArrayList<>(snapshots().values());
      for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
        delete(old);
      }
    } catch (IOException e) {
      throw failed("cleared", folder, e);
    }
    last = System.nanoTime();
  }

  private void write(Snapshot snapshot, Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      out.writeLong(MAGIC);
      out.writeUTF(condition);
      out.writeDouble(snapshot.seconds());
      out.writeInt(snapshot.numbers().length);
      for (float[] numbers : snapshot.numbers()) {
        out.writeInt(numbers.length);
        for (float number : numbers) {
          out.writeFloat(number);
        }
      }
    }
  }

  @Override
  public @Nullable Snapshot latest() {
    try {
      NavigableMap<Integer, Path> all = snapshots();
      return all.isEmpty() ? null : read(all.lastEntry().getValue());
    } catch (IOException e) {
      throw failed("read", folder, e);
    }
  }

  /// By number of trees.
  private NavigableMap<Integer, Path> snapshots() throws IOException {
    NavigableMap<Integer, Path> found = new TreeMap<>();
    if (!Files.exists(folder)) {
      return found;
    }
    if (!Files.isDirectory(folder)) {
      throw new ModelException(
          "the checkpoint " + folder + " is a file: expected the name of a folder");
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        var name = NAME.matcher(String.valueOf(entry.getFileName()));
        if (name.matches()) {
          found.put(Integer.valueOf(name.group(1)), entry);
        }
      }
    }
    return found;
  }

  private Snapshot read(Path snapshot) throws IOException {
    YdfModel model = YdfReader.read(snapshot);
    requireSame(snapshot, model.provenance());
    Path file = snapshot.resolve(STATE);
    if (!Files.isRegularFile(file)) {
      throw new ModelException(
          snapshot + ": has no file " + STATE + "; delete the snapshot to begin without it");
    }
    long left = Files.size(file);
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      if (left < 8 || in.readLong() != MAGIC) {
        throw damaged(file);
      }
      String then = in.readUTF();
      if (!then.equals(condition)) {
        throw other(snapshot, "loss, metric or validation rows", then, condition);
      }
      double seconds = in.readDouble();
      int count = in.readInt();
      if (count < 0 || 4L * count > left) {
        throw damaged(file);
      }
      float[][] numbers = new float[count][];
      for (int i = 0; i < count; i++) {
        int length = in.readInt();
        left -= 4L * length;
        if (length < 0 || left < 0) {
          throw damaged(file);
        }
        numbers[i] = new float[length];
        for (int j = 0; j < length; j++) {
          numbers[i][j] = in.readFloat();
        }
      }
      return new Snapshot(model.forest().trees(), model.forest().log(), numbers, seconds);
    } catch (java.io.EOFException | java.io.UTFDataFormatException _) {
      throw damaged(file);
    }
  }

  private static ModelException damaged(Path file) {
    return new ModelException(
        file
            + ": is damaged; expected the state of a training run. Delete the snapshot to begin"
            + " without it");
  }

  private void requireSame(Path snapshot, Provenance then) {
    same(snapshot, "learner", then.learner(), provenance.learner());
    same(snapshot, "version of Tendril", then.tendril(), provenance.tendril());
    same(snapshot, "hyper-parameter ", then.hyperparameters(), provenance.hyperparameters());
    same(snapshot, "column of role ", then.inputs(), provenance.inputs());
    same(snapshot, "number of rows", then.rows(), provenance.rows());
    same(snapshot, "fingerprint of the data", then.dataFingerprint(), provenance.dataFingerprint());
  }

  private static void same(
      Path snapshot, String what, Map<String, String> then, Map<String, String> now) {
    Map<String, String> all = new TreeMap<>(then);
    all.putAll(now);
    for (String name : all.keySet()) {
      same(snapshot, what + name, then.getOrDefault(name, "none"), now.getOrDefault(name, "none"));
    }
  }

  private static void same(Path snapshot, String what, Object then, Object now) {
    if (!Objects.equals(then, now)) {
      throw other(snapshot, what, then, now);
    }
  }

  private static ModelException other(Path snapshot, String what, Object then, Object now) {
    return new ModelException(
        snapshot
            + ": is of another training: "
            + what
            + " was "
            + then
            + " and is now "
            + now
            + "; choose another folder, or delete this one to begin anew");
  }

  private static void delete(Path snapshot) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(snapshot)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(snapshot);
  }

  private static ModelException failed(String what, Path folder, IOException e) {
    return new ModelException("the checkpoint " + folder + " cannot be " + what + ": " + e, e);
  }
}
