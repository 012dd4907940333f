package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.Frame;
import dev.tendril.forest.engine.AdaptiveEngine;
import dev.tendril.forest.engine.Engine;
import dev.tendril.forest.engine.Engines;
import dev.tendril.forest.engine.FlatEngine;
import dev.tendril.forest.engine.FrameFeed;
import dev.tendril.forest.engine.Layout;
import dev.tendril.forest.engine.ReferenceEngine;
import dev.tendril.forest.engine.Rows;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
  @TempDir Path folder;

  @Test
  void flatEngineGivesTheBitsOfTheReference() {
    Set<Class<?>> seen = new HashSet<>();
    for (int round = 0; round < 15; round++) {
      for (String kind : RandomForests.KINDS) {
        long seed = 1000L * round + kind.hashCode();
        RandomForests random = new RandomForests(seed);
        ForestModel model = random.model(kind);
        Forest forest = model.forest();
        Frame frame = random.frame(100);
        Layout layout = new Layout(forest);
        Rows rows = new Rows(layout, 100);
        new FrameFeed(layout, frame).fill(0, 100, rows);
        float[] expected = new float[100 * model.outputs()];
        float[] actual = new float[100 * model.outputs()];
        new ReferenceEngine(forest, layout).predict(rows, 100, expected, 0);
        new FlatEngine(forest, layout).predict(rows, 100, actual, 0);
        String place = kind + ", seed " + seed;
        assertArrayEquals(expected, actual, place);
        int[] expectedLeaves = new int[100 * model.trees().size()];
        int[] actualLeaves = new int[expectedLeaves.length];
        new ReferenceEngine(forest, layout).leaves(rows, 100, expectedLeaves, 0);
        new FlatEngine(forest, layout).leaves(rows, 100, actualLeaves, 0);
        assertArrayEquals(expectedLeaves, actualLeaves, place);
        forest
            .trees()
            .forEach(
                tree ->
                    tree.forEach(
                        (node, _) -> {
                          if (node instanceof dev.tendril.forest.tree.Node.Split split) {
                            seen.add(split.condition().getClass());
                          }
                        }));
      }
    }
    assertEquals(
        new HashSet<>(List.of(Condition.class.getPermittedSubclasses())),
        seen,
        "conditions that were tested");
    assertEquals(3, Combination.class.getPermittedSubclasses().length);
  }

  @Test
  void everyEngineGivesTheBitsOfTheReference() {
    Map<String, Integer> ran = new TreeMap<>();
    for (RandomForests.Conditions conditions : RandomForests.Conditions.values()) {
      for (int round = 0; round < 3; round++) {
        for (int depth : new int[] {1, 4, 8, 13}) {
          for (String kind : RandomForests.KINDS) {
            long seed = 1000L * round + kind.hashCode() + depth;
            int trees = depth == 8 ? 120 : 12;
            RandomForests random = new RandomForests(seed, 300, trees).with(conditions, depth);
            String place = kind + " on " + conditions + ", depth " + depth + ", seed " + seed;
            compare(random.model(kind), random.frame(150), place)
                .forEach(name -> ran.merge(name, 1, Integer::sum));
          }
        }
      }
    }
    int all = RandomForests.Conditions.values().length * 3 * 4 * RandomForests.KINDS.size();
    assertEquals(all, ran.get("flat"), ran::toString);
    assertTrue(ran.getOrDefault("keyed", 0) > all / 3, ran::toString);
    boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    assertEquals(vectors, ran.getOrDefault("row lanes", 0) > all / 4, ran::toString);
    assertEquals(vectors, ran.getOrDefault("tree lanes", 0) > all / 6, ran::toString);
  }

  /// Compares all engines with the reference on a block of rows, on its first rows, and row by row.
  ///
  /// @return the names of the engines that can run the model
  private static List<String> compare(ForestModel model, Frame frame, String place) {
    int count = frame.rows();
    int outputs = model.outputs();
    Forest forest = model.forest();
    Layout layout = new Layout(forest);
    Rows rows = new Rows(layout, count);
    new FrameFeed(layout, frame).fill(0, count, rows);
    float[] expected = new float[count * outputs];
    new ReferenceEngine(forest, layout).predict(rows, count, expected, 0);
    List<String> ran = new ArrayList<>();
    for (Engines.Candidate candidate :
        new Engines(forest, layout, new FlatEngine(forest, layout)).candidates()) {
      Engine engine = candidate.engine();
      if (engine == null) {
        assertNotNull(candidate.refusal());
        continue;
      }
      ran.add(candidate.name());
      String what = candidate.name() + ", " + place;
      float[] block = new float[1 + count * outputs];
      engine.predict(rows, count, block, 1);
      assertArrayEquals(expected, Arrays.copyOfRange(block, 1, block.length), what);
      for (int some : new int[] {1, 9, 64, 70}) {
        float[] few = new float[some * outputs];
        engine.predict(rows, some, few, 0);
        assertArrayEquals(Arrays.copyOf(expected, few.length), few, what);
      }
    }
    return ran;
  }

  @Test
  void goesOverToFasterEnginesUnnoticed() {
    RandomForests random = new RandomForests(5, 300, 60).with(RandomForests.Conditions.ORDERED, 8);
    ForestModel model = random.model("binary");
    Layout layout = new Layout(model.forest());
    AdaptiveEngine engine = new AdaptiveEngine(model.forest(), layout, (_, _, _, _) -> true);
    Rows rows = new Rows(layout, 256);
    Rows one = new Rows(layout, 1);
    Frame frame = random.frame(256);
    FrameFeed feed = new FrameFeed(layout, frame);
    feed.fill(0, 256, rows);
    feed.fill(0, 1, one);
    float[] expected = model.predictByReference(frame).values();
    float[] actual = new float[expected.length];
    float[] first = new float[2];
    do {
      for (int i = 0; i < 100; i++) {
        engine.predict(rows, 256, actual, 0);
        assertArrayEquals(expected, actual);
        engine.predict(one, 1, first, 0);
        assertArrayEquals(Arrays.copyOf(expected, 2), first);
      }
    } while (!engine.settled());
    engine.predict(rows, 256, actual, 0);
    assertArrayEquals(expected, actual);
    engine.predict(one, 1, first, 0);
    assertArrayEquals(Arrays.copyOf(expected, 2), first);
    Engines engines = new Engines(model.forest(), layout, new FlatEngine(model.forest(), layout));
    assertEquals(
        List.of(engines.one().getLast().name(), engines.many().getLast().name()), engine.chosen());
  }

  @Test
  void boostingWithoutTreesGivesTheInitialPrediction() {
    RandomForests random = new RandomForests(3);
    Forest some = random.model("multi").forest();
    Forest none =
        new Forest(
            some.task(),
            some.schema(),
            some.features(),
            some.combination(),
            List.of(),
            Map.of(),
            List.of());
    ForestModel model = ForestModel.of(none, dev.tendril.learn.Provenance.UNKNOWN, null);
    compare(model, random.frame(70), "no trees");
    assertEquals(3, model.predict(random.frame(1)).values().length);
  }

  @Test
  void predictsTheSameWhateverTheBlock() {
    RandomForests random = new RandomForests(7);
    ForestModel model = random.model("mean");
    Frame frame = random.frame(1000);
    float[] all = model.predict(frame).values();
    int[] picked = {999, 0, 512, 255, 256};
    for (int row : picked) {
      float[] alone = model.predict(frame.rows(new int[] {row})).values();
      assertArrayEquals(Arrays.copyOfRange(all, row * 3, row * 3 + 3), alone);
    }
    assertEquals(12, model.leaves(frame)[999].length);
  }

  @Test
  void keepsEveryKindOfModelInFiles() {
    for (String kind : RandomForests.KINDS) {
      RandomForests random = new RandomForests(kind.hashCode());
      ForestModel model = random.model(kind);
      Path here = folder.resolve(kind);
      model.save(here);
      ForestModel again = ForestModel.load(here);
      assertEquals(model.forest(), again.forest(), kind);
      Frame frame = random.frame(50);
      assertArrayEquals(model.predict(frame).values(), again.predict(frame).values(), kind);
    }
  }
}
