package dev.tendril.conformance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The shape of the house: which room may use which, and a few habits that a machine can check.
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.tendril");

  @Test
  void roomsUseOnlyRoomsBelowThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("core")
        .definedBy("dev.tendril.core..")
        .layer("machine")
        .definedBy("dev.tendril.machine..")
        .layer("compile")
        .definedBy("dev.tendril.compile..")
        .layer("plugin")
        .definedBy("dev.tendril.plugin..")
        .layer("formats")
        .definedBy("dev.tendril.formats..")
        .layer("pose")
        .definedBy("dev.tendril.pose..")
        .layer("data")
        .definedBy("dev.tendril.data..")
        .layer("learn")
        .definedBy("dev.tendril.learn..")
        .layer("forest")
        .definedBy("dev.tendril.forest..")
        .layer("cli")
        .definedBy("dev.tendril.cli..")
        .whereLayer("core")
        .mayNotAccessAnyLayer()
        .whereLayer("machine")
        .mayOnlyAccessLayers("core")
        .whereLayer("machine")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("compile")
        .mayOnlyAccessLayers("core")
        .whereLayer("compile")
        .mayOnlyBeAccessedByLayers("plugin", "cli")
        .whereLayer("plugin")
        .mayOnlyAccessLayers("core", "compile")
        .whereLayer("plugin")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("formats")
        .mayOnlyAccessLayers("core")
        .whereLayer("pose")
        .mayOnlyAccessLayers("core", "formats")
        .whereLayer("pose")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("forest")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("learn")
        .mayOnlyBeAccessedByLayers("forest", "cli")
        .whereLayer("data")
        .mayOnlyBeAccessedByLayers("learn", "forest", "cli")
        .whereLayer("formats")
        .mayOnlyBeAccessedByLayers("pose", "cli")
        .whereLayer("core")
        .mayOnlyBeAccessedByLayers(
            "machine", "compile", "plugin", "formats", "pose", "data", "learn", "forest", "cli")
        .check(CLASSES);
  }

  /// Devices come through doors; what is behind them has no name in the runtime.
  @Test
  void theRuntimeNamesNoDeviceButItsOwn() throws IOException {
    Pattern names = Pattern.compile("(?i)\\b(apu|cuda|pjrt|xla)\\b");
    try (Stream<Path> files = Files.walk(root().resolve("core/src/main"))) {
      List<String> found =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> names.matcher(read(file)).find())
              .map(Path::toString)
              .toList();
      assertEquals(List.of(), found);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void packagesFormNoCycles() {
    slices().matching("dev.tendril.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheCommandPrints() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.tendril.cli..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .check(CLASSES);
  }

  /// A call outside Java can end the process; so can memory whose bounds nobody checks.
  @Test
  void onlyMachineAndPluginLeaveJava() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.tendril.machine.host..", "dev.tendril.plugin..")
        .should()
        .accessClassesThat()
        .haveFullyQualifiedName("java.lang.foreign.Linker")
        .check(CLASSES);
  }

  @Test
  void nothingIsNamedForWhatItIsNot() {
    noClasses()
        .should()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameEndingWith("Impl")
        .check(CLASSES);
  }

  @Test
  void noModelIsReadByJavaSerialization() {
    noClasses()
        .should()
        .accessClassesThat()
        .haveFullyQualifiedName("java.io.ObjectInputStream")
        .check(CLASSES);
  }

  @Test
  void filesStaySmall() throws IOException {
    List<Integer> lengths = lengths();
    assertTrue(lengths.size() > 100, "only " + lengths.size() + " source files found");
    assertTrue(lengths.getLast() <= 1000, "the longest file has " + lengths.getLast() + " lines");
    int p90 = lengths.get(lengths.size() * 9 / 10);
    assertTrue(p90 <= 350, "a tenth of the files have more than " + p90 + " lines");
    assertTrue(lengths.get(lengths.size() / 2) <= 120, "the median file is too long");
  }

  private static List<Integer> lengths() throws IOException {
    try (Stream<Path> files = Files.walk(root())) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> file.toString().contains("src/main/java"))
          .map(ArchitectureTest::lines)
          .sorted()
          .toList();
    }
  }

  private static int lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return (int) lines.count();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /// The documentation promises these files.
  @Test
  void theRepositoryHasWhatEveryReaderLooksFor() {
    List<String> missing =
        Stream.of("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE")
            .filter(name -> !Files.exists(root().resolve(name)))
            .toList();
    assertEquals(List.of(), missing);
  }

  private static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("learn/pom.xml"))) {
      at = at.getParent();
    }
    return at;
  }
}
