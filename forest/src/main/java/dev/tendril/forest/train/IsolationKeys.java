package dev.tendril.forest.train;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.DiscretizedColumn;
import dev.tendril.data.Field;
import dev.tendril.forest.options.TreeParameters.MissingValuePolicy;
import dev.tendril.forest.tree.Condition;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A column of one small whole number a row: a truth value, a category or a bin.
///
/// * Truth values are tested for being true.
/// * Bins are cut at a random place, as numbers are.
/// * Categories are tested for being in a random subset. One category of the node is in it, another
///   one is not, and each of the others is with probability 1/2, also those that no row of the node
///   has: so rows that are predicted later find them on either side.
///
/// @param index position of the column in the schema
/// @param key the key of a row; -1 when missing
/// @param arity the number of keys
/// @param usual what stands in for a missing value in the whole table
record IsolationKeys(
    Kind kind, int index, IntUnaryOperator key, int arity, int usual, MissingValuePolicy policy)
    implements IsolationColumn {
  /// What keys are.
  enum Kind {
    TRUTH,
    BIN,
    CATEGORY
  }

  /// With more categories than this, those that no row of the node has are left out of the subset:
  /// a condition would become too large.
  private static final int MOST_CATEGORIES = 1 << 12;

  static IsolationKeys of(int index, BooleanColumn flags, MissingValuePolicy policy) {
    int usual = ((Field.Bool) flags.field().details()).mostFrequent() ? 1 : 0;
    return new IsolationKeys(Kind.TRUTH, index, flags::value, 2, usual, policy);
  }

  static IsolationKeys of(int index, CategoricalColumn values, MissingValuePolicy policy) {
    return new IsolationKeys(
        Kind.CATEGORY,
        index,
        values::code,
        values.vocabulary().size(),
        values.vocabulary().mostFrequent(),
        policy);
  }

  static IsolationKeys of(int index, DiscretizedColumn bins, MissingValuePolicy policy) {
    return new IsolationKeys(
        Kind.BIN,
        index,
        row -> bins.isMissing(row) ? -1 : bins.bin(row),
        bins.details().boundaries().length + 1,
        bins.details().bin((float) bins.details().numerical().mean()),
        policy);
  }

  @Override
  public @Nullable Test test(int[] rows, int from, int to, SplitMix random, byte[] side) {
    int[] keys = new int[to - from];
    int replacement = read(rows, from, random, keys);
    int[] present = Arrays.stream(keys).sorted().distinct().toArray();
    if (present.length < 2) {
      return null;
    }
    return switch (kind) {
      case TRUTH -> {
        markFrom(1, keys, rows, from, side);
        yield new Test(new Condition.IsTrue(index), replacement == 1);
      }
      case BIN -> {
        int least = present[0];
        int bin = least + 1 + random.nextInt(present[present.length - 1] - least);
        markFrom(bin, keys, rows, from, side);
        yield new Test(new Condition.BinAtLeast(index, bin), replacement >= bin);
      }
      case CATEGORY -> {
        Condition.Contains subset = new Condition.Contains(index, subset(present, random));
        for (int i = 0; i < keys.length; i++) {
          side[rows[from + i]] = (byte) (subset.contains(keys[i]) ? 1 : 0);
        }
        yield new Test(subset, subset.contains(replacement));
      }
    };
  }

  private static void markFrom(int least, int[] keys, int[] rows, int from, byte[] side) {
    for (int i = 0; i < keys.length; i++) {
      side[rows[from + i]] = (byte) (keys[i] >= least ? 1 : 0);
    }
  }

  private int[] subset(int[] present, SplitMix random) {
    int in = random.nextInt(present.length);
    int out = (in + 1 + random.nextInt(present.length - 1)) % present.length;
    int[] candidates = present;
    if (arity <= MOST_CATEGORIES) {
      candidates = new int[arity];
      Arrays.setAll(candidates, category -> category);
    }
    int[] subset = new int[candidates.length];
    int n = 0;
    for (int category : candidates) {
      boolean coin = random.nextBoolean();
      if (category == present[in] || (coin && category != present[out])) {
        subset[n++] = category;
      }
    }
    return Arrays.copyOf(subset, n);
  }

  /// Reads the keys of the node's rows, with something in the place of those that are missing.
  ///
  /// @return what stands in for a missing value in predictions
  private int read(int[] rows, int from, SplitMix random, int[] keys) {
    int present = 0;
    for (int i = 0; i < keys.length; i++) {
      keys[i] = key.applyAsInt(rows[from + i]);
      present += keys[i] < 0 ? 0 : 1;
    }
    if (present == keys.length && policy == MissingValuePolicy.GLOBAL_IMPUTATION) {
      return usual;
    }
    int[] known = Arrays.stream(keys).filter(value -> value >= 0).toArray();
    boolean global = policy == MissingValuePolicy.GLOBAL_IMPUTATION || known.length == 0;
    int replacement = global ? usual : local(known);
    boolean draw = !global && policy == MissingValuePolicy.RANDOM_LOCAL_IMPUTATION;
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] < 0) {
        keys[i] = draw ? known[random.nextInt(known.length)] : replacement;
      }
    }
    return replacement;
  }

  /// The mean bin, or the most frequent category; of equals the first.
  private int local(int[] known) {
    if (kind == Kind.BIN) {
      return (int) Math.rint(Arrays.stream(known).average().orElse(usual));
    }
    int[] sorted = known.clone();
    Arrays.sort(sorted);
    int best = sorted[0];
    int most = 0;
    int run = 0;
    for (int i = 0; i < sorted.length; i++) {
      run = i > 0 && sorted[i] == sorted[i - 1] ? run + 1 : 1;
      if (run > most) {
        most = run;
        best = sorted[i];
      }
    }
    return best;
  }
}
