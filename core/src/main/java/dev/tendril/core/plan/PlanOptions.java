package dev.tendril.core.plan;

import dev.tendril.core.TensorException;
import dev.tendril.core.graph.Node;
import java.util.function.ToLongFunction;

/// What a plan of memory takes into account.
///
/// @param inPlace which results may overwrite an operand
/// @param scratch the bytes of working memory that a node needs while it runs
/// @param alignment offsets in the arena are multiples of it; a power of two. Parts of a larger
///     value (of a concatenation, of a slice) are aligned to their elements only
/// @param inputs whether the graph's inputs are in the arena, written before the first step and
///     overwritten once nobody needs them; else they are the caller's and stay as they are
/// @param outputs whether the graph's outputs are in the arena; else they are the caller's
/// @param reorder whether nodes may run in another order than the graph's
public record PlanOptions(
    InPlace inPlace,
    ToLongFunction<Node> scratch,
    long alignment,
    boolean inputs,
    boolean outputs,
    boolean reorder) {
  /// Pointwise ops in place, no working memory, 64 bytes, inputs and outputs the caller's, any
  /// order.
  public static final PlanOptions DEFAULT =
      new PlanOptions(InPlace.POINTWISE, _ -> 0, 64, false, false, true);

  public PlanOptions {
    if (alignment < 1 || Long.bitCount(alignment) != 1) {
      throw new TensorException(
          "a plan of memory aligned to " + alignment + " bytes; expected a power of two");
    }
  }

  public PlanOptions withInPlace(InPlace which) {
    return new PlanOptions(which, scratch, alignment, inputs, outputs, reorder);
  }

  public PlanOptions withScratch(ToLongFunction<Node> bytes) {
    return new PlanOptions(inPlace, bytes, alignment, inputs, outputs, reorder);
  }

  public PlanOptions withAlignment(long bytes) {
    return new PlanOptions(inPlace, scratch, bytes, inputs, outputs, reorder);
  }

  /// With inputs and outputs in the arena or not.
  public PlanOptions withEnds(boolean inputsInside, boolean outputsInside) {
    return new PlanOptions(inPlace, scratch, alignment, inputsInside, outputsInside, reorder);
  }

  public PlanOptions withReorder(boolean allowed) {
    return new PlanOptions(inPlace, scratch, alignment, inputs, outputs, allowed);
  }
}
