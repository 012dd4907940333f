package dev.tendril.core.quantize;

import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Move;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Selective quantization: the few layers that integers hurt most stay in float, until what is lost
/// is little enough.
///
/// Each layer is quantized alone, all others in float, and the error at the outputs tells how much
/// it hurts. Then the worst are kept, 1, 2, 4, ... of them until the tolerance is met, and between
/// the last two numbers the least that meets it is sought by halving. That takes a run of the
/// samples for each layer, and a few more.
///
/// @param quantized the graph that meets the tolerance, or the one that lost least
/// @param loss what it lost, in percent, as [Comparison.Outcome#loss]
/// @param layers how much each layer alone hurts, the worst first
/// @param kept those that stay in float for the tolerance's sake, the worst first
public record Selection(
    Quantized quantized, double loss, List<Sensitivity> layers, List<String> kept) {
  /// Samples by which layers are ranked.
  private static final int RANKED = 8;

  public Selection {
    layers = List.copyOf(layers);
    kept = List.copyOf(kept);
  }

  /// How much a layer hurts.
  ///
  /// @param error at the outputs when it alone is quantized, as [Comparison.Outcome#error]
  public record Sensitivity(String node, String op, double error) {}

  /// Searches the layers to keep.
  ///
  /// @param labels the class of each sample, or null
  /// @param tolerance what may be lost, in percent
  /// @param asked names of nodes that are kept in any case
  public static Selection search(
      Quantizer quantizer,
      List<List<Tensor>> samples,
      int @Nullable [] labels,
      double tolerance,
      Set<String> asked) {
    Reference reference = new Reference(quantizer.floats(), samples, labels);
    Quantized all = quantizer.quantize(asked);
    double loss = reference.compare(all.graph()).loss();
    if (loss <= tolerance) {
      return new Selection(all, loss, List.of(), List.of());
    }
    List<Sensitivity> layers = rank(quantizer, all, reference.first(quantizer.floats(), RANKED));
    Search search = new Search(quantizer, reference, layers, asked);
    int low = 0;
    int high = 1;
    Trial trial = search.keep(Math.min(high, layers.size()));
    Trial best = trial.loss < loss ? trial : new Trial(all, loss, 0);
    while (trial.loss > tolerance && high < layers.size()) {
      low = high;
      high = Math.min(2 * high, layers.size());
      trial = search.keep(high);
      best = trial.loss < best.loss ? trial : best;
    }
    while (trial.loss <= tolerance && high - low > 1) {
      int middle = (low + high) / 2;
      Trial between = search.keep(middle);
      if (between.loss <= tolerance) {
        high = middle;
        trial = between;
      } else {
        low = middle;
      }
    }
    Trial chosen = trial.loss <= tolerance ? trial : best;
    return new Selection(
        chosen.quantized,
        chosen.loss,
        layers,
        layers.subList(0, chosen.count).stream().map(Sensitivity::node).toList());
  }

  private record Trial(Quantized quantized, double loss, int count) {}

  private record Search(
      Quantizer quantizer, Reference reference, List<Sensitivity> layers, Set<String> asked) {
    Trial keep(int count) {
      Set<String> keep = new HashSet<>(asked);
      layers.subList(0, count).forEach(layer -> keep.add(layer.node()));
      Quantized quantized = quantizer.quantize(keep);
      return new Trial(quantized, reference.compare(quantized.graph()).loss(), count);
    }
  }

  private static List<Sensitivity> rank(Quantizer quantizer, Quantized all, Reference reference) {
    Set<String> names = new HashSet<>();
    all.nodes().forEach(node -> names.add(node.node()));
    List<Sensitivity> layers = new ArrayList<>();
    Set<String> moves = new HashSet<>();
    for (Node node : all.floats().nodes()) {
      if (node.op() instanceof Move) {
        moves.add(node.name());
      }
    }
    for (Quantized.Decision node : all.nodes()) {
      if (node.isQuantized() && !moves.contains(node.node())) {
        Set<String> others = new HashSet<>(names);
        others.remove(node.node());
        double error = reference.compare(quantizer.quantize(others).graph()).error();
        layers.add(new Sensitivity(node.node(), node.op(), error));
      }
    }
    layers.sort(Comparator.comparingDouble(Sensitivity::error).reversed());
    return layers;
  }
}
