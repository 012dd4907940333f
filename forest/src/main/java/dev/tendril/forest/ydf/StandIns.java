package dev.tendril.forest.ydf;

import dev.tendril.data.Schema;
import dev.tendril.data.Vocabulary;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// Which category stands in for a missing one.
///
/// YDF keeps a most frequent value for each categorical column, and its fast engines put it in the
/// place of missing values. That is only right, and they only accept a model, if every condition
/// sends it where the condition sends missing values. Mostly it is the most frequent value by
/// count. Where the trees say otherwise, as in models that were trained with another stand-in, it
/// is the first value that all conditions agree on, and the most frequent one if there is none.
final class StandIns {
  private final Schema schema;

  /// The values of a column that all conditions so far send where they send missing ones.
  private final Map<Integer, BitSet> agreeing = new HashMap<>();

  StandIns(Forest forest) {
    this.schema = forest.schema();
    forest
        .trees()
        .forEach(
            tree ->
                tree.forEach(
                    (node, _) -> {
                      if (node instanceof Node.Split split
                          && split.condition() instanceof Condition.Contains contains) {
                        add(contains, split.missingIsPositive());
                      }
                    }));
  }

  private void add(Condition.Contains contains, boolean missingIsPositive) {
    int size = schema.field(contains.attribute()).vocabulary().size();
    BitSet positive = new BitSet(size);
    for (int value : contains.values()) {
      positive.set(value);
    }
    if (!missingIsPositive) {
      positive.flip(0, size);
    }
    BitSet known = agreeing.get(contains.attribute());
    if (known == null) {
      agreeing.put(contains.attribute(), positive);
    } else {
      known.and(positive);
    }
  }

  /// The stand-in of a categorical column; 0 for others.
  int of(int attribute) {
    return switch (schema.field(attribute).semantic()) {
      case CATEGORICAL, CATEGORICAL_SET -> {
        Vocabulary vocabulary = schema.field(attribute).vocabulary();
        int mostFrequent = vocabulary.mostFrequent();
        BitSet agreed = agreeing.get(attribute);
        yield agreed == null || agreed.isEmpty() || agreed.get(mostFrequent)
            ? mostFrequent
            : agreed.nextSetBit(0);
      }
      case NUMERICAL, BOOLEAN, TEXT, HASH, DISCRETIZED_NUMERICAL, NUMERICAL_VECTOR_SEQUENCE -> 0;
    };
  }
}
