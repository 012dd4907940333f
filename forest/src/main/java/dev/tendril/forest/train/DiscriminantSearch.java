package dev.tendril.forest.train;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Oblique splits by discriminant analysis, as in the multi-class Hellinger linear discriminant
/// trees of Cañete-Sifuentes, Monroy and Medina-Pérez 2019 ("Classification Based on Multivariate
/// Contrast Patterns"), with the score of all other splits.
///
/// Greedy: the sum starts with the attribute that splits best by itself. Then each other attribute
/// is added on trial; [LinearDiscriminant] finds the weights, and the addition that gives the best
/// split is kept, as long as that improves and the sum is short.
///
/// The search needs scatters of the node's rows for a few attributes at a time: of each attribute
/// with itself and with those in the sum. Attributes are measured in standard deviations of the
/// node, so that a small constant on the diagonal keeps collinear ones solvable.
final class DiscriminantSearch extends ObliqueSearch {
  private static final double RIDGE = 1e-6;

  /// Nodes with fewer rows times attributes are searched by one thread.
  private static final long GRAIN = 1 << 14;

  DiscriminantSearch(TrainingTable table, GrowthRules rules, SplitSearch axis, int[] numerical) {
    super(table, rules, axis, numerical);
  }

  @Override
  @Nullable Cut search(SplitSearch.Site site, Workers workers, Scratch.Pool scratches) {
    if (!(site.target() instanceof ClassTarget target)) {
      throw new IllegalArgumentException(
          "split_axis mhld_oblique needs classes to tell apart: use it for classification by"
              + " random_forest or cart, or choose sparse_oblique");
    }
    int[] candidates = candidates(site);
    boolean wide = workers.threads() > 1 && (long) site.size() * candidates.length > GRAIN;
    Workers used = wide ? workers : Workers.CALLER;
    @Nullable Cut[] cuts = new Cut[size()];
    used.forEach(
        candidates.length,
        i -> {
          Scratch scratch = scratches.borrow();
          cuts[candidates[i]] = single(site, candidates[i], scratch);
          scratches.giveBack(scratch);
        });
    int first = best(cuts, candidates);
    Cut best = first < 0 ? null : cuts[first];
    if (best == null || rules.parameters().mhldObliqueMaxNumAttributes == 1) {
      return best;
    }
    Node node = new Node(site, target);
    node.measure(first);
    for (int added = first; added >= 0; ) {
      node.include(added);
      if (node.length == rules.parameters().mhldObliqueMaxNumAttributes) {
        break;
      }
      Arrays.fill(cuts, null);
      used.forEach(
          candidates.length,
          i -> {
            Projection projection = node.sumWith(candidates[i]);
            if (projection != null) {
              Scratch scratch = scratches.borrow();
              cuts[candidates[i]] = sum(site, projection, scratch);
              scratches.giveBack(scratch);
            }
          });
      added = best(cuts, candidates);
      Cut longer = added < 0 ? null : cuts[added];
      if (longer == null || longer.score() <= best.score()) {
        break;
      }
      best = longer;
    }
    return best;
  }

  private int[] candidates(SplitSearch.Site site) {
    int[] all = IntStream.range(0, size()).toArray();
    if (!rules.parameters().mhldObliqueSampleAttributes || rules.candidates() >= size()) {
      return all;
    }
    new SplitMix(SplitMix.mix(site.seed(), SALT)).shuffle(all);
    int[] drawn = Arrays.copyOf(all, rules.candidates());
    Arrays.sort(drawn);
    return drawn;
  }

  /// The attribute with the best cut, the first of equals; -1 when there is no cut.
  private static int best(@Nullable Cut[] cuts, int[] candidates) {
    int best = -1;
    double score = Double.NEGATIVE_INFINITY;
    for (int i : candidates) {
      Cut cut = cuts[i];
      if (cut != null && cut.score() > score) {
        best = i;
        score = cut.score();
      }
    }
    return best;
  }

  /// The moments of a node's rows, and the sum so far.
  private final class Node {
    private final SplitSearch.Site site;
    private final int[] classes;
    private final double[] weights;
    private final double[] classWeights;
    private final double weight;

    /// By attribute: its standard deviation at the node; 0 where it is constant.
    private final double[] deviations = new double[size()];

    /// By attribute: the mean of each class less that of the node, in standard deviations.
    private final double[] @Nullable [] means = new double[size()][];

    /// By attribute: its scatter with each attribute in the sum within the classes, and with itself
    /// last.
    private final double[][] within;

    /// The attributes in the sum.
    private final int[] included;

    /// Their values less the class means, in standard deviations.
    private final double[][] residuals;

    private int length;

    Node(SplitSearch.Site site, ClassTarget target) {
      this.site = site;
      int n = site.size();
      int most = Math.min(size(), rules.parameters().mhldObliqueMaxNumAttributes);
      this.classes = new int[n];
      this.weights = new double[n];
      this.classWeights = new double[target.classCount()];
      this.within = new double[size()][most + 1];
      this.included = new int[most];
      this.residuals = new double[most][];
      double sum = 0;
      for (int i = 0; i < n; i++) {
        int row = site.rows()[site.from() + i];
        classes[i] = target.classOf(row);
        weights[i] = target.weightOf(row);
        classWeights[classes[i]] += weights[i];
        sum += weights[i];
      }
      this.weight = sum;
    }

