package dev.tendril.plugin;

import dev.tendril.core.TensorException;
import dev.tendril.core.op.CustomOp;
import dev.tendril.core.spi.DeviceProvider;
import dev.tendril.core.spi.ProviderSource;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds plug-ins: every shared library in the folders of plug-ins, in the order of their names.
///
/// The folders are those of the system property `tendril.plugins`, else of the variable
/// `TENDRIL_PLUGINS`, else `.tendril/plugins` below the user's home; several are separated as paths
/// are, and an empty text means none. A library that others may overwrite, or that is in a folder
/// to which others may add, is left out, as is a folder that depends on the working directory: what
/// is loaded runs with all rights of the program.
public final class PluginFolder implements ProviderSource, CustomOp.Source {
  static final String PROPERTY = "tendril.plugins";
  static final String VARIABLE = "TENDRIL_PLUGINS";

  /// What libraries export that have another interface than `tendril_plugin.h`.
  private static final List<String> OTHER_ENTRIES = List.of("GetPjrtApi");

  private static final List<String> ENDINGS = List.of(".so", ".dylib", ".dll");

  /// For the service loader.
  public PluginFolder() {}

  /// What was found; once for a JVM.
  private static final class Found {
    static final Found ALL = new Found(folders());

    final List<NativeTable> tables = new ArrayList<>();
    final List<PluginLibrary> others = new ArrayList<>();
    final List<CustomOp> ops = new CopyOnWriteArrayList<>();
    final List<Refused> refused = new ArrayList<>();

    Found(List<String> folders) {
      for (String folder : folders) {
        try {
          list(Path.of(folder)).forEach(this::load);
        } catch (TensorException | InvalidPathException e) {
          refused.add(new Refused(folder, String.valueOf(e.getMessage())));
        }
      }
    }

    private void load(Path file) {
      try {
        checkOwner(file);
        PluginLibrary library = PluginLibrary.open(file);
        if (library.entry(NativeTable.ENTRY).isEmpty()
            && OTHER_ENTRIES.stream().anyMatch(entry -> library.entry(entry).isPresent())) {
          others.add(library);
          return;
        }
        NativeTable table = NativeTable.load(library);
        ops.addAll(table.customOps());
        tables.add(table);
      } catch (TensorException e) {
        refused.add(new Refused(file.toString(), String.valueOf(e.getMessage())));
      }
    }
  }

  /// The folders that are looked into.
  public static List<String> folders() {
    String said = System.getProperty(PROPERTY);
    if (said == null) {
      said = System.getenv(VARIABLE);
    }
    if (said == null) {
      return List.of(Path.of(System.getProperty("user.home"), ".tendril", "plugins").toString());
    }
    return Stream.of(said.split(Pattern.quote(File.pathSeparator), -1))
        .map(String::strip)
        .filter(folder -> !folder.isEmpty())
        .toList();
  }

  private static List<Path> list(Path folder) {
    if (!folder.isAbsolute()) {
      throw new TensorException(
          "the folder of plug-ins "
              + folder
              + ": expected a path from the root, so that what is loaded does not depend on the"
              + " working directory");
    }
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(
              file -> ENDINGS.stream().anyMatch(file.toString().toLowerCase(Locale.ROOT)::endsWith))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new TensorException("listing the folder of plug-ins " + folder + ": " + e, e);
    }
  }

  private static void checkOwner(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    for (Path path : folder == null ? List.of(file) : List.of(file, folder)) {
      String problem = problem(path);
      if (problem != null) {
        throw new TensorException(
            "loading the plug-in " + file + ": " + problem + "; take that right from them");
      }
    }
  }

  private static @Nullable String problem(Path path) {
    try {
      return Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE)
          ? "everybody may write to " + path
          : null;
    } catch (UnsupportedOperationException _) {
      return null;
    } catch (IOException e) {
      return "its rights cannot be read: " + e;
    }
  }

  /// Makes the ops of a plug-in known that is in no folder.
  static void addOps(NativeTable table) {
    Found.ALL.ops.addAll(table.customOps());
  }

  /// The libraries with another interface, by the symbol that they export.
  public static List<PluginLibrary> libraries(String entry) {
    return Found.ALL.others.stream().filter(library -> library.entry(entry).isPresent()).toList();
  }

  @Override
  public Findings find() {
    List<DeviceProvider> providers = new ArrayList<>();
    Found.ALL.tables.forEach(table -> providers.add(new NativeProvider(table)));
    return new Findings(providers, Found.ALL.refused);
  }

  @Override
  public List<CustomOp> ops() {
    return Found.ALL.ops;
  }
}
