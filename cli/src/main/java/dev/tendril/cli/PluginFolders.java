package dev.tendril.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where plug-ins are looked for.
final class PluginFolders {
  private PluginFolders() {}

  /// Before devices are looked for.
  ///
  /// @param folder null for the usual ones
  static void use(@Nullable Path folder) {
    if (folder != null) {
      System.setProperty("tendril.plugins", folder.toAbsolutePath().normalize().toString());
    }
  }
}
