package dev.tendril.cli;

import dev.tendril.data.Field;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.MultitaskModel;
import dev.tendril.learn.Model;
import dev.tendril.learn.Provenance;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `tendril show`.
@Command(
    name = "show",
    description = {
      "Describes a model: what it predicts, from what, and what it learned; of a graph (.tendril,"
          + " .tflite, .onnx, a folder of TensorFlow.js, a frozen SavedModel) its ops, what they"
          + " cost, and the memory that its values take.",
    },
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  tendril show penguins-model",
      "  tendril show penguins-model --tree 0",
      "  tendril show penguins-model --html model.html",
      "  tendril show model.tflite"
    })
final class ShowCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ModelArgument model = new ModelArgument();

  @Option(
      names = "--tree",
      paramLabel = "N",
      description = "Print one tree as text; the first is 0.",
      order = 1)
  private @Nullable Integer tree;

  @Option(names = "--json", description = "Print the description as JSON.", order = 2)
  private boolean json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a page with the trees to walk through, one file that needs no other.",
      order = 3)
  private @Nullable Path html;

  @Mixin CommonOptions common = new CommonOptions();

  ShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (GraphFile.isGraph(model.folder)) {
      graph();
      return 0;
    }
    if (html != null) {
      Output.requireFile("--html", html);
      Output.write(html, ModelPage.of(model.forest(), model.folder.toString()));
      console.note("wrote " + html);
      return 0;
    }
    if (tree != null) {
      console.out().print(tree(model.forest(), tree));
      return 0;
    }
    Model loaded = model.load();
    if (json && loaded instanceof MultitaskModel several) {
      ObjectNode all = Json.object();
      all.put("name", several.name());
      ArrayNode tasks = all.putArray("tasks");
      several.models().forEach(one -> tasks.add(json(one)));
      provenance(all.putObject("provenance"), several.provenance());
      console.line(all.toPrettyString());
      return 0;
    }
    console.out().print(json ? json(loaded).toPrettyString() + "\n" : loaded.describe());
    return 0;
  }

  private void graph() {
    if (tree != null) {
      throw new IllegalArgumentException("--tree " + tree + " of a graph, which has no trees");
    }
    GraphSummary summary = GraphSummary.of(GraphFile.read(model.folder));
    if (html != null) {
      Output.requireFile("--html", html);
      Output.write(html, summary.html(model.folder));
      console.note("wrote " + html);
      return;
    }
    console.out().print(json ? summary.json() + "\n" : summary.text());
  }

  private static String tree(ForestModel forest, int number) {
    int trees = forest.trees().size();
    if (number < 0 || number >= trees) {
      throw new IllegalArgumentException(
          "--tree " + number + ": the model has trees 0 to " + (trees - 1));
    }
    return forest.treeText(number);
  }

  private static ObjectNode json(Model model) {
    ObjectNode json = Json.object();
    json.put("name", model.name());
    json.put("task", model.task().name());
    json.put("label", model.task().label());
    ArrayNode classes = json.putArray("classes");
    model.classes().forEach(classes::add);
    ArrayNode features = json.putArray("features");
    for (String name : model.features()) {
      Field field = model.schema().field(name);
      ObjectNode feature = features.addObject().put("name", name);
      feature.put("semantic", field.semantic().name().toLowerCase(Locale.ROOT));
      feature.put("missing", field.missing());
    }
    ObjectNode statistics = json.putObject("statistics");
    model.statistics().forEach((name, value) -> statistics.put(name, value.longValue()));
    Json.history(json, model.history());
    Json.importances(json.putObject("importances"), model.importances());
    provenance(json.putObject("provenance"), model.provenance());
    String measured = model.selfEvaluation();
    if (measured != null) {
      json.set("self_evaluation", Json.parse(measured));
    }
    return json;
  }

  private static void provenance(ObjectNode json, Provenance provenance) {
    json.put("tendril", provenance.tendril());
    json.put("learner", provenance.learner());
    ObjectNode values = json.putObject("hyperparameters");
    provenance.hyperparameters().forEach(values::put);
    ObjectNode inputs = json.putObject("inputs");
    provenance.inputs().forEach(inputs::put);
    json.put("seed", provenance.seed());
    json.put("data_fingerprint", provenance.dataFingerprint());
    json.put("rows", provenance.rows());
  }
}
