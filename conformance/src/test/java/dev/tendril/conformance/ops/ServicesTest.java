package dev.tendril.conformance.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tendril.core.spi.DeviceProvider;
import dev.tendril.core.spi.KernelProvider;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Services are found on the class path as well as on the module path.
class ServicesTest {
  @Test
  void kernelsAndDevicesAreAnnouncedTwice() throws URISyntaxException {
    announcedTwice(KernelProvider.class);
    announcedTwice(DeviceProvider.class);
  }

  /// In the descriptor of its module, and where [ServiceLoader] finds it on the class path.
  private static void announcedTwice(Class<?> service) throws URISyntaxException {
    Map<Path, Set<String>> found = new HashMap<>();
    for (ServiceLoader.Provider<?> provider : ServiceLoader.load(service).stream().toList()) {
      Path room =
          Path.of(provider.type().getProtectionDomain().getCodeSource().getLocation().toURI());
      found.computeIfAbsent(room, _ -> new TreeSet<>()).add(provider.type().getName());
    }
    assertFalse(found.isEmpty(), service.getName());
    found.forEach(
        (room, names) -> {
          Set<String> announced = new TreeSet<>();
          ModuleFinder.of(room).findAll().iterator().next().descriptor().provides().stream()
              .filter(provides -> provides.service().equals(service.getName()))
              .forEach(provides -> announced.addAll(provides.providers()));
          assertEquals(announced, names, "META-INF/services of " + service.getName());
        });
  }
}
