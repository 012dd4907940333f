package dev.tendril.conformance.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.core.spi.DeviceProvider;
import dev.tendril.core.spi.KernelProvider;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Services are found on the class path as well as on the module path.
class ServicesTest {
  @Test
  void kernelsAndDevicesAreAnnouncedTwice() throws URISyntaxException {
    announcedTwice(KernelProvider.class);
    announcedTwice(DeviceProvider.class);
  }

  private static void announcedTwice(Class<?> service) throws URISyntaxException {
    Path core = Path.of(service.getProtectionDomain().getCodeSource().getLocation().toURI());
    ModuleDescriptor module =
        ModuleFinder.of(core).find("dev.tendril.core").orElseThrow().descriptor();
    Set<String> ofModule = new TreeSet<>();
    module.provides().stream()
        .filter(provides -> provides.service().equals(service.getName()))
        .forEach(provides -> ofModule.addAll(provides.providers()));
    Set<String> ofPath =
        ServiceLoader.load(service).stream()
            .map(provider -> provider.type().getName())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(ofModule, ofPath, "META-INF/services of " + service.getName());
  }
}
