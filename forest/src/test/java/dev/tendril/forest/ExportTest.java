package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Column;
import dev.tendril.data.Field;
import dev.tendril.data.Frame;
import dev.tendril.data.Schema;
import dev.tendril.data.Vocabulary;
import dev.tendril.forest.options.ObliqueParameters.SplitAxis;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import dev.tendril.learn.Provenance;
import dev.tendril.learn.Task;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// Exported code, compiled by the compilers of Java and C, predicts what the model predicts.
class ExportTest {
  @TempDir Path folder;

  @Test
  void javaGivesTheBitsOfTheModel() throws Exception {
    new JavaExports(folder).check(ExportCase.drawn());
  }

  @Test
  @Tag("slow")
  void javaGivesTheBitsOfModelsOfYdf() throws Exception {
    new JavaExports(folder).check(ExportCase.golden(Golden.values()));
  }

  /// Every kind of split and of forest that training can bring forth.
  @Test
  void trainedModels() throws Exception {
    Frame frame = ExportCase.campaign(600);
    Map<String, ExportCase> cases = new LinkedHashMap<>();
    List<Learner<ForestModel>> learners =
        List.of(
            GradientBoostedTrees.regression(
                "spent",
                p -> {
                  p.numTrees = 20;
                  p.splitAxis = SplitAxis.SPARSE_OBLIQUE;
                }),
            RandomForest.classification(
                "bought",
                p -> {
                  p.numTrees = 20;
                  p.splitAxis = SplitAxis.MHLD_OBLIQUE;
                }),
            RandomForest.classification(
                "bought",
                p -> {
                  p.numTrees = 20;
                  p.honest = true;
                }),
            RandomForest.of(
                new Inputs(new Task.CategoricalUplift("bought", "group")), p -> p.numTrees = 20),
            RandomForest.of(
                new Inputs(new Task.NumericalUplift("spent", "group")), p -> p.numTrees = 20),
            IsolationForest.anomalyDetection(
                null,
                p -> {
                  p.numTrees = 30;
                  p.splitAxis = SplitAxis.SPARSE_OBLIQUE;
                }));
    for (Learner<ForestModel> learner : learners) {
      cases.put("trained" + cases.size(), new ExportCase(learner.train(frame), frame));
    }
    new JavaExports(folder).check(cases);
    new CExports(folder).check(cases, 0);
    new CExports(folder).check(cases, 32);
    cases.clear();
    ForestModel paths =
        RandomForest.classification("bought", p -> p.numTrees = 20)
            .train(ExportCase.withPaths(frame));
    cases.put("paths", new ExportCase(paths, ExportCase.withPaths(frame)));
    new JavaExports(folder).check(cases);
    new CExports(folder).check(cases, 0);
  }

  @Test
  void cGivesWhatTheModelGives() throws Exception {
    new CExports(folder).check(ExportCase.drawn(), 0);
  }

  @Test
  @Tag("slow")
  void cGivesWhatModelsOfYdfGive() throws Exception {
    new CExports(folder).check(ExportCase.golden(Golden.values()), 0);
  }

  @Test
  void someModelsOfYdf() throws Exception {
    Map<String, ExportCase> some =
        ExportCase.golden(Golden.RANKING, Golden.UPLIFT, Golden.IRIS_GBT, Golden.ADULT_NA);
    new JavaExports(folder).check(some);
    new CExports(folder).check(some, 0);
    new CExports(folder).check(some, 32);
  }

  @Test
  void wholeNumbersGiveTheSumsOfTheModel() throws Exception {
    Map<String, ExportCase> cases = new LinkedHashMap<>();
    for (String kind : RandomForests.KINDS) {
      RandomForests random =
          new RandomForests(kind.hashCode(), 300, 60).with(RandomForests.Conditions.ROWS, 6);
      // A weighted sum of an infinite number is none of its values that fit.
      Frame frame = ExportCase.mapped(random.frame(300), x -> Math.max(-3, x));
      cases.put("drawn_" + kind, new ExportCase(random.model(kind), frame));
    }
    new CExports(folder).check(cases, 32);
  }

