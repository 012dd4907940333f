package dev.tendril.core.quantize;

/// How sparsity grows while a network is trained: fast at first, when there is much that nothing
/// needs, and slower toward the end, `final + (initial - final) · (1 - (step - begin) / (end -
/// begin))^power` (Zhu, Gupta 2017, "To prune, or not to prune", section 3).
///
/// @param initial the share of zeros before, from 0 to 1
/// @param target the share of zeros from `end` on
/// @param begin the step at which it begins to grow
/// @param end the step at which it has grown, after `begin`
/// @param power above 0; 3 is usual
public record PruningSchedule(double initial, double target, long begin, long end, double power) {
  public PruningSchedule {
    if (!(initial >= 0 && initial <= 1 && target >= 0 && target <= 1)
        || end <= begin
        || !(power > 0)) {
      throw new IllegalArgumentException(
          "a schedule of sparsity from "
              + initial
              + " to "
              + target
              + " in steps "
              + begin
              + " to "
              + end
              + " with power "
              + power
              + "; expected shares of 1, an end after the begin, and a power above 0");
    }
  }

  /// From dense to a sparsity, by the third power.
  public static PruningSchedule polynomial(double target, long begin, long end) {
    return new PruningSchedule(0, target, begin, end, 3);
  }

  /// The share of zeros at a step.
  public double sparsity(long step) {
    if (step <= begin) {
      return initial;
    }
    if (step >= end) {
      return target;
    }
    double left = 1 - (double) (step - begin) / (end - begin);
    return target + (initial - target) * Math.pow(left, power);
  }
}
