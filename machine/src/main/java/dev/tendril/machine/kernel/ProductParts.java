package dev.tendril.machine.kernel;

import dev.tendril.machine.gen.Evenly;
import dev.tendril.machine.gen.Product;
import dev.tendril.machine.host.Code;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A product in parts: calls of its routines for some lines or tiles and some panels. A part's left
/// operand stays in the cache while panels pass; and there are enough parts for all threads. What
/// an element of the result is does not depend on the parts.
///
/// A deep product is made of [blocks][Block] along the depth, one after the other within each part,
/// so that a part has enough rows for each panel that passes.
final class ProductParts {
  /// The part of `A` that stays in the cache of a core.
  private static final long BLOCK = 192 << 10;

  /// Products that are worth a thread.
  private static final long WORK = 100_000;

  private static final int PER_THREAD = 2;

  /// A run along the depth. All blocks of a product are cut alike.
  ///
  /// @param left where it begins in a row of the left matrix, in bytes
  /// @param right where it begins in the right matrix, in bytes
  record Block(Product product, Code code, long left, long right) {}

  private final List<Block> blocks;
  private final Product product;
  private final int lanes;
  private final int lines;
  private final List<Product.Run> runs;

  ProductParts(List<Block> blocks, int lanes, int lines) {
    this.blocks = List.copyOf(blocks);
    this.product = blocks.getFirst().product();
    this.lanes = lanes;
    this.lines = lines;
    this.runs = product.runs(lanes);
  }

  /// The calls.
  ///
  /// @param bias numbers for columns, or null
  /// @param added what is added, or null
  /// @param pieces products of this kind that are made at the same time
  List<List<Step.Call>> of(
      Argument left,
      Argument right,
      Argument result,
      @Nullable Argument bias,
      @Nullable Argument added,
      int threads,
      int pieces) {
    Evenly tiles = product.tiling().rows();
    boolean byLine = lines > 1;
    int units = byLine ? lines : tiles.parts();
    if (units == 0 || runs.isEmpty()) {
      return List.of();
    }
    long rows = (long) lines * tiles.whole();
    long wanted =
        threads == 1
            ? 1
            : Math.clamp(
                rows * product.columns() * product.depth() / WORK,
                1,
                Math.ceilDiv(threads * PER_THREAD, pieces));
    long unitBytes = 4L * rows * product.depth() / units;
    long least = product.tiling().panelsOutside() ? Math.ceilDiv(unitBytes * units, BLOCK) : 1;
    int downs = Math.clamp(Math.max(least, wanted), 1, units);
    int acrosses = Math.clamp(wanted / downs, 1, product.tiling().vectors().parts());
    List<List<Step.Call>> parts = new ArrayList<>();
    for (int down = 0; down < downs; down++) {
      int begin = (int) ((long) units * down / downs);
      int end = (int) ((long) units * (down + 1) / downs);
      for (int across = 0; across < acrosses; across++) {
        int panels = product.tiling().vectors().parts();
        int from = panels * across / acrosses;
        int to = panels * (across + 1) / acrosses;
        List<Step.Call> part = new ArrayList<>();
        for (Block block : blocks) {
          part.add(
              new Step.Call(
                  block.code,
                  arguments(
                      block,
                      left.plus(block.left),
                      right.plus(block.right),
                      result,
                      bias,
                      added,
                      byLine,
                      begin,
                      end,
                      from,
                      to)));
        }
        parts.add(part);
      }
    }
    return parts;
  }

  private List<Argument> arguments(
      Block block,
      Argument left,
      Argument right,
      Argument result,
      @Nullable Argument bias,
      @Nullable Argument added,
      boolean byLine,
      int begin,
      int end,
      int panel,
      int panelEnd) {
    Evenly tiles = product.tiling().rows();
    long row = byLine ? 0 : tiles.start(begin);
    long leftAt = byLine ? begin * product.lineStep() : row * product.rowStep();
    long column = 4L * product.tiling().vectors().start(panel) * lanes;
    long resultAt = (byLine ? begin * product.resultLine() : row * product.resultStep()) + column;
    Argument none = new Argument.Count(0);
    List<Argument> part = new ArrayList<>();
    part.add(left.plus(leftAt));
    part.add(right.plus(product.packed() ? column * block.product.depth() : column));
    part.add(result.plus(resultAt));
    part.add(bias == null ? none : bias.plus(column));
    part.add(added == null ? none : added.plus(resultAt));
    part.add(new Argument.Count(byLine ? end - begin : 1));
    int larger = tiles.larger();
    part.add(new Argument.Count(byLine ? larger : Math.min(end, larger) - Math.min(begin, larger)));
    part.add(
        new Argument.Count(
            byLine ? tiles.smaller() : Math.max(end, larger) - Math.max(begin, larger)));
    for (Product.Run run : runs) {
      int from = Math.clamp(panel, run.first(), run.first() + run.count());
      int to = Math.clamp(panelEnd, run.first(), run.first() + run.count());
      part.add(new Argument.Count(to - from));
    }
    return part;
  }
}
