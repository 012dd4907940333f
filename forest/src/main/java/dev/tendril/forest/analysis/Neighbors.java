package dev.tendril.forest.analysis;

import dev.tendril.data.Frame;
import dev.tendril.forest.ForestModel;
import dev.tendril.learn.Predictions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The rows of a table that a forest holds for alike. The distance between two rows is the share of
/// the trees in which they end in different leaves (1 minus the proximity of Breiman 2001): from 0,
/// the same leaf in every tree, to 1. What the model does not look at makes no distance.
public final class Neighbors {
  private final ForestModel model;
  private final int[][] leaves;
  private final Predictions predictions;

  /// A row of the table and its distance, from 0 to 1.
  public record Neighbor(int row, double distance) {}

  /// @param frame the rows among which neighbors are looked for
  public Neighbors(ForestModel model, Frame frame) {
    this.model = model;
    this.leaves = model.leaves(frame);
    this.predictions = model.predict(frame);
  }

  /// The nearest rows of the table; among equals the first. A row of the table itself is among
  /// them, with distance 0.
  ///
  /// @param leaves of the row to look around, as of [ForestModel#leaves]
  /// @param count how many
  public List<Neighbor> nearest(int[] leaves, int count) {
    List<Neighbor> all = new ArrayList<>(this.leaves.length);
    for (int row = 0; row < this.leaves.length; row++) {
      all.add(new Neighbor(row, distance(leaves, this.leaves[row])));
    }
    all.sort(Comparator.comparingDouble(Neighbor::distance));
    return List.copyOf(all.subList(0, Math.min(count, all.size())));
  }

  /// The nearest row of the table that the model predicts to be of another class: what would have
  /// to differ for another answer. Null when there is none, or no classes.
  ///
  /// @param leaves of the row to look around
  /// @param label its predicted class
  public @Nullable Neighbor counterfactual(int[] leaves, String label) {
    if (model.classes().isEmpty()) {
      return null;
    }
    return IntStream.range(0, this.leaves.length)
        .filter(row -> !predictions.label(row).equals(label))
        .mapToObj(row -> new Neighbor(row, distance(leaves, this.leaves[row])))
        .min(Comparator.comparingDouble(Neighbor::distance))
        .orElse(null);
  }

  /// The share of the trees in which two rows end in different leaves.
  public static double distance(int[] leaves, int[] others) {
    int different = 0;
    for (int t = 0; t < leaves.length; t++) {
      different += leaves[t] == others[t] ? 0 : 1;
    }
    return leaves.length == 0 ? 0 : (double) different / leaves.length;
  }
}
