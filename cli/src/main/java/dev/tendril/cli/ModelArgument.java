package dev.tendril.cli;

import dev.tendril.learn.Model;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/// The model that a command works with.
final class ModelArgument {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description =
          "The folder of a model: of tendril train, of YDF, or a SavedModel of TF-DF; or a model in"
              + " one file, .ydf.")
  Path folder = Path.of("");

  /// @throws dev.tendril.learn.ModelException when it is none or is damaged
  Model load() {
    return Model.load(folder);
  }
}
