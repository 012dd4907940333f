package dev.tendril.forest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Assumptions;

/// The real YDF engine, compiled to WebAssembly and run by Node.js. The packages are looked for in
/// the folder of the system property `tendril.npm`, else installed once into `target/npm`.
final class NodeYdf {
  private static final List<String> PACKAGES = List.of("ydf-inference@0.0.4", "ydf-training@0.0.1");

  private static final String SCRIPT =
      """
      const fs = require("fs");
      global.JSZip = require("jszip");
      (async () => {
        const engines = {
          json: await require("ydf-inference")(),
          csv: await require("ydf-training")()
        };
        for (const at of process.argv.slice(2)) {
          let answer;
          try {
            const form = fs.existsSync(at + "/examples.csv") ? "csv" : "json";
            const text = fs.readFileSync(at + "/examples." + form, "utf8");
            const model = await engines[form].loadModelFromZipBlob(
              fs.readFileSync(at + "/model.zip"));
            const examples = form === "json" ? JSON.parse(text) : text;
            answer = { predictions: Array.from(model.predict(examples)) };
            model.unload();
          } catch (e) {
            answer = { error: String(e && e.message || e) };
          }
          fs.writeFileSync(at + "/answer.json", JSON.stringify(answer));
        }
        process.exit(0);
      })().catch(e => { console.error(e); process.exit(1); });
      """;

  private NodeYdf() {}

  /// The folder with `node_modules`; skips the test where it cannot be had.
  static Path packages() {
    String given = System.getProperty("tendril.npm");
    if (given != null) {
      return Path.of(given);
    }
    Path npm = Path.of("target", "npm").toAbsolutePath();
    if (!Files.isDirectory(npm.resolve("node_modules").resolve("ydf-inference"))) {
      Assumptions.assumeTrue(
          run(60, npm, "node", "--version") == 0, "node is not installed: no YDF to compare with");
      Assumptions.assumeTrue(
          run(
                  120,
                  npm,
                  "npm",
                  "install",
                  "--no-audit",
                  "--no-fund",
                  "--prefix",
                  npm.toString(),
                  PACKAGES.getFirst(),
                  PACKAGES.getLast())
              == 0,
          "npm cannot install " + PACKAGES + ": no YDF to compare with");
    }
    return npm;
  }

  /// Asks YDF for the predictions of cases: folders with `model.zip` and either `examples.json`, by
  /// column, or `examples.csv`; the answer comes as `answer.json`.
  static int predict(Path packages, Path work, List<Path> cases) throws IOException {
    Path script = work.resolve("predict.cjs");
    Files.writeString(script, SCRIPT);
    String[] command =
        Stream.concat(Stream.of("node", script.toString()), cases.stream().map(Path::toString))
            .toArray(String[]::new);
    return run(120, packages, command);
  }

  static void zip(Path folder, Path to) throws IOException {
    try (OutputStream file = Files.newOutputStream(to);
        ZipOutputStream zip = new ZipOutputStream(file);
        Stream<Path> files = Files.list(folder)) {
      for (Path entry : files.sorted().toList()) {
        zip.putNextEntry(new ZipEntry(String.valueOf(entry.getFileName())));
        Files.copy(entry, zip);
        zip.closeEntry();
      }
    }
  }

  /// The exit status; -1 when the program cannot be run or takes too long.
  private static int run(int seconds, Path packages, String... command) {
    try {
      Files.createDirectories(packages);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(packages.resolve("last-run.txt").toFile());
      builder.environment().put("NODE_PATH", packages.resolve("node_modules").toString());
      Process process = builder.start();
      if (process.waitFor(seconds, TimeUnit.SECONDS)) {
        return process.exitValue();
      }
      process.destroyForcibly();
      return -1;
    } catch (IOException _) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }
}
