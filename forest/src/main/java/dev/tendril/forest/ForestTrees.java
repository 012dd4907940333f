package dev.tendril.forest;

import dev.tendril.core.op.Trees;
import dev.tendril.data.Field;
import dev.tendril.forest.engine.Engine;
import dev.tendril.forest.engine.Layout;
import dev.tendril.forest.engine.Rows;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A forest for graphs: turns rows of floats into the cells that engines read, and asks the model's
/// engine, so that the answers are the model's. Blocks of rows are kept from one call to the next.
///
/// Numbers of discretized features are put into their bins here. What stands beyond a vocabulary is
/// out of vocabulary.
final class ForestTrees implements Trees {
  private static final int BLOCK = 256;

  private final Layout layout;
  private final Engine engine;
  private final int trees;
  private final ConcurrentLinkedQueue<Rows> idle = new ConcurrentLinkedQueue<>();

  ForestTrees(Layout layout, Engine engine, int trees) {
    this.layout = layout;
    this.engine = engine;
    this.trees = trees;
  }

  @Override
  public int features() {
    return layout.slots();
  }

  @Override
  public int outputs() {
    return engine.outputs();
  }

  @Override
  public int trees() {
    return trees;
  }

  @Override
  public void predict(float[] rows, int count, float[] out) {
    Rows block = idle.poll();
    if (block == null) {
      block = new Rows(layout, BLOCK);
    }
    for (int from = 0; from < count; from += BLOCK) {
      int some = Math.min(BLOCK, count - from);
      fill(rows, from, some, block);
      engine.predict(block, some, out, from * outputs());
    }
    idle.add(block);
  }

  private void fill(float[] rows, int from, int count, Rows block) {
    int slots = layout.slots();
    int[] cells = block.cells();
    int begin = from * slots;
    int end = count * slots;
    // All NaN alike: some engines compare the bits of floats.
    for (int i = 0; i < end; i++) {
      cells[i] = Float.floatToIntBits(rows[begin + i]);
    }
    for (int slot = 0; slot < slots; slot++) {
      switch (layout.field(slot).details()) {
        case Field.Numerical _ -> {}
        case Field.Bool _ -> {
          for (int i = slot; i < end; i += slots) {
            float value = rows[begin + i];
            cells[i] = Float.isNaN(value) ? Rows.MISSING : value >= 0.5f ? 1 : 0;
          }
        }
        case Field.Categorical categorical -> {
          int size = categorical.vocabulary().size();
          for (int i = slot; i < end; i += slots) {
            float value = rows[begin + i];
            cells[i] =
                Float.isNaN(value) ? Rows.MISSING : value > 0 && value < size ? (int) value : 0;
          }
        }
        case Field.Discretized discretized -> {
          for (int i = slot; i < end; i += slots) {
            float value = rows[begin + i];
            cells[i] = Float.isNaN(value) ? Rows.MISSING : discretized.bin(value);
          }
        }
        case Field.CategoricalSet _, Field.VectorSequence _, Field.Text _, Field.Hash _ ->
            throw new IllegalStateException(layout.field(slot).name());
      }
    }
  }

  @Override
  public String toString() {
    return trees + " trees";
  }
}
