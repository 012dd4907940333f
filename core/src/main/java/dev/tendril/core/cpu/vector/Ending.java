package dev.tendril.core.cpu.vector;

import static dev.tendril.core.cpu.vector.Lanes.COUNT;
import static dev.tendril.core.cpu.vector.Lanes.FLOATS;
import static dev.tendril.core.cpu.vector.Lanes.load;
import static dev.tendril.core.cpu.vector.Lanes.store;

import dev.tendril.core.op.Activation;
import dev.tendril.core.spi.Epilogue;
import dev.tendril.core.spi.Support;
import java.lang.foreign.MemorySegment;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/// What a contraction does to its sums when they are complete: keeps them to a range, then adds a
/// residual, then keeps that to another range.
///
/// @param cut whether there is a first range, from `low` to `high`
/// @param residual the place of the residual among the operands of the node, or -1
/// @param least the least of what remains after the residual is added
record Ending(boolean cut, float low, float high, int residual, float least, float most) {
  /// @param epilogue what [#supports] says yes to
  static Ending of(Epilogue epilogue, Activation activation) {
    Epilogue.Sum sum = epilogue.sum();
    if (sum == null) {
      throw new IllegalArgumentException(epilogue.rest().toText());
    }
    boolean cut = activation != Activation.NONE;
    return sum.residual() < 0
        ? new Ending(
            cut || sum.cuts(),
            Math.clamp(activation.low(), sum.low(), sum.high()),
            Math.clamp(activation.high(), sum.low(), sum.high()),
            -1,
            sum.low(),
            sum.high())
        : new Ending(
            cut, activation.low(), activation.high(), sum.residual(), sum.low(), sum.high());
  }

  static Support supports(Epilogue epilogue) {
    return epilogue.sum() == null
        ? Support.no("more after it than a sum with a tensor of its shape and a range")
        : Support.YES;
  }

  boolean adds() {
    return residual >= 0;
  }

  /// The residual among the operands of the node.
  MemorySegment residual(List<MemorySegment> inputs) {
    return adds() ? inputs.get(residual) : MemorySegment.NULL;
  }

  /// Adds to some elements in a row.
  void add(MemorySegment from, MemorySegment c, long at, int count) {
    FloatVector lo = FloatVector.broadcast(FLOATS, least);
    FloatVector hi = FloatVector.broadcast(FLOATS, most);
    int whole = count - count % COUNT;
    for (int i = 0; i < whole; i += COUNT) {
      long here = at + 4L * i;
      store(Lanes.cut(load(c, here).add(load(from, here)), lo, hi), c, here);
    }
    for (int i = whole; i < count; i++) {
      long here = at + 4L * i;
      float sum = c.get(Lanes.FLOAT, here) + from.get(Lanes.FLOAT, here);
      c.set(Lanes.FLOAT, here, Math.min(Math.max(sum, least), most));
    }
  }

  /// All that is to be done to some elements in a row, no fewer than a vector has.
  void finish(MemorySegment from, MemorySegment c, long at, int count) {
    if (cut) {
      Lanes.cutAll(c, at, count, low, high);
    }
    if (adds()) {
      add(from, c, at, count);
    }
  }
}
