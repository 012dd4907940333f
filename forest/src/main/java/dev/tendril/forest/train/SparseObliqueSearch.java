package dev.tendril.forest.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Sparse oblique splits (Tomita et al. 2020, "Sparse Projection Oblique Randomer Forests", JMLR
/// 21): each node draws sums of a few attributes with random weights and keeps the best.
///
/// Of p numerical attributes, p^e sums are drawn, as [ProjectionDraw] does it. A feature that
/// predictions have to follow gets a weight of its direction, so that they have to follow the sum.
///
/// A sum that only repeats another, or turns its sign, is tried once.
final class SparseObliqueSearch extends ObliqueSearch {
  private static final int MOST = 6000;

  /// Nodes with fewer sums times rows are searched by one thread.
  private static final long GRAIN = 1 << 14;

  private final int count;
  private final ProjectionDraw draw;

  SparseObliqueSearch(TrainingTable table, GrowthRules rules, SplitSearch axis, int[] numerical) {
    super(table, rules, axis, numerical);
    double wanted = Math.pow(size(), rules.parameters().sparseObliqueNumProjectionsExponent);
    this.count = (int) Math.clamp(Math.ceil(wanted), 1, MOST);
    List<Attribute.Numerical> attributes =
        IntStream.range(0, size()).mapToObj(this::attribute).toList();
    this.draw =
        new ProjectionDraw(
            rules.parameters(),
            attributes.stream().map(Attribute.Numerical::values).toList(),
            attributes.stream().mapToInt(a -> rules.directions().of(a.column())).toArray());
  }

  @Override
  @Nullable Cut search(SplitSearch.Site site, Workers workers, Scratch.Pool scratches) {
    List<ProjectionDraw.Sum> drawn = draw(SplitMix.mix(site.seed(), SALT));
    @Nullable Cut best = null;
    if (workers.threads() > 1 && (long) site.size() * drawn.size() > GRAIN) {
      @Nullable Cut[] cuts = new Cut[drawn.size()];
      workers.forEach(
          cuts.length,
          i -> {
            Scratch scratch = scratches.borrow();
            cuts[i] = search(site, drawn.get(i), scratch);
            scratches.giveBack(scratch);
          });
      for (Cut cut : cuts) {
        best = SplitSearch.better(best, cut);
      }
      return best;
    }
    Scratch scratch = scratches.borrow();
    for (ProjectionDraw.Sum sum : drawn) {
      best = SplitSearch.better(best, search(site, sum, scratch));
    }
    scratches.giveBack(scratch);
    return best;
  }

  private @Nullable Cut search(SplitSearch.Site site, ProjectionDraw.Sum drawn, Scratch scratch) {
    if (drawn.attributes().length == 1) {
      return single(site, drawn.attributes()[0], scratch);
    }
    Attribute.Numerical[] attributes =
        Arrays.stream(drawn.attributes())
            .mapToObj(this::attribute)
            .toArray(Attribute.Numerical[]::new);
    return sum(site, new Projection(attributes, drawn.weights()), scratch);
  }

  private List<ProjectionDraw.Sum> draw(long seed) {
    SplitMix random = new SplitMix(seed);
    Set<Long> seen = new HashSet<>(2 * count);
    List<ProjectionDraw.Sum> sums = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ProjectionDraw.Sum sum = draw.draw(random);
      if (seen.add(sum.direction())) {
        sums.add(sum);
      }
    }
    return sums;
  }
}
