package dev.tendril.pose.exercise;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Counts the repetitions of an exercise by an angle that goes down and up again, as that of the
/// knees does in a squat.
///
/// A repetition begins when the angle falls below the low mark, and is complete when it has risen
/// above the high mark again; what happens between the two marks is neither, so that trembling
/// counts nothing.
public final class RepetitionCounter {
  private final double low;
  private final double high;
  private final List<Repetition> complete = new ArrayList<>();
  private @Nullable Duration began;
  private double least;
  private double most = Double.NEGATIVE_INFINITY;

  /// One repetition.
  ///
  /// @param begin when the angle fell below the low mark
  /// @param end when it was above the high mark again
  /// @param least the smallest angle in between, in degrees
  /// @param range from the largest angle before to the smallest, in degrees
  public record Repetition(Duration begin, Duration end, double least, double range) {
    /// How long it took from the low mark to the high one.
    public Duration length() {
      return end.minus(begin);
    }
  }

  /// @param low below which the angle counts as bent, in degrees
  /// @param high above which the angle counts as stretched, in degrees
  public RepetitionCounter(double low, double high) {
    if (!(low < high && low > 0 && high < 180)) {
      throw new IllegalArgumentException(
          "marks are angles from 0 to 180 degrees, the low one first; got " + low + ", " + high);
    }
    this.low = low;
    this.high = high;
  }

  /// Takes one more angle; one that is not known (NaN) changes nothing.
  ///
  /// @return whether it completes a repetition
  public boolean add(double angle, Duration time) {
    if (Double.isNaN(angle)) {
      return false;
    }
    Duration start = began;
    if (start == null) {
      most = Math.max(most, angle);
      if (angle < low) {
        began = time;
        least = angle;
      }
      return false;
    }
    least = Math.min(least, angle);
    if (angle <= high) {
      return false;
    }
    complete.add(new Repetition(start, time, least, most - least));
    began = null;
    most = angle;
    return true;
  }

  /// The number of complete repetitions.
  public int count() {
    return complete.size();
  }

  /// The complete repetitions, in their order.
  public List<Repetition> repetitions() {
    return List.copyOf(complete);
  }
}
