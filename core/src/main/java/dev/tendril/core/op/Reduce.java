package dev.tendril.core.op;

import dev.tendril.core.DType;
import dev.tendril.core.DTypeException;
import java.util.List;
import java.util.Locale;

/// Ops that make one number of many along axes. Floats are summed in 64 bits in the reference.
/// Results have the operand's element type: sums and products of integers wrap.
public sealed interface Reduce extends Op {
  /// Functions of many numbers; of none, their neutral element (mean: NaN; least and greatest: the
  /// type's last value or infinity). NaN wins. The mean of integers is cut toward zero, and of none
  /// a [dev.tendril.core.TensorException]. All and any take booleans.
  enum Kind {
    SUM,
    MEAN,
    PROD,
    MIN,
    MAX,
    ALL,
    ANY;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// @param axes all when empty
  /// @param keep whether reduced axes stay, with extent 1
  record Reduction(Kind kind, List<Integer> axes, boolean keep) implements Reduce {
    public Reduction {
      axes = List.copyOf(axes);
    }

    @Override
    public String name() {
      return "reduce_" + kind.text();
    }
  }

  /// The place of the greatest or least element along an axis, the first of equals; NaN counts as
  /// extreme.
  ///
  /// @param to I32 or I64
  record ArgExtreme(boolean greatest, int axis, DType to) implements Reduce {
    public ArgExtreme {
      if (to != DType.I32 && to != DType.I64) {
        throw new DTypeException("places as " + to.text() + "; expected i32 or i64");
      }
    }

    @Override
    public String name() {
      return greatest ? "arg_max" : "arg_min";
    }
  }

  /// What a reduction has come to, at each place along an axis.
  ///
  /// @param kind SUM, PROD, MIN or MAX
  /// @param exclusive without the element itself
  /// @param reverse from the end
  record Cumulative(Kind kind, int axis, boolean exclusive, boolean reverse) implements Reduce {
    @Override
    public String name() {
      return "cumulative_" + kind.text();
    }
  }
}
