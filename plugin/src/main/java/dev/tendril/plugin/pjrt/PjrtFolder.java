package dev.tendril.plugin.pjrt;

import dev.tendril.core.TensorException;
import dev.tendril.core.spi.DeviceProvider;
import dev.tendril.core.spi.ProviderSource;
import dev.tendril.plugin.PluginFolder;
import dev.tendril.plugin.PluginLibrary;
import java.util.ArrayList;
import java.util.List;

/// Finds PJRT plug-ins: the libraries in the folders of plug-ins that export `GetPjrtApi`.
public final class PjrtFolder implements ProviderSource {
  private static final String ENTRY = "GetPjrtApi";

  /// For the service loader.
  public PjrtFolder() {}

  @Override
  public Findings find() {
    List<DeviceProvider> providers = new ArrayList<>();
    List<Refused> refused = new ArrayList<>();
    for (PluginLibrary library : PluginFolder.libraries(ENTRY)) {
      try {
        String name = library.file().getFileName() + " (" + library.file() + ")";
        providers.add(
            new PjrtProvider(library.file(), PjrtApi.of(name, library.entry(ENTRY).orElseThrow())));
      } catch (TensorException e) {
        refused.add(new Refused(library.file().toString(), String.valueOf(e.getMessage())));
      }
    }
    return new Findings(providers, refused);
  }
}
