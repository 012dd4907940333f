package dev.tendril.machine.gen;

import dev.tendril.core.op.Activation;
import dev.tendril.core.spi.Epilogue;
import dev.tendril.core.spi.Support;
import dev.tendril.machine.asm.Vec;

/// What happens to sums before they are stored: they are kept to a range, something is added, and
/// that is kept to another range.
///
/// @param low the least sum, minus infinity for none
/// @param high the greatest sum
/// @param adds whether something of the shape of the result is added
/// @param least the least result after that
/// @param most the greatest result after that
public record Ending(float low, float high, boolean adds, float least, float most) {
  private static final float ANY = Float.POSITIVE_INFINITY;

  /// Sums are stored as they are.
  public static final Ending NONE = new Ending(-ANY, ANY, false, -ANY, ANY);

  /// That of a contraction.
  ///
  /// @param epilogue what [#supports] says yes to
  public static Ending of(Epilogue epilogue, Activation activation) {
    Epilogue.Sum sum = epilogue.sum();
    if (sum == null) {
      throw new IllegalArgumentException(epilogue.rest().toText());
    }
    return sum.residual() >= 0
        ? new Ending(activation.low(), activation.high(), true, sum.low(), sum.high())
        : new Ending(
            Math.clamp(activation.low(), sum.low(), sum.high()),
            Math.clamp(activation.high(), sum.low(), sum.high()),
            false,
            -ANY,
            ANY);
  }

  public static Support supports(Epilogue epilogue, Activation activation) {
    if (!activation.isRange()) {
      return Support.no("the activation " + activation);
    }
    return epilogue.sum() == null
        ? Support.no("more after it than a sum with a tensor of its shape and a range")
        : Support.YES;
  }

  /// How a value in a register meets what is added to it.
  public interface Addition {
    void add(int value);
  }

  /// Writes it.
  ///
  /// @param values the registers
  /// @param one a free register
  /// @param other another
  /// @param addition writes how something is added to the value of a number; may use `one`
  void write(Target target, Vec[] values, Vec one, Vec other, Addition addition) {
    cut(target, values, one, other, low, high);
    if (adds) {
      for (int i = 0; i < values.length; i++) {
        addition.add(i);
      }
      cut(target, values, one, other, least, most);
    }
  }

  private static void cut(Target target, Vec[] values, Vec one, Vec other, float from, float to) {
    boolean below = from > -ANY;
    boolean above = to < ANY;
    if (below) {
      target.spread(one, from);
    }
    if (above) {
      target.spread(other, to);
    }
    if (below || above) {
      for (Vec value : values) {
        target.cut(value, below ? one : null, above ? other : null);
      }
    }
  }
}
