package dev.tendril.core.spi;

import java.util.List;

/// A source of providers that are not on the path of Java, such as a folder of shared libraries;
/// found as a service.
public interface ProviderSource {
  /// What is there; asked once.
  Findings find();

  /// @param refused what could not be used
  record Findings(List<DeviceProvider> providers, List<Refused> refused) {
    public Findings {
      providers = List.copyOf(providers);
      refused = List.copyOf(refused);
    }
  }

  /// Something that is left out.
  ///
  /// @param name the file, or the provider
  /// @param reason one line
  record Refused(String name, String reason) {}
}
