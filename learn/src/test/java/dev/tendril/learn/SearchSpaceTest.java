package dev.tendril.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SearchSpaceTest {
  private static final SearchSpace SPACE =
      SearchSpace.EMPTY
          .with("rate", 0.5, 0.25)
          .when("kind", "deep", SearchSpace.EMPTY.with("depth", 3, 4, 6))
          .when("kind", "wide", SearchSpace.EMPTY.with("leaves", 8, 16));

  /// What [#SPACE] searches.
  public static final class Knobs extends Hyperparameters {
    /// Forms.
    public enum Kind {
      DEEP,
      WIDE
    }

    @Hyperparameter(value = "Rate.", min = 0, max = 1)
    public double rate = 0.1;

    @Hyperparameter("Kind.")
    public Kind kind = Kind.DEEP;

    @Hyperparameter(value = "Depth.", min = 1)
    public int depth = 2;

    @Hyperparameter(value = "Leaves.", min = 1)
    public int leaves = 2;

    @Override
    public List<Template> templates() {
      return List.of(
          new Template("fast@1", "Quick.", Map.of("rate", "0.5")),
          new Template("fast@2", "Quicker.", Map.of("rate", "0.9", "kind", "wide")));
    }
  }

  @Test
  void everyCombinationIsThereOnce() {
    assertEquals(10, SPACE.size());
    List<Map<String, String>> all = SPACE.all();
    assertEquals(10, all.size());
    assertEquals(10, new HashSet<>(all).size());
    assertTrue(all.contains(Map.of("rate", "0.25", "kind", "wide", "leaves", "16")), all::toString);
    for (Map<String, String> values : all) {
      assertEquals(values.get("kind"), values.containsKey("depth") ? "deep" : "wide");
    }
  }

  @Test
  void drawsAreCombinationsAndEachCandidateIsAsProbable() {
    Set<Map<String, String>> all = new HashSet<>(SPACE.all());
    Random random = new Random(3);
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < 3000; i++) {
      Map<String, String> drawn = SPACE.draw(random);
      assertTrue(all.contains(drawn), drawn::toString);
      drawn.forEach((name, value) -> counts.merge(name + "=" + value, 1, Integer::sum));
    }
    assertEquals(1500, counts.getOrDefault("kind=wide", 0), 120);
    assertEquals(500, counts.getOrDefault("depth=6", 0), 100);
    assertEquals(750, counts.getOrDefault("leaves=8", 0), 110);
  }

  @Test
  void theJsonFormComesBack() {
    SearchSpace read =
        SearchSpace.parse(
            "{\"rate\":[0.5,0.25],\"kind\":{\"deep\":{\"depth\":[3,4,6]},\"wide\":{\"leaves\":[8,16]}}}");
    assertEquals(SPACE, read);
    assertEquals(SPACE, SearchSpace.parse(SPACE.toJson()));
  }

  @Test
  void hugeSpacesHaveASize() {
    SearchSpace space = SearchSpace.EMPTY;
    for (int i = 0; i < 30; i++) {
      space = space.with("x" + i, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }
    assertEquals(Long.MAX_VALUE, space.size());
  }

  @Test
  void wrongSpacesAreRefused() {
    SPACE.check(new Knobs());
    refused("depht", () -> SearchSpace.EMPTY.with("depht", 3).check(new Knobs()));
    refused("did you mean \"depth\"", () -> SearchSpace.EMPTY.with("depht", 3).check(new Knobs()));
    refused("rate cannot be \"7.0\"", () -> SearchSpace.EMPTY.with("rate", 7).check(new Knobs()));
    refused(
        "searched twice at once",
        () -> SPACE.when("depth", 3, SearchSpace.EMPTY.with("rate", 0.5)).check(new Knobs()));
    refused("twice", () -> SearchSpace.EMPTY.with("rate", 0.5, 0.5));
    refused("line 1", () -> SearchSpace.parse("{\"rate\": [0.5,"));
    refused("at /rate", () -> SearchSpace.parse("{\"rate\": 0.5}"));
    refused("at /rate", () -> SearchSpace.parse("{\"rate\": [[1]]}"));
    refused("at /kind/deep", () -> SearchSpace.parse("{\"kind\": {\"deep\": [1]}}"));
    refused("expected an object", () -> SearchSpace.parse("[1]"));
  }

  @Test
  void overridingReplacesWholeDimensions() {
    SearchSpace other = SPACE.override(SearchSpace.EMPTY.with("kind", "deep"));
    assertEquals(2, other.size());
  }

  @Test
  void templatesSetTheirValues() {
    Knobs knobs = new Knobs();
    knobs.depth = 7;
    knobs.apply("fast@1");
    assertEquals(0.5, knobs.rate);
    knobs.apply("fast");
    assertEquals(0.9, knobs.rate);
    assertEquals(Knobs.Kind.WIDE, knobs.kind);
    assertEquals(7, knobs.depth);
    refused("the templates are fast@1, fast@2", () -> knobs.apply("slow@1"));
  }

  private static void refused(String expected, Runnable action) {
    String message =
        String.valueOf(assertThrows(IllegalArgumentException.class, action::run).getMessage());
    assertTrue(message.contains(expected), message);
    assertEquals(1, message.lines().count(), message);
  }
}
