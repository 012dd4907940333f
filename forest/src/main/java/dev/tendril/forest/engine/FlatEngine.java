package dev.tendril.forest.engine;

import dev.tendril.forest.tree.Forest;

/// The engine that knows every condition: walks a [FlatForest] tree by tree over all rows of a
/// block, so that a tree stays in the cache while it is in use. Nothing is allocated.
public final class FlatEngine implements Engine {
  private final Answers answers;
  private final FlatForest flat;
  private final int[] nodes;
  private final int[] leafOf;

  public FlatEngine(Forest forest, Layout layout) {
    this.answers = new Answers(forest);
    this.flat = FlatForest.compile(forest, layout, answers);
    this.nodes = flat.nodes;
    this.leafOf = new int[nodes.length / FlatForest.STRIDE];
    int leaf = 0;
    int tree = 0;
    for (int i = 0; i < leafOf.length; i++) {
      if (tree < flat.roots.length && flat.roots[tree] == i * FlatForest.STRIDE) {
        leaf = 0;
        tree++;
      }
      if (nodes[i * FlatForest.STRIDE] >>> FlatForest.SLOT_BITS == FlatForest.LEAF) {
        leafOf[i] = leaf++;
      }
    }
  }

  @Override
  public String name() {
    return "flat";
  }

  @Override
  public int outputs() {
    return answers.outputs();
  }

  @Override
  public void predict(Rows rows, int count, float[] out, int offset) {
    answers.start(out, offset, count);
    int outputs = answers.outputs();
    int slots = rows.layout().slots();
    float[] values = flat.values;
    for (int root : flat.roots) {
      for (int row = 0; row < count; row++) {
        int leaf = walk(root, rows, row * slots);
        int at = offset + row * outputs + (nodes[leaf] & FlatForest.SLOT_MASK);
        int value = nodes[leaf + 1];
        for (int i = 0; i < nodes[leaf + 2]; i++) {
          out[at + i] += values[value + i];
        }
      }
    }
    answers.finish(out, offset, count);
  }

  /// Finds the leaf that each row reaches in each tree.
  ///
  /// @param out `[count, trees]` from `offset` on: the leaf's number within its tree, counted in
  ///     pre-order, the negative side first
  public void leaves(Rows rows, int count, int[] out, int offset) {
    int trees = flat.roots.length;
    int slots = rows.layout().slots();
    for (int t = 0; t < trees; t++) {
      for (int row = 0; row < count; row++) {
        int node = walk(flat.roots[t], rows, row * slots);
        out[offset + row * trees + t] = leafOf[node / FlatForest.STRIDE];
      }
    }
  }

  /// The leaf that a row reaches.
  ///
  /// @param base the position of the row's first cell
  private int walk(int root, Rows rows, int base) {
    int[] tests = nodes;
    int[] cells = rows.cells();
    int node = root;
    while (true) {
      int head = tests[node];
      int kind = head >>> FlatForest.SLOT_BITS;
      if (kind == FlatForest.LEAF) {
        return node;
      }
      int cell = cells[base + (head & FlatForest.SLOT_MASK)];
      int operand = tests[node + 1];
      boolean positive =
          switch (kind) {
            case FlatForest.AT_LEAST -> Float.intBitsToFloat(cell) >= Float.intBitsToFloat(operand);
            case FlatForest.AT_LEAST_OR_MISSING ->
                !(Float.intBitsToFloat(cell) < Float.intBitsToFloat(operand));
            case FlatForest.BITMAP ->
                ((flat.words[operand + ((cell + 1) >> 6)] >>> (cell + 1)) & 1) != 0;
            default -> rare(kind, cell, operand, rows, base);
          };
      node = positive ? tests[node + 2] : node + FlatForest.STRIDE;
    }
  }