    /// Finds out how an attribute is spread, once.
    private void measure(int attribute) {
      if (means[attribute] != null) {
        return;
      }
      double[] values = values(attribute);
      double[] classMeans = new double[classWeights.length];
      double mean = 0;
      for (int i = 0; i < values.length; i++) {
        classMeans[classes[i]] += weights[i] * values[i];
        mean += weights[i] * values[i];
      }
      mean /= weight;
      double inside = 0;
      double between = 0;
      for (int c = 0; c < classMeans.length; c++) {
        classMeans[c] = classWeights[c] > 0 ? classMeans[c] / classWeights[c] : mean;
        between += classWeights[c] * (classMeans[c] - mean) * (classMeans[c] - mean);
      }
      for (int i = 0; i < values.length; i++) {
        double residual = values[i] - classMeans[classes[i]];
        inside += weights[i] * residual * residual;
      }
      double deviation = Math.sqrt((inside + between) / weight);
      boolean usable = deviation > 0 && !Double.isInfinite(deviation);
      deviations[attribute] = usable ? deviation : 0;
      for (int c = 0; c < classMeans.length; c++) {
        classMeans[c] = usable ? (classMeans[c] - mean) / deviation : 0;
      }
      within[attribute][within[attribute].length - 1] =
          usable ? inside / weight / deviation / deviation : 0;
      means[attribute] = classMeans;
    }

    private double[] values(int attribute) {
      Attribute.Numerical numbers = attribute(attribute);
      double[] values = new double[site.size()];
      for (int i = 0; i < values.length; i++) {
        float value = numbers.values()[site.rows()[site.from() + i]];
        values[i] = Float.isNaN(value) ? numbers.replacement() : value;
      }
      return values;
    }

    /// The residuals of a measured attribute within its class, in standard deviations.
    private double[] residuals(int attribute) {
      double[] values = values(attribute);
      double[] sums = new double[classWeights.length];
      for (int i = 0; i < values.length; i++) {
        sums[classes[i]] += weights[i] * values[i];
      }
      for (int i = 0; i < values.length; i++) {
        values[i] =
            (values[i] - sums[classes[i]] / classWeights[classes[i]]) / deviations[attribute];
      }
      return values;
    }

    /// Adds an attribute to the sum for good.
    void include(int attribute) {
      included[length] = attribute;
      residuals[length++] = residuals(attribute);
    }

    /// The best sum of the attributes so far and one more; null when that one has nothing to add.
    @Nullable Projection sumWith(int attribute) {
      if (Arrays.stream(included, 0, length).anyMatch(i -> i == attribute)) {
        return null;
      }
      measure(attribute);
      if (deviations[attribute] == 0 || deviations[included[0]] == 0) {
        return null;
      }
      double[] residual = residuals(attribute);
      double[] last = residuals[length - 1];
      double scatter = 0;
      for (int i = 0; i < residual.length; i++) {
        scatter += weights[i] * residual[i] * last[i];
      }
      within[attribute][length - 1] = scatter / weight;
      int[] sum = Arrays.copyOf(included, length + 1);
      sum[length] = attribute;
      double[] direction = direction(sum);
      return direction == null ? null : projection(sum, direction);
    }

    private double @Nullable [] direction(int[] sum) {
      double[][] inside = new double[sum.length][sum.length];
      double[][] between = new double[sum.length][sum.length];
      for (int i = 0; i < sum.length; i++) {
        double[] a = means(sum[i]);
        for (int j = 0; j <= i; j++) {
          double[] b = means(sum[j]);
          double scatter = 0;
          for (int c = 0; c < a.length; c++) {
            scatter += classWeights[c] / weight * a[c] * b[c];
          }
          double[] row = within[sum[i]];
          inside[i][j] = i == j ? row[row.length - 1] + RIDGE : row[j];
          inside[j][i] = inside[i][j];
          between[i][j] = scatter;
          between[j][i] = scatter;
        }
      }
      return LinearDiscriminant.direction(inside, between);
    }

    private double[] means(int attribute) {
      double[] measured = means[attribute];
      return measured == null ? new double[classWeights.length] : measured;
    }

    private @Nullable Projection projection(int[] sum, double[] direction) {
      int[] ascending =
          IntStream.range(0, sum.length)
              .boxed()
              .sorted((a, b) -> Integer.compare(sum[a], sum[b]))
              .mapToInt(i -> i)
              .toArray();
      Attribute.Numerical[] attributes = new Attribute.Numerical[sum.length];
      float[] weightOf = new float[sum.length];
      for (int i = 0; i < sum.length; i++) {
        attributes[i] = attribute(sum[ascending[i]]);
        weightOf[i] = (float) (direction[ascending[i]] / deviations[sum[ascending[i]]]);
        if (weightOf[i] == 0 || !Float.isFinite(weightOf[i])) {
          return null;
        }
      }
      return new Projection(attributes, weightOf);
    }
  }
}
