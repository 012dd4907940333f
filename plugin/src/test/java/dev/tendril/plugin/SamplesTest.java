package dev.tendril.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The sample plug-ins that are not tested with the kit's own test.
class SamplesTest {
  @Test
  void openBlasIsSound(@TempDir Path folder) throws IOException {
    Path header = folder.resolve("there.c");
    Files.writeString(
        header, "#include <cblas.h>\nint main(void) { return openblas_get_config() == 0; }\n");
    assumeTrue(
        Gcc.canCompile(folder.resolve("there"), List.of(header.toString(), "-lopenblas")),
        "skipped: no gcc with libopenblas-dev to compile the sample over OpenBLAS with");
    Path library =
        Gcc.compile(
            folder.resolve("libopenblas_device.so"),
            List.of(
                "-shared",
                "-fPIC",
                Gcc.root().resolve("examples/plugins/openblas/openblas.c").toString(),
                "-lopenblas"));
    PluginReport report = PluginTest.run(library, Duration.ofMinutes(2), _ -> {});
    assertTrue(report.isSound(), report.checks().toString());
    assertEquals("ok", report.support().getOrDefault("matmul", Map.of()).get("f32"));
    assertEquals("ok", report.support().getOrDefault("conv", Map.of()).get("f32"));
  }

  /// As the how-to page has it: compiled against the jars, announced as a service.
  @Test
  void theSampleInJavaIsADevice(@TempDir Path folder) throws IOException {
    Path classes = folder.resolve("jpu");
    Path sources = Gcc.root().resolve("examples/plugins/java/src/main");
    List<String> arguments =
        new ArrayList<>(
            List.of("-p", System.getProperty("jdk.module.path"), "-d", classes.toString()));
    try (Stream<Path> files = Files.walk(sources.resolve("java"))) {
      files.filter(f -> f.toString().endsWith(".java")).map(Path::toString).forEach(arguments::add);
    }
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    assertEquals(0, javac.run(System.out, System.err, arguments.toArray(String[]::new)));
    Path service = Path.of("META-INF/services/dev.tendril.core.spi.DeviceProvider");
    Files.createDirectories(classes.resolve(service).getParent());
    Files.copy(sources.resolve("resources").resolve(service), classes.resolve(service));
    OtherJvm.run(folder, List.of(classes), DeviceProgram.class, "java");
  }
}
