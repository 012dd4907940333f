package dev.tendril.pose.hub;

import dev.tendril.core.TensorException;
import dev.tendril.pose.hub.KnownModel.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Published models by name: which there are, and their files in a folder of this machine.
///
/// Nothing is downloaded unless [#get] is called. Files are also found in the npm package
/// `@mediapipe/pose`, where it is unpacked in `node_modules` of the working directory or one above.
/// What is downloaded is checked against its size and SHA-256 before it gets its name.
public final class ModelHub {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String PACKAGE = "node_modules/@mediapipe/pose";
  private static final int BUFFER = 1 << 16;

  private final Path folder;

  /// @param folder where files are kept
  public ModelHub(Path folder) {
    this.folder = folder;
  }

  /// The folder that `TENDRIL_MODELS` names, else `tendril/models` in the user's cache.
  public static ModelHub standard() {
    String named = System.getenv("TENDRIL_MODELS");
    if (named != null && !named.isEmpty()) {
      return new ModelHub(Path.of(named));
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache != null && !cache.isEmpty()
            ? Path.of(cache)
            : Path.of(System.getProperty("user.home", "."), ".cache");
    return new ModelHub(base.resolve("tendril").resolve("models"));
  }

  /// Where files are kept.
  public Path folder() {
    return folder;
  }

  /// The models that are known.
  public static List<KnownModel> known() {
    return Catalog.MODELS;
  }

  /// A model by its name.
  public static Optional<KnownModel> known(String name) {
    return Catalog.MODELS.stream().filter(model -> model.name().equals(name)).findFirst();
  }

  /// Where the files of a model are, in their order; empty when one is missing.
  public Optional<List<Path>> find(KnownModel model) {
    List<Path> files = new ArrayList<>();
    for (ModelFile file : model.files()) {
      Path found = find(file);
      if (found == null) {
        return Optional.empty();
      }
      files.add(found);
    }
    return Optional.of(files);
  }

  private @Nullable Path find(ModelFile file) {
    List<Path> places = new ArrayList<>(List.of(folder.resolve(file.name())));
    places.add(folder.resolve(file.published()));
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      places.add(at.resolve(PACKAGE).resolve(file.published()));
    }
    for (Path place : places) {
      if (Files.isRegularFile(place)) {
        return place;
      }
    }
    return null;
  }

  /// Downloads what is missing of a model.
  ///
  /// @param progress told how many bytes have come so far, of all that are missing
  /// @return where its files are
  /// @throws TensorException when a file cannot be had, or is not the published one
  public List<Path> get(KnownModel model, LongConsumer progress) {
    long before = 0;
    for (ModelFile file : model.files()) {
      if (find(file) == null) {
        long base = before;
        download(file, bytes -> progress.accept(base + bytes));
        before += file.size();
      }
    }
    return find(model)
        .orElseThrow(() -> new TensorException("the files of " + model.name() + " vanished"));
  }

  private void download(ModelFile file, LongConsumer progress) {
    String what = "downloading " + file.address();
    try (HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(PATIENCE)
            .build()) {
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, file.name(), ".part");
      try {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(file.address())).timeout(PATIENCE).build();
        HttpResponse<InputStream> response =
            client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = response.body()) {
          if (response.statusCode() != 200) {
            throw new TensorException(what + ": the server answers " + response.statusCode());
          }
          check(file, receive(in, part, file.size(), what, progress), what);
        }
        Files.move(part, folder.resolve(file.name()), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new TensorException(
          what + ": " + reason + "; put the file into " + folder + " yourself", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TensorException(what + ": interrupted", e);
    }
  }

  /// Writes what comes to a file; gives its SHA-256.
  private static String receive(
      InputStream in, Path to, long size, String what, LongConsumer progress) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER];
    long total = 0;
    try (OutputStream out = Files.newOutputStream(to)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        total += n;
        if (total > size) {
          break;
        }
        digest.update(buffer, 0, n);
        out.write(buffer, 0, n);
        progress.accept(total);
      }
    }
    if (total != size) {
      throw new TensorException(
          what
              + ": "
              + (total > size ? "more than " + size : total + " of " + size)
              + " bytes came; nothing was kept");
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void check(ModelFile file, String found, String what) {
    if (!found.equals(file.sha256())) {
      throw new TensorException(
          what
              + ": its SHA-256 is "
              + found
              + "; expected "
              + file.sha256()
              + "; nothing was kept");
    }
  }

  /// Whether files are the published ones, by their SHA-256.
  ///
  /// @param files of the model, in its order
  public static boolean verify(KnownModel model, List<Path> files) {
    for (int i = 0; i < files.size(); i++) {
      MessageDigest digest = sha256();
      try (InputStream in = Files.newInputStream(files.get(i))) {
        byte[] buffer = new byte[BUFFER];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          digest.update(buffer, 0, n);
        }
      } catch (IOException e) {
        throw new TensorException("reading " + files.get(i) + ": " + e.getMessage(), e);
      }
      String found = HexFormat.of().formatHex(digest.digest());
      if (!found.equals(model.files().get(i).sha256())) {
        return false;
      }
    }
    return true;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
