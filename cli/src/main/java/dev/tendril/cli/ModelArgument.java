package dev.tendril.cli;

import dev.tendril.forest.ForestModel;
import dev.tendril.forest.MultitaskModel;
import dev.tendril.learn.Model;
import dev.tendril.learn.ModelException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The model that a command works with.
final class ModelArgument {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description =
          "The folder of a model: of tendril train, of YDF, or a SavedModel of TF-DF; or a model in"
              + " one file, .ydf. For show and convert also a graph.")
  Path folder = Path.of("");

  @Option(
      names = "--only",
      paramLabel = "LABEL",
      description = "Of a model that predicts several labels, work with the part for this one.",
      order = 60)
  private @Nullable String only;

  /// @throws ModelException when it is none or is damaged
  Model load() {
    Model model = Model.load(folder);
    if (only == null) {
      return model;
    }
    if (model instanceof MultitaskModel several) {
      return several.model(only);
    }
    if (only.equals(model.task().label())) {
      return model;
    }
    throw new IllegalArgumentException(
        "--only " + only + ": the model predicts only " + model.task().label());
  }

  /// @throws ModelException when it is none, is damaged, or is not one forest
  ForestModel forest() {
    Model model = load();
    if (model instanceof ForestModel forest) {
      return forest;
    }
    throw new ModelException(
        folder
            + ": is a "
            + model.name()
            + "; expected a decision forest"
            + (model instanceof MultitaskModel ? ": choose one by --only LABEL" : ""));
  }
}
