package dev.tendril.forest.train;

import dev.tendril.forest.options.TreeParameters;
import dev.tendril.forest.tree.Condition;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds a test of a sequence of vectors that splits a node well: "some vector lies within a
/// distance of the anchor", or "some vector has at least this scalar product with the anchor".
///
/// Anchors are drawn from the node's own vectors, since the space is large and the data fill little
/// of it (as in shapelets, Ye and Keogh 2009, and in random projections of differences): a vector
/// to be near to, and the difference of two vectors as a direction. By an anchor every sequence is
/// one number, [SequenceTest], and the best cut between two numbers is found as for any numerical
/// attribute.
///
/// On large nodes the anchors are compared by a sample of the rows; the best of each kind is then
/// searched on all of them, so that its threshold and its score are as exact as those of other
/// attributes.
final class SequenceSearch {
  private final TreeParameters parameters;
  private final SplitSearch.Site site;
  private final int attribute;
  private final Attribute.Vectors vectors;
  private final Scratch scratch;

  SequenceSearch(
      GrowthRules rules,
      SplitSearch.Site site,
      int attribute,
      Attribute.Vectors vectors,
      Scratch scratch) {
    this.parameters = rules.parameters();
    this.site = site;
    this.attribute = attribute;
    this.vectors = vectors;
    this.scratch = scratch;
  }

  @Nullable Cut search(SplitMix random) {
    int[] filled = filled();
    if (filled.length == 0) {
      return null;
    }
    SplitSearch.Site some = sample(random);
    @Nullable Cut best = null;
    for (boolean near : new boolean[] {true, false}) {
      boolean wanted =
          near
              ? parameters.numericalVectorSequenceEnableCloserThan
              : parameters.numericalVectorSequenceEnableProjectedMoreThan;
      if (wanted) {
        best = SplitSearch.better(best, search(near, filled, some, random));
      }
    }
    return best;
  }

  /// The node's rows that have a vector.
  private int[] filled() {
    int[] starts = vectors.starts();
    return Arrays.stream(site.rows(), site.from(), site.to())
        .filter(row -> starts[row + 1] > starts[row])
        .toArray();
  }

  /// The node, or where it is large a sample of it, with a bar of its own.
  private SplitSearch.Site sample(SplitMix random) {
    int size = parameters.numericalVectorSequenceNumExamples;
    if (site.size() <= size) {
      return site;
    }
    int[] rows = Arrays.copyOfRange(site.rows(), site.from(), site.to());
    for (int i = 0; i < size; i++) {
      int j = i + random.nextInt(rows.length - i);
      int swapped = rows[i];
      rows[i] = rows[j];
      rows[j] = swapped;
    }
    int[] drawn = Arrays.copyOf(rows, size);
    Arrays.sort(drawn);
    long[] whole = new long[site.whole().length];
    site.target().sum(drawn, 0, size, whole);
    return new SplitSearch.Site(
        site.target(), drawn, 0, size, whole, site.seed(), new SplitSearch.Bar());
  }

  private @Nullable Cut search(boolean near, int[] filled, SplitSearch.Site some, SplitMix random) {
    @Nullable Cut best = null;
    @Nullable SequenceTest bestTest = null;
    for (int i = 0; i < parameters.numericalVectorSequenceNumRandomAnchors; i++) {
      float[] anchor = draw(filled, random);
      if (!near) {
        float[] origin = draw(filled, random);
        for (int k = 0; k < anchor.length; k++) {
          anchor[k] -= origin[k];
        }
      }
      SequenceTest test = new SequenceTest(near, anchor, 0);
      Cut cut = finite(anchor) ? cut(some, test) : null;
      if (cut != null) {
        some.bar().raise(cut.score());
        bestTest = cut.score() > (best == null ? 0 : best.score()) ? test : bestTest;
        best = SplitSearch.better(best, cut);
      }
    }
    return bestTest == null || some.size() == site.size() ? best : cut(site, bestTest);
  }

  /// A vector of a row.
  private float[] draw(int[] filled, SplitMix random) {
    int row = filled[random.nextInt(filled.length)];
    int start = vectors.starts()[row];
    int at = start + random.nextInt(vectors.starts()[row + 1] - start);
    int length = vectors.length();
    return Arrays.copyOfRange(vectors.values(), at * length, (at + 1) * length);
  }

  private static boolean finite(float[] anchor) {
    for (float component : anchor) {
      if (!Float.isFinite(component)) {
        return false;
      }
    }
    return true;
  }

  /// The best cut of a node by one anchor.
  private @Nullable Cut cut(SplitSearch.Site node, SequenceTest test) {
    int n = node.size();
    long[] sorted = scratch.sorted;
    for (int i = 0; i < n; i++) {
      int row = node.rows()[node.from() + i];
      int key = TrainingTable.sortable(test.value(vectors, row) + 0f);
      sorted[i] = (long) key << 32 | row;
    }
    Radix.sort(sorted, n, scratch.spare);
    if (sorted[0] >>> 32 == sorted[n - 1] >>> 32) {
      return null;
    }
    int at = node.target().scan(sorted, 0, n, node.whole(), node.bar().score(), scratch.score);
    if (at < 0) {
      return at == Target.BELOW_BAR ? Cut.NONE : null;
    }
    float threshold = SplitSearch.threshold(value(sorted[at - 1]), value(sorted[at]));
    Condition condition = test.condition(vectors.column(), threshold);
    return new Cut(scratch.score[0], attribute, condition, false, 0);
  }

  private static float value(long entry) {
    return TrainingTable.unsortable((int) (entry >>> 32));
  }
}
