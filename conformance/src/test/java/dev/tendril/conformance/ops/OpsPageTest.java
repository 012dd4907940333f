package dev.tendril.conformance.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.core.cpu.Providers;
import dev.tendril.core.spi.KernelProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// `docs/ops.md` is the table of what the catalogue's cases come to. With `-Dtendril.docs=update`
/// it is written anew.
class OpsPageTest {
  private static final Path PAGE = Resource.root().resolve("docs/ops.md");

  @Test
  void everyOpHasAMeaning() {
    assertEquals(
        new TreeSet<>(OpCases.byName().keySet()),
        new TreeSet<>(meanings().keySet()),
        "the ops of the resource meanings.txt");
  }

  @Test
  void opsAreDescribedAsTheyAre() throws IOException {
    String page = new OpsPage(meanings()).text();
    if (System.getProperty("tendril.docs", "").equals("update")) {
      Files.writeString(PAGE, page);
    }
    String written = Files.readString(PAGE);
    String sources = sources();
    Assumptions.assumeTrue(
        written.contains("- **" + sources + "**"),
        "docs/ops.md is about a machine with other kernels than " + sources);
    assertEquals(
        written,
        page,
        "docs/ops.md is stale; -Dtest=OpsPageTest -Dtendril.docs=update writes it anew");
  }

  private static String sources() {
    List<String> names =
        Providers.usable().reversed().stream()
            .filter(provider -> provider.priority() != KernelProvider.REFERENCE)
            .map(KernelProvider::name)
            .toList();
    return String.join(", ", names);
  }

  /// Lines of a name and what it means.
  private static Map<String, String> meanings() {
    Map<String, String> meanings = new TreeMap<>();
    for (String line : Resource.lines("meanings.txt")) {
      int at = line.indexOf(' ');
      meanings.put(line.substring(0, at), line.substring(at + 1).strip());
    }
    return meanings;
  }
}