  private boolean rare(int kind, int cell, int operand, Rows rows, int base) {
    boolean missing = cell == Rows.MISSING;
    return switch (kind) {
      case FlatForest.CODE_AT_LEAST -> !missing && cell >= operand;
      case FlatForest.CODE_AT_LEAST_OR_MISSING -> missing || cell >= operand;
      case FlatForest.LIST -> !missing && listed(cell, operand);
      case FlatForest.LIST_OR_MISSING -> missing || listed(cell, operand);
      case FlatForest.SET_BITMAP -> {
        long[] words = flat.words;
        if (missing) {
          yield (words[operand] & 1) != 0;
        }
        int[] items = rows.items();
        for (int i = cell + items[cell]; i > cell; i--) {
          int bit = items[i] + 1;
          if (((words[operand + (bit >> 6)] >>> bit) & 1) != 0) {
            yield true;
          }
        }
        yield false;
      }
      case FlatForest.SET_LIST -> !missing && anyListed(cell, operand, rows.items());
      case FlatForest.SET_LIST_OR_MISSING -> missing || anyListed(cell, operand, rows.items());
      case FlatForest.MISSING_NUMBER -> Float.isNaN(Float.intBitsToFloat(cell));
      case FlatForest.MISSING_CODE -> missing;
      case FlatForest.OBLIQUE -> oblique(operand, rows.cells(), base, false);
      case FlatForest.OBLIQUE_OR_MISSING -> oblique(operand, rows.cells(), base, true);
      case FlatForest.CLOSER -> !missing && closer(cell, operand, rows);
      case FlatForest.CLOSER_OR_MISSING -> missing || closer(cell, operand, rows);
      case FlatForest.PROJECTED -> !missing && projected(cell, operand, rows);
      case FlatForest.PROJECTED_OR_MISSING -> missing || projected(cell, operand, rows);
      default -> throw new IllegalStateException("condition of kind " + kind);
    };
  }

  private boolean listed(int value, int operand) {
    int[] ints = flat.ints;
    int low = operand + 1;
    int high = operand + ints[operand];
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (ints[middle] < value) {
        low = middle + 1;
      } else if (ints[middle] > value) {
        high = middle - 1;
      } else {
        return true;
      }
    }
    return false;
  }

  private boolean anyListed(int cell, int operand, int[] items) {
    for (int i = cell + items[cell]; i > cell; i--) {
      if (listed(items[i], operand)) {
        return true;
      }
    }
    return false;
  }

  private boolean oblique(int operand, int[] cells, int base, boolean missingIsPositive) {
    int[] ints = flat.ints;
    float[] floats = flat.floats;
    int count = ints[operand];
    int weights = ints[operand + 1 + count];
    boolean replaced = ints[operand + 2 + count] != 0;
    int threshold = weights + count;
    float sum = 0;
    for (int i = 0; i < count; i++) {
      float value = Float.intBitsToFloat(cells[base + ints[operand + 1 + i]]);
      if (Float.isNaN(value)) {
        if (!replaced) {
          return missingIsPositive;
        }
        value = floats[threshold + 1 + i];
      }
      sum += value * floats[weights + i];
    }
    return sum >= floats[threshold];
  }

  private boolean closer(int cell, int operand, Rows rows) {
    int length = flat.ints[operand];
    int anchor = flat.ints[operand + 1];
    int at = rows.items()[cell + 1];
    for (int i = rows.items()[cell]; i > 0; i--, at += length) {
      float distance = 0;
      for (int j = 0; j < length; j++) {
        float difference = rows.vectors()[at + j] - flat.floats[anchor + j];
        distance += difference * difference;
      }
      if (distance <= flat.floats[anchor + length]) {
        return true;
      }
    }
    return false;
  }

  private boolean projected(int cell, int operand, Rows rows) {
    int length = flat.ints[operand];
    int anchor = flat.ints[operand + 1];
    int at = rows.items()[cell + 1];
    for (int i = rows.items()[cell]; i > 0; i--, at += length) {
      float product = 0;
      for (int j = 0; j < length; j++) {
        product += rows.vectors()[at + j] * flat.floats[anchor + j];
      }
      if (product >= flat.floats[anchor + length]) {
        return true;
      }
    }
    return false;
  }
}
