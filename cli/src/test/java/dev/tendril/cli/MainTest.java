package dev.tendril.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.cli.Cli.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class MainTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"train", "evaluate", "predict", "show", "learners", "run", "devices", "doctor"})
  void everyCommandHasHelpWithAnExample(String command) {
    Result result = Cli.run(command, "--help");
    assertEquals(0, result.status(), result::err);
    assertTrue(result.out().contains("Example"), result::out);
    assertTrue(result.out().contains("  tendril " + command), result::out);
    assertTrue(result.out().lines().allMatch(line -> line.length() <= 100), result::out);
    assertEquals(result.out(), Cli.run("help", command).out());
  }

  @Test
  void theCommandItselfHasHelpAndVersion() {
    Result help = Cli.run("--help");
    assertEquals(0, help.status());
    assertTrue(help.out().contains("doctor"), help::out);
    assertEquals("tendril 0.1.0\n", Cli.run("--version").out());
  }

  @Test
  void wrongUseIsStatusTwo() {
    for (String[] args :
        new String[][] {{}, {"trian"}, {"--quit"}, {"show"}, {"learners", "a", "b"}}) {
      Result result = Cli.run((Object[]) args);
      assertEquals(2, result.status(), result::err);
      assertEquals(1, result.err().lines().count(), result::err);
      assertEquals("", result.out());
    }
    assertTrue(Cli.run("trian").err().contains("train"));
  }

  @Test
  void stackTracesAreOnDemand() {
    assertEquals(1, Cli.run("show", "nothing").err().lines().count());
    String err = Cli.run("show", "nothing", "--stacktrace").err();
    assertTrue(err.contains("\tat "), err);
    assertTrue(err.lines().reduce("", (_, last) -> last).startsWith("tendril show: "), err);
  }

  @Test
  void learnersAreListed() {
    Result list = Cli.run("learners");
    assertTrue(list.out().contains("random_forest"), list::out);
    assertEquals(4, Json.parse(Cli.run("learners", "--json").out()).size());
    Result one = Cli.run("learners", "cart");
    assertTrue(
        one.out().contains("max_depth  integer, at least 1, or -1 or -2, default 16"), one::out);
    assertTrue(one.out().lines().allMatch(line -> line.length() <= 100), one::out);
    JsonNode json = Json.parse(Cli.run("learners", "gradient_boosted_trees", "--json").out());
    assertTrue(json.path("hyperparameters").size() > 10, json::toString);
    Result unknown = Cli.run("learners", "gradient_bosted_trees");
    assertEquals(2, unknown.status());
    assertTrue(unknown.err().contains("did you mean \"gradient_boosted_trees\"?"), unknown::err);
  }

  @Test
  void theDoctorLooksAtEverything() {
    Result result = Cli.run("doctor");
    assertEquals(0, result.status(), result::out);
    for (String what : new String[] {"java", "processors", "memory", "vector", "learners", "YDF"}) {
      assertTrue(result.out().contains(what), result::out);
    }
    JsonNode json = Json.parse(Cli.run("doctor", "--json").out());
    assertTrue(json.size() >= 7, json::toString);
  }
}
