package dev.tendril.cli;

import dev.tendril.learn.Hyperparameters;
import dev.tendril.learn.LearnerProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `tendril learners`.
@Command(
    name = "learners",
    description = "Lists the learners or, with NAME, the hyper-parameters of one.",
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  tendril learners", "  tendril learners gradient_boosted_trees"})
final class LearnersCommand implements Callable<Integer> {
  private static final int WIDTH = 100;

  private final Console console;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "The learner whose hyper-parameters are listed.")
  private @Nullable String name;

  @Option(names = "--json", description = "Print the list as JSON.", order = 1)
  private boolean json;

  @Mixin CommonOptions common = new CommonOptions();

  LearnersCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (name == null) {
      list(LearnerProvider.all());
    } else {
      one(Learners.named(name));
    }
    return 0;
  }

  private void list(List<LearnerProvider> all) {
    if (json) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      all.forEach(one -> told(array.addObject(), one));
      console.line(array.toPrettyString());
      return;
    }
    int width = all.stream().mapToInt(one -> one.name().length()).max().orElse(0);
    for (LearnerProvider one : all) {
      wrapped("  " + Words.padded(one.name(), width) + "  ", one.summary());
    }
    console.line("");
    console.line("tendril learners NAME lists the hyper-parameters of one.");
  }

  private void one(LearnerProvider provider) {
    Hyperparameters hyperparameters = provider.hyperparameters();
    Map<String, String> defaults = hyperparameters.values();
    if (json) {
      ObjectNode object = Json.object();
      told(object, provider);
      ArrayNode array = object.putArray("hyperparameters");
      for (Hyperparameters.Declared declared : hyperparameters.declared()) {
        array
            .addObject()
            .put("name", declared.name())
            .put("type", declared.type())
            .put("default", defaults.get(declared.name()))
            .put("range", declared.range())
            .put("meaning", declared.meaning());
      }
      ArrayNode templates = object.putArray("templates");
      for (Hyperparameters.Template template : hyperparameters.templates()) {
        ObjectNode one =
            templates.addObject().put("name", template.name()).put("meaning", template.meaning());
        template.values().forEach(one.putObject("values")::put);
      }
      console.line(object.toPrettyString());
      return;
    }
    wrapped(provider.name() + ": ", provider.summary());
    wrapped("tasks: ", String.join(", ", provider.tasks()));
    console.line("");
    for (Hyperparameters.Declared declared : hyperparameters.declared()) {
      List<String> facts = new ArrayList<>(List.of(declared.type()));
      if (!declared.range().isEmpty()) {
        facts.add(declared.range());
      }
      facts.add("default " + defaults.get(declared.name()));
      wrapped("  " + declared.name() + "  ", String.join(", ", facts));
      wrapped("      ", declared.meaning());
    }
    if (!hyperparameters.templates().isEmpty()) {
      console.line("");
      console.line("Templates, for --template:");
    }
    for (Hyperparameters.Template template : hyperparameters.templates()) {
      List<String> values = new ArrayList<>();
      template.values().forEach((name, value) -> values.add(name + "=" + value));
      wrapped("  " + template.name() + "  ", String.join(" ", values));
      wrapped("      ", template.meaning());
    }
  }

  private static void told(ObjectNode object, LearnerProvider learner) {
    object.put("name", learner.name()).put("summary", learner.summary());
    learner.tasks().forEach(object.putArray("tasks")::add);
  }

  /// Prints a text in lines that begin where the first one does.
  private void wrapped(String head, String text) {
    StringBuilder line = new StringBuilder(head);
    boolean empty = true;
    for (String word : text.split(" ", -1)) {
      if (!empty && line.length() + 1 + word.length() > WIDTH) {
        console.line(line.toString());
        line = new StringBuilder(" ".repeat(head.length()));
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
      empty = false;
    }
    console.line(line.toString());
  }
}
