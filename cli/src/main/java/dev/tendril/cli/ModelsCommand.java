package dev.tendril.cli;

import dev.tendril.core.TensorException;
import dev.tendril.pose.hub.KnownModel;
import dev.tendril.pose.hub.ModelHub;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `tendril models`.
@Command(
    name = "models",
    description = {
      "Lists published models, or gets one: its files are downloaded into a folder of this machine"
          + " and checked.",
      "Files are also found in node_modules/@mediapipe/pose.",
    },
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  tendril models", "  tendril models get blazepose-lite"})
final class ModelsCommand implements Callable<Integer> {
  private static final double MEGABYTE = 1e6;

  private final Console console;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "get",
      description = "What to do with NAME: get.")
  private @Nullable String action;

  @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "The model.")
  private @Nullable String name;

  @Option(
      names = "--models",
      paramLabel = "FOLDER",
      description =
          "Where files are kept (default: TENDRIL_MODELS, or tendril/models in the cache).",
      order = 1)
  private @Nullable Path folder;

  @Option(names = "--json", description = "Print the list as JSON.", order = 2)
  private boolean json;

  @Mixin CommonOptions common = new CommonOptions();

  ModelsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    ModelHub hub = folder == null ? ModelHub.standard() : new ModelHub(folder);
    if (action == null) {
      list(hub);
      return 0;
    }
    if (!action.equals("get") || name == null) {
      throw new IllegalArgumentException(
          "models "
              + action
              + (name == null ? "" : " " + name)
              + ": expected get NAME, or nothing");
    }
    get(hub, name);
    return 0;
  }

  private void list(ModelHub hub) {
    if (json) {
      ArrayNode models = Json.object().putArray("models");
      ModelHub.known().forEach(model -> describe(hub, model, models.addObject()));
      console.line(models.toPrettyString());
      return;
    }
    for (KnownModel model : ModelHub.known()) {
      String here = hub.find(model).isPresent() ? "here" : "";
      console.line(
          "%-18s %6.1f MB  %-10s  %-4s  %s",
          model.name(), model.size() / MEGABYTE, model.license(), here, model.what());
    }
    console.line("");
    console.line("Files are kept in %s", hub.folder());
  }

  private static void describe(ModelHub hub, KnownModel model, ObjectNode object) {
    object.put("name", model.name()).put("what", model.what());
    object.put("license", model.license()).put("source", model.source());
    object.put("bytes", model.size()).put("here", hub.find(model).isPresent());
    ArrayNode files = object.putArray("files");
    for (KnownModel.ModelFile file : model.files()) {
      files
          .addObject()
          .put("name", file.name())
          .put("address", file.address())
          .put("bytes", file.size())
          .put("sha256", file.sha256());
    }
  }

  private void get(ModelHub hub, String wanted) {
    KnownModel model =
        ModelHub.known(wanted)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the model "
                            + wanted
                            + " is not known: expected one of "
                            + ModelHub.known().stream().map(KnownModel::name).toList()));
    List<Path> files = hub.get(model, bytes -> progress(model, bytes));
    if (!ModelHub.verify(model, files)) {
      throw new TensorException(
          "the model "
              + wanted
              + ": its files are not the published ones (another SHA-256): remove "
              + files
              + " and get it again");
    }
    files.forEach(file -> console.line(file.toString()));
  }

  private void progress(KnownModel model, long bytes) {
    if (console.terminal()) {
      console
          .err()
          .printf(
              "\r%s: %.1f of %.1f MB ", model.name(), bytes / MEGABYTE, model.size() / MEGABYTE);
      console.err().flush();
    }
  }
}