  @Test
  void narrowNumbersGiveTheSumsWhereValuesAreMultiplesOfTheUnit() throws Exception {
    Map<String, ExportCase> cases = new LinkedHashMap<>();
    for (String kind : RandomForests.KINDS) {
      RandomForests random =
          new RandomForests(kind.hashCode(), 300, 60).with(RandomForests.Conditions.CELLS, 6);
      Frame frame = ExportCase.mapped(random.frame(300), x -> (float) Math.rint(x * 256) / 256);
      cases.put("drawn_" + kind, new ExportCase(random.model(kind), frame));
    }
    new CExports(folder).check(cases, 16);
  }

  @Test
  @Tag("slow")
  void wholeNumbersOfModelsOfYdf() throws Exception {
    new CExports(folder).check(ExportCase.golden(Golden.values()), 32);
  }

  /// Runs a program and returns what it prints.
  static byte[] run(Path folder, List<String> command, byte[] input) throws Exception {
    Path given = folder.resolve("input");
    Path printed = folder.resolve("output");
    Files.write(given, input);
    Process process =
        new ProcessBuilder(command)
            .redirectInput(given.toFile())
            .redirectOutput(printed.toFile())
            .redirectErrorStream(true)
            .start();
    int status = process.waitFor();
    byte[] output = Files.readAllBytes(printed);
    assertEquals(0, status, () -> command + "\n" + new String(output, StandardCharsets.UTF_8));
    return output;
  }

  /// What stands in a file of a model cannot become code.
  @Test
  void namesThatLookLikeCode() throws Exception {
    String[] names = {"a */ } b", "\\u000a }", "line\nbreak", "a-b", "a b", "1", "??/", "größe"};
    List<Field> fields = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    Node node = new Node.Leaf(new Output.Value(0.5f, null), 1);
    for (int i = 0; i < names.length; i++) {
      Field field = new Field(names[i], false, 9, 0, new Field.Categorical(Vocabulary.of(names)));
      fields.add(field);
      int[] codes = new int[20];
      for (int row = 0; row < codes.length; row++) {
        codes[row] = (row * 7 + i) % (names.length + 1);
      }
      columns.add(new CategoricalColumn(field, codes));
      node =
          new Node.Split(
              new Condition.Contains(i, new int[] {1, 3, 6}),
              false,
              node,
              new Node.Leaf(new Output.Value(i, null), 1),
              null,
              new Node.Statistics(1, 1, 1, 1, 0));
    }
    fields.add(new Field("*/ \" y", false, 9, 0, new Field.Numerical(0, 0, 1, 1)));
    Forest forest =
        new Forest(
            new Task.Regression("*/ \" y"),
            new Schema(fields),
            IntStream.range(0, names.length).boxed().toList(),
            new Combination.Mean(false),
            List.of(new Tree(node)),
            Map.of(),
            List.of());
    ForestModel model = ForestModel.of(forest, Provenance.UNKNOWN, null);
    Map<String, ExportCase> cases = Map.of("hostile", new ExportCase(model, Frame.of(columns)));
    new JavaExports(folder).check(cases);
    new CExports(folder).check(cases, 0);
    new CExports(folder).check(cases, 16);
  }

  @Test
  void boostingWithoutTrees() throws Exception {
    RandomForests random = new RandomForests(3, 300, 3);
    Map<String, ExportCase> cases = new LinkedHashMap<>();
    for (String kind : List.of("binary", "multi", "poisson")) {
      Forest some = random.model(kind).forest();
      Forest none =
          new Forest(
              some.task(),
              some.schema(),
              some.features(),
              some.combination(),
              List.of(),
              Map.of(),
              List.of());
      ForestModel model = ForestModel.of(none, Provenance.UNKNOWN, null);
      cases.put("treeless_" + kind, new ExportCase(model, random.frame(20)));
    }
    new JavaExports(folder).check(cases);
    new CExports(folder).check(cases, 0);
    new CExports(folder).check(cases, 32);
  }

  @Test
  void refusesWhatCannotBe() {
    ForestModel model = new RandomForests(1).model("mean");
    refused("cannot name a Java class", () -> model.toJava("two words"));
    refused("cannot name a Java class", () -> model.toJava("com.class"));
    refused("cannot begin the names", () -> model.toC("1st"));
    refused("inputs of 8 bits; expected 16 or 32", () -> model.toIntegerC("model", 8));
    refused("sequences of vectors", () -> model.toIntegerC("model", 32));
  }

  private static void refused(String part, Executable action) {
    String message =
        String.valueOf(assertThrows(IllegalArgumentException.class, action).getMessage());
    assertTrue(message.contains(part), message);
  }
}
