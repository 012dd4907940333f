package dev.tendril.forest.train;

/// How large the samples of trees may be if all trees are to be grown in a given time: all rows as
/// long as nothing is known of their cost, then what the trees so far have cost leaves for the
/// others. The cost of a tree is taken to grow with its sample.
final class WorkBudget {
  /// The smallest part of a sample, whatever the time.
  static final double LEAST = 0.01;

  private final double seconds;
  private final int tasks;
  private int begun;
  private int ended;
  private double granted;
  private double done;

  /// @param seconds for all trees
  WorkBudget(double seconds, int tasks) {
    this.seconds = seconds;
    this.tasks = tasks;
  }

  /// The part of a sample that the next tree may have.
  ///
  /// @param elapsed seconds so far
  synchronized double begin(double elapsed) {
    double factor = 1;
    if (ended > 0) {
      double underWay = granted - done;
      double affordable = (seconds - elapsed) * (done / elapsed) - underWay;
      factor = Math.clamp(affordable / Math.max(1, tasks - begun), LEAST, 1);
    }
    begun++;
    granted += factor;
    return factor;
  }

  /// Takes note of a tree that is grown.
  ///
  /// @param factor that it was granted
  synchronized void end(double factor) {
    ended++;
    done += factor;
  }
}
