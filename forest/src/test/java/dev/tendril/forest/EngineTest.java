package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.data.Frame;
import dev.tendril.forest.engine.FlatEngine;
import dev.tendril.forest.engine.FrameFeed;
import dev.tendril.forest.engine.Layout;
import dev.tendril.forest.engine.ReferenceEngine;
import dev.tendril.forest.engine.Rows;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
