package dev.tendril.forest.analysis;

import dev.tendril.forest.analysis.ShapTree.Projection;
import java.util.Arrays;
import java.util.List;

/// The credits of one row in one tree after the other; the algorithm is told at [TreeShap]. For one
/// thread at a time.
final class ShapWalk {
  /// The value of a numerical feature of the row.
  interface Values {
    float at(int slot);
  }

  private final List<int[]> players;
  private final int features;

  /// By player: the state of its factor on the current path, see [TreeShap].
  private final double[] one;

  private final double[] zero;

  /// By player: how its conditions on the current path divide its credit, and how many they are.
  private final double[][] divisions;

  private final int[] conditions;

  private double[][] products = new double[0][];
  private double[][] sums = new double[0][];
  private Quadrature quadrature = Quadrature.of(1);

  private ShapTree tree;
  private int[] decisions = new int[0];
  private Values values = _ -> Float.NaN;
  private double[] credits = new double[0];

  ShapWalk(List<int[]> players, int features, ShapTree any) {
    this.players = players;
    this.features = features;
    this.one = new double[players.size()];
    this.zero = new double[players.size()];
    this.divisions = new double[players.size()][];
    this.conditions = new int[players.size()];
    this.tree = any;
    Arrays.fill(one, 1);
    Arrays.fill(zero, 1);
    for (int i = 0; i < divisions.length; i++) {
      divisions[i] = new double[players.get(i).length];
    }
  }

  /// Adds the credits in a tree.
  ///
  /// @param decisions by split of the forest, 1 where the row would go to the positive child
  /// @param credits `[scores, features]`
  void add(ShapTree tree, Quadrature exact, int[] decisions, Values values, double[] credits) {
    this.tree = tree;
    this.decisions = decisions;
    this.values = values;
    this.credits = credits;
    this.quadrature = exact;
    int points = exact.points().length;
    if (products.length <= tree.depth || products[0].length < points) {
      products = new double[tree.depth + 1][points];
      sums = new double[tree.depth + 1][points * tree.width];
    }
    Arrays.fill(products[0], 1);
    walk(0, 0);
  }

  /// Fills the sums at this depth: over the leaves below, of value times product of factors.
  private void walk(int node, int depth) {
    int points = quadrature.points().length;
    int width = tree.width;
    double[] sum = sums[depth];
    if (tree.split[node] < 0) {
      double[] value = tree.values[node];
      for (int q = 0; q < points; q++) {
        for (int k = 0; k < width; k++) {
          sum[q * width + k] = products[depth][q] * value[k];
        }
      }
      return;
    }
    Arrays.fill(sum, 0, points * width, 0);
    boolean positive = decisions[tree.split[node]] != 0;
    double share = tree.share[node];
    double[] division = projected(node);
    step(node, node + 1, depth, positive ? 0 : 1, 1 - share, division);
    step(node, tree.positive[node], depth, positive ? 1 : 0, share, division);
  }

  /// Walks into a child and credits the player of the node with what the child's leaves say.
  ///
  /// @param taken 1 when the row goes there, else 0
  /// @param share the share of the training rows that go there
  private void step(int node, int child, int depth, double taken, double share, double[] division) {
    int player = tree.player[node];
    double oldOne = one[player];
    double oldZero = zero[player];
    double newOne = oldOne * taken;
    double newZero = oldZero * share;
    double[] points = quadrature.points();
    double[] weights = quadrature.weights();
    for (int q = 0; q < points.length; q++) {
      double before = oldZero + points[q] * (oldOne - oldZero);
      double after = newZero + points[q] * (newOne - newZero);
      products[depth + 1][q] = products[depth][q] * after / before;
    }
    double[] oldDivision = divisions[player];
    one[player] = newOne;
    zero[player] = newZero;
    if (division.length > 0) {
      divisions[player] = averaged(oldDivision, conditions[player], division);
    }
    conditions[player]++;
    walk(child, depth + 1);
    conditions[player]--;
    one[player] = oldOne;
    zero[player] = oldZero;
    int width = tree.width;
    for (int k = 0; k < width; k++) {
      double gained = 0;
      double replaced = 0;
      for (int q = 0; q < points.length; q++) {
        double all = sums[depth + 1][q * width + k];
        sums[depth][q * width + k] += all;
        double before = oldZero + points[q] * (oldOne - oldZero);
        double after = newZero + points[q] * (newOne - newZero);
        gained += weights[q] * all * (newOne - newZero) / after;
        replaced += weights[q] * all * (oldOne - oldZero) / before;
      }
      credit(player, tree.first + k, gained, divisions[player]);
      credit(player, tree.first + k, -replaced, oldDivision);
    }
    divisions[player] = oldDivision;
  }

  private void credit(int player, int score, double amount, double[] division) {
    int[] slots = players.get(player);
    if (slots.length == 1) {
      credits[score * features + slots[0]] += amount;
    } else if (amount != 0) {
      for (int i = 0; i < slots.length; i++) {
        credits[score * features + slots[i]] += amount * division[i];
      }
    }
  }

  private static double[] averaged(double[] mean, int count, double[] another) {
    double[] averaged = new double[mean.length];
    for (int i = 0; i < averaged.length; i++) {
      averaged[i] = (mean[i] * count + another[i]) / (count + 1);
    }
    return averaged;
  }

  /// How an oblique condition divides the credit between the attributes of its player; empty for
  /// all other conditions.
  private double[] projected(int node) {
    Projection projection = tree.projections[node];
    int[] slots = projection.slots();
    if (slots.length == 0) {
      return new double[0];
    }
    int[] set = players.get(tree.player[node]);
    double[] division = new double[set.length];
    boolean replaces = projection.replacements().length > 0;
    boolean undefined = false;
    for (int slot : slots) {
      undefined |= !replaces && Float.isNaN(values.at(slot));
    }
    double total = 0;
    for (int i = 0; i < slots.length; i++) {
      float value = values.at(slots[i]);
      double part;
      if (undefined) {
        part = Float.isNaN(value) ? 1 : 0;
      } else {
        float known = Float.isNaN(value) ? projection.replacements()[i] : value;
        part = Math.abs(projection.weights()[i] * (known - projection.means()[i]));
      }
      division[Arrays.binarySearch(set, slots[i])] += part;
      total += part;
    }
    for (int i = 0; i < division.length; i++) {
      division[i] =
          total > 0 && total < Double.POSITIVE_INFINITY ? division[i] / total : 1.0 / set.length;
    }
    return division;
  }
}
