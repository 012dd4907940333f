package dev.tendril.benchmarks.nets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// TensorFlow.js with its plain kernels, run by Node.js. The packages are looked for in the folder
/// of the system property `tendril.npm`, else installed once into `target/npm`.
final class NodeTfjs {
  private static final String VERSION = "4.22.0";
  private static final List<String> PACKAGES =
      List.of(
          "@tensorflow/tfjs-core@" + VERSION,
          "@tensorflow/tfjs-converter@" + VERSION,
          "@tensorflow/tfjs-backend-cpu@" + VERSION);

  private static final String SCRIPT =
      """
      const fs = require("fs");
      const path = require("path");
      const tf = require("@tensorflow/tfjs-core");
      require("@tensorflow/tfjs-backend-cpu");
      const { loadGraphModel } = require("@tensorflow/tfjs-converter");

      function load(folder) {
        const json = JSON.parse(fs.readFileSync(path.join(folder, "model.json"), "utf8"));
        const specs = json.weightsManifest.flatMap(group => group.weights);
        const files = json.weightsManifest.flatMap(group => group.paths);
        const data = Buffer.concat(files.map(name => fs.readFileSync(path.join(folder, name))));
        return loadGraphModel({
          load: async () => ({
            modelTopology: json.modelTopology,
            format: json.format,
            signature: json.signature,
            weightSpecs: specs,
            weightData: data.buffer.slice(data.byteOffset, data.byteOffset + data.length)
          })
        });
      }

      (async () => {
        await tf.setBackend("cpu");
        for (const at of process.argv.slice(2)) {
          let answer;
          try {
            const model = await load(path.join(at, "model"));
            const x = JSON.parse(fs.readFileSync(path.join(at, "input.json"), "utf8"));
            const y = model.execute({ x: tf.tensor(x.values, x.shape, "float32") });
            answer = y.shape.join(",") + "\\n" + Array.from(y.dataSync()).join("\\n");
            model.dispose();
          } catch (e) {
            answer = "error: " + String(e && e.message || e);
          }
          fs.writeFileSync(path.join(at, "answer.txt"), answer);
        }
      })().catch(e => { console.error(e); process.exit(1); });
      """;

  private NodeTfjs() {}

  /// The folder with `node_modules`; skips the test where it cannot be had.
  static Path packages() {
    String given = System.getProperty("tendril.npm");
    if (given != null) {
      return Path.of(given);
    }
    Path npm = Path.of("target", "npm").toAbsolutePath();
    if (!Files.isDirectory(npm.resolve("node_modules/@tensorflow/tfjs-converter"))) {
      Assumptions.assumeTrue(
          run(npm, List.of("node", "--version")) == 0,
          "node is not installed: no TensorFlow.js to compare with");
      List<String> install =
          new ArrayList<>(
              List.of("npm", "install", "--no-audit", "--no-fund", "--prefix", npm.toString()));
      install.addAll(PACKAGES);
      Assumptions.assumeTrue(
          run(npm, install) == 0,
          "npm cannot install " + PACKAGES + ": no TensorFlow.js to compare with");
    }
    return npm;
  }

  /// Asks for the results of cases: folders with `model` and `input.json`; the answer comes as
  /// `answer.txt`: the shape, then a number a line.
  static int run(Path packages, Path work, List<Path> cases) throws IOException {
    Path script = work.resolve("run.cjs");
    Files.writeString(script, SCRIPT);
    List<String> command = new ArrayList<>(List.of("node", script.toString()));
    cases.forEach(one -> command.add(one.toString()));
    return run(packages, command);
  }

  /// The exit status; -1 when the program cannot be run or takes too long.
  private static int run(Path packages, List<String> command) {
    try {
      Files.createDirectories(packages);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(packages.resolve("last-run.txt").toFile());
      builder.environment().put("NODE_PATH", packages.resolve("node_modules").toString());
      Process process = builder.start();
      if (process.waitFor(180, TimeUnit.SECONDS)) {
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
