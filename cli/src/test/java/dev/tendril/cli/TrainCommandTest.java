package dev.tendril.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.cli.Cli.Result;
import dev.tendril.learn.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TrainCommandTest {
  @TempDir Path folder;
  private Path tiny = Path.of("");

  @BeforeEach
  void tables() {
    tiny = Cli.tiny(folder);
  }

  /// @param words separated by spaces
  /// @param more further words
  private static Result train(Path table, String words, Object... more) {
    List<Object> all = new ArrayList<>(List.of("train", table));
    all.addAll(List.of(words.split(" ", -1)));
    all.addAll(List.of(more));
    return Cli.run(all.toArray());
  }

  /// Trains without a failure.
  private static Result trained(Path table, String words, Object... more) {
    Result result = train(table, words, more);
    assertEquals(0, result.status(), result::err);
    return result;
  }

  private static void fails(int status, String expected, Result result) {
    assertEquals(status, result.status(), result::err);
    assertTrue(result.err().contains(expected), result::err);
    assertTrue(result.err().startsWith("tendril train: "), result::err);
    assertEquals(1, result.err().lines().count(), result::err);
    assertFalse(result.out().contains("trained:"), result::out);
  }

  @Test
  void penguinsAreToldApart() {
    Path model = folder.resolve("models").resolve("penguins");
    Result result = trained(Cli.penguins(), "--label species --seed 7", "--out", model);
    assertEquals("", result.err());
    Matcher accuracy =
        Pattern.compile("out-of-bag evaluation.*?accuracy +([0-9.]+) +CI95\\[W]", Pattern.DOTALL)
            .matcher(result.out());
    assertTrue(accuracy.find(), result::out);
    assertTrue(Double.parseDouble(accuracy.group(1)) >= 0.96, result::out);
    assertTrue(
        result.out().lines().allMatch(line -> line.length() <= 100 || line.contains("/")),
        result::out);
    assertTrue(result.out().contains("task:     classification"), result::out);
    assertTrue(result.out().contains("tendril predict " + model), result::out);
    assertTrue(Files.isRegularFile(model.resolve("tendril.json")));
  }

  @Test
  void aTaskFollowsFromTheLabel() {
    Result level = train(tiny, "--label level --set num_trees=5");
    assertTrue(
        level
            .out()
            .contains(
                "regression (label \"level\" is a number with 60 values; --task classification to"
                    + " override)"),
        level::out);
    assertTrue(level.out().contains("rmse"), level::out);
    assertTrue(level.out().contains("The model was not saved; --out"), level::out);
    Result code = train(tiny, "--label code --set num_trees=5");
    assertTrue(code.out().contains("classification (label \"code\" is"), code::out);
    Result kind = train(tiny, "--label kind --set num_trees=5");
    assertTrue(kind.out().contains("classification (label \"kind\" is text)"), kind::out);
    Result told = train(tiny, "--label code --task regression --set num_trees=5");
    assertTrue(told.out().contains("task:     regression\n"), told::out);
  }

  @Test
  void classesKeepTheirText() {
    StringBuilder text = new StringBuilder("x,y\n");
    for (int i = 0; i < 40; i++) {
      text.append(i).append(',').append(i < 20 ? "01" : "1").append('\n');
    }
    Path table = Cli.write(folder.resolve("codes.csv"), text.toString());
    Path model = folder.resolve("codes");
    trained(table, "--label y --task classification", "--out", model);
    Result predicted = Cli.run("predict", model, table);
    assertTrue(
        predicted.out().startsWith("prediction,probability_of_01,probability_of_1\n01,"),
        predicted::out);
  }

  @Test
  void jsonTellsAll() {
    Path model = folder.resolve("m");
    Result result =
        trained(tiny, "--label kind --json --set num_trees=10", "--test", tiny, "--out", model);
    JsonNode json = Json.parse(result.out());
    assertEquals(60, json.path("data").path("rows").asInt());
    assertEquals("classification", json.path("task").asString());
    assertEquals("10", json.path("hyperparameters").path("num_trees").asString());
    assertEquals(10, json.path("model").path("trees").asInt());
    assertTrue(json.path("test").path("metrics").path("accuracy").path("value").asDouble() > 0.9);
    assertTrue(json.path("self_evaluation").path("rows").asInt() > 0);
    assertEquals(model.toString(), json.path("saved").asString());
  }

  @Test
  void monotonicConstraintsAreRecorded() {
    Path model = folder.resolve("m");
    String words =
        "--label kind --learner gradient_boosted_trees --set use_hessian_gain=true --monotonic ";
    trained(tiny, words + "level=increasing", "--out", model);
    assertEquals("increasing", Model.load(model).provenance().inputs().get("monotonic.level"));
    Result wrong = train(tiny, words + "level=up");
    assertEquals(
        "tendril train: unknown monotonicity \"up\": expected increasing or decreasing",
        wrong.err().strip());
  }

  @Test
  void everyLearnerTrains() {
    for (String learner : new String[] {"cart", "gradient-boosted-trees", "random_forest"}) {
      Path model = folder.resolve(learner);
      Result result =
          trained(
              tiny,
              "--label kind --ignore code,level --weights weight --class-weight a=2 --threads 2",
              "--learner",
              learner,
              "--valid",
              tiny,
              "--out",
              model);
      assertTrue(result.out().contains("evaluation on the validation data"), result::out);
      JsonNode shown = Json.parse(Cli.run("show", model, "--json").out());
      assertEquals(2, shown.path("features").size(), shown::toString);
      assertEquals(
          "2.0", shown.path("provenance").path("inputs").path("class_weight.a").asString());
    }
  }

  @Test
  void theSeedDecides() throws java.io.IOException {
    for (String[] run : new String[][] {{"one", "5"}, {"two", "5"}, {"three", "6"}}) {
      train(
          Cli.penguins(),
          "--label species --set num_trees=3 --quiet",
          "--seed",
          run[1],
          "--out",
          folder.resolve(run[0]));
    }
    String one = Cli.run("show", folder.resolve("one"), "--tree", 0).out();
    assertEquals(one, Cli.run("show", folder.resolve("two"), "--tree", 0).out());
    assertFalse(one.equals(Cli.run("show", folder.resolve("three"), "--tree", 0).out()));
    assertEquals("", train(tiny, "--label kind --set num_trees=3 --quiet").out());
  }

  @Test
  void columnsAreChosen() {
    Path model = folder.resolve("m");
    trained(
        tiny,
        "--label kind --features size,code --semantic code=categorical --set num_trees=3",
        "--out",
        model);
    JsonNode features = Json.parse(Cli.run("show", model, "--json").out()).path("features");
    assertEquals(2, features.size());
    assertTrue(features.toString().contains("categorical"), features::toString);
  }

  @Test
  void dataThatDoNotSuitAreRefused() {
    fails(
        1,
        "there is no file " + folder.resolve("tiny.cvs"),
        train(folder.resolve("tiny.cvs"), "--label kind"));
    fails(1, "did you mean \"kind\"?", train(tiny, "--label kin"));
    Path gap = Cli.write(folder.resolve("gap.csv"), "x,y\n1,a\n2,\n3,b\n");
    fails(1, "label \"y\" is missing in 1 of 3 rows, first in row 2", train(gap, "--label y"));
    Path same = Cli.write(folder.resolve("same.csv"), "x,y\n1,a\n2,a\n3,a\n");
    fails(1, "has only one class, \"a\"", train(same, "--label y"));
    Path text = Cli.write(folder.resolve("text.csv"), "x,y\n1,a\n2,b\n3,c\n");
    fails(1, "y", train(text, "--label y --task regression"));
    Path ragged = Cli.write(folder.resolve("ragged.csv"), "x,y\n1,a\n2,b,7\n");
    fails(1, "ragged.csv:3", train(ragged, "--label y"));
    fails(1, "colour", train(tiny, "--label kind --ignore colour"));
    fails(1, "is the label", train(tiny, "--label kind --ignore kind"));
  }

  @Test
  void aRankingIsTrainedAndEvaluatedByGroup() {
    StringBuilder text = new StringBuilder("query,x,relevance\n");
    for (int i = 0; i < 300; i++) {
      int x = i * 37 % 100;
      text.append("q").append(i / 10).append(',').append(x).append(',').append(x / 20).append('\n');
    }
    Path table = Cli.write(folder.resolve("ranking.csv"), text.toString());
    Path model = folder.resolve("ranking-model");
    Result trained =
        trained(
            table,
            "--label relevance --task ranking --group query --set num_trees=20",
            "--out",
            model);
    assertTrue(trained.out().contains("learner:  gradient_boosted_trees"), trained::out);
    assertTrue(trained.out().contains("ndcg@5"), trained::out);
    Result evaluated = Cli.run("evaluate", model, table);
    assertEquals(0, evaluated.status(), evaluated::err);
    assertTrue(evaluated.out().contains("groups: 30"), evaluated::out);
    fails(
        2,
        "learner cart cannot be trained for ranking; expected gradient_boosted_trees",
        train(table, "--label relevance --task ranking --group query --learner cart"));
  }

  @Test
  void lifetimesAreTrainedAndEvaluated() {
    StringBuilder text = new StringBuilder("x,age,left,seen\n");
    for (int i = 0; i < 400; i++) {
      int x = i * 37 % 100;
      int entry = i % 3;
      int left = entry + 1 + (100 - x) / 5 + i % 4;
      text.append(x).append(',').append(entry).append(',').append(left).append(',');
      text.append(i % 7 == 0 ? 0 : 1).append('\n');
    }
    Path table = Cli.write(folder.resolve("lives.csv"), text.toString());
    Path model = folder.resolve("survival-model");
    Result trained =
        trained(
            table,
            "--label left --task survival --event seen --entry age --set num_trees=20",
            "--out",
            model);
    assertTrue(trained.out().contains("concordance"), trained::out);
    Result evaluated = Cli.run("evaluate", model, table);
    assertEquals(0, evaluated.status(), evaluated::err);
    assertTrue(evaluated.out().contains("concordance"), evaluated::out);
  }

  @Test
  void anomaliesAreFoundWithAndWithoutALabel() {
    StringBuilder text = new StringBuilder("x,y,odd\n");
    for (int row = 0; row < 120; row++) {
      boolean odd = row % 30 == 7;
      double x = Math.sin(row) + (odd ? 9 : 0);
      text.append(x + "," + Math.cos(3 * row) + "," + (odd ? "bad" : "good") + "\n");
    }
    Path table = Cli.write(folder.resolve("odd.csv"), text.toString());
    Path model = folder.resolve("anomalies");
    Result without = trained(table, "--task anomaly --ignore odd", "--out", model);
    assertTrue(without.out().contains("learner:  isolation_forest"), without::out);
    assertTrue(without.out().contains("variable importance (DIFFI)"), without::out);
    Result unlabeled = Cli.run("evaluate", model, table);
    assertEquals(1, unlabeled.status());
    assertTrue(unlabeled.err().contains("the model's task names none"), unlabeled::err);
    Result labeled =
        trained(
            table,
            "--learner isolation_forest --label odd --anomaly bad",
            "--test",
            table,
            "--out",
            model);
    assertTrue(labeled.out().contains("task:     anomaly"), labeled::out);
    assertTrue(labeled.out().contains("  auc "), labeled::out);
    assertTrue(Cli.run("evaluate", model, table).err().contains("by --anomaly"));
    Result evaluated = Cli.run("evaluate", model, table, "--anomaly", "bad", "--json");
    assertEquals(0, evaluated.status(), evaluated::err);
    double auc = Json.parse(evaluated.out()).at("/metrics/auc/value").asDouble(0);
    assertTrue(auc > 0.95, evaluated::out);
    Result scores = Cli.run("predict", model, table);
    assertTrue(scores.out().startsWith("prediction\n0."), scores::out);
    Result shown = Cli.run("show", model);
    assertTrue(shown.out().contains("Rows per tree: 120"), shown::out);
  }

  @Test
  void upliftIsCategoricalOrNumericalByTheLabel() {
    StringBuilder text = new StringBuilder("x,mailed,bought,spent\n");
    for (int row = 0; row < 400; row++) {
      int mailed = row % 2;
      double x = row % 100 / 100.0;
      boolean bought = row % 7 < 2 || (mailed == 1 && x > 0.5 && row % 3 > 0);
      text.append(x + "," + mailed + "," + (bought ? 1 : 0) + "," + (bought ? 3 + x : 0.5) + "\n");
    }
    Path table = Cli.write(folder.resolve("campaign.csv"), text.toString());
    Path model = folder.resolve("uplift");
    for (String label : List.of("bought", "spent")) {
      Result trained =
          trained(
              table,
              "--task uplift --treatment mailed --set num_trees=20",
              "--label",
              label,
              "--out",
              model);
      String task = label.equals("bought") ? "categorical_uplift" : "numerical_uplift";
      assertTrue(trained.out().contains("task:     " + task), trained::out);
      assertTrue(trained.out().contains("  qini "), trained::out);
      Result evaluated = Cli.run("evaluate", model, table);
      assertEquals(0, evaluated.status(), evaluated::err);
      assertTrue(evaluated.out().contains("qini"), evaluated::out);
      assertTrue(Cli.run("predict", model, table).out().startsWith("prediction\n"));
      assertTrue(Cli.run("show", model).out().contains("Treatment: mailed"));
    }
    trained(table, "--task uplift --label bought --treatment mailed --learner cart");
    fails(
        1,
        "treatment \"spent\" has ",
        train(table, "--task uplift --label bought --treatment spent"));
  }

  @Test
  void wrongUseIsToldWithAWayOut() {
    fails(2, "missing required option: '--label=COL'", Cli.run("train", tiny));
    fails(2, "did you mean --label", train(tiny, "--label kind --labell kind"));
    fails(
        2,
        "unknown hyper-parameter \"num_tree\"; did you mean \"num_trees\"?",
        train(tiny, "--label kind --set num_tree=5"));
    fails(
        2,
        "hyper-parameter num_trees cannot be \"0\": expected integer, 1 to 1000000",
        train(tiny, "--label kind --set num_trees=0"));
    fails(2, "num_trees", train(tiny, "--label kind --set num_trees=many"));
    fails(2, "did you mean \"random_forest\"?", train(tiny, "--label kind --learner random_forst"));
    fails(2, "--task uplift needs --treatment COL", train(tiny, "--label kind --task uplift"));
    fails(
        2,
        "learner cart cannot be trained for anomaly_detection; expected isolation_forest",
        train(tiny, "--task anomaly --learner cart"));
    fails(
        2,
        "--treatment is for --task uplift; the task is classification",
        train(tiny, "--label kind --treatment color"));
    fails(2, "--task ranking needs --group COL", train(tiny, "--label kind --task ranking"));
    fails(2, "--group is for --task ranking", train(tiny, "--label kind --group color"));
    fails(2, "--task", train(tiny, "--label kind --task guessing"));
    fails(2, "--threads", train(tiny, "--label kind --threads -1"));
    fails(
        2,
        "unknown column semantic \"colour\"",
        train(tiny, "--label kind --semantic color=colour"));
  }

  @Test
  void nothingIsOverwrittenThatIsNoModel() {
    fails(1, "is a file", train(tiny, "--label kind", "--out", tiny));
    fails(1, "holds something other than a model", train(tiny, "--label kind", "--out", folder));
    fails(1, tiny + " is a file", train(tiny, "--label kind", "--out", tiny.resolve("model")));
    assertTrue(Files.isRegularFile(tiny));
  }

  @Test
  void otherLayoutsAreRead() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      text.append(i).append('!').append(i < 20 ? "low" : "high").append('\n');
    }
    Path table = Cli.write(folder.resolve("plain.csv"), text.toString());
    trained(table, "--label f1 --delimiter ! --no-header --quiet");
    fails(2, "--delimiter", train(table, "--label f1 --delimiter ab"));
  }
}
