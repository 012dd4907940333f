package dev.tendril.forest.train;

import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Tree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a training run leaves its state from time to time, to go on from there after an
/// interruption.
public interface Checkpoint {
  /// Leaves nothing.
  Checkpoint NONE =
      new Checkpoint() {
        @Override
        public @Nullable Snapshot latest() {
          return null;
        }

        @Override
        public boolean due() {
          return false;
        }

        @Override
        public void save(Forest forest, Snapshot snapshot) {}
      };

  /// The state of a run.
  ///
  /// @param trees those that are finished
  /// @param log the course of training so far
  /// @param numbers what else the learner needs; it alone knows the meaning
  /// @param seconds how long training took so far
  record Snapshot(List<Tree> trees, List<Forest.LogEntry> log, float[][] numbers, double seconds) {}

  /// The state to go on from; null to begin.
  @Nullable Snapshot latest();

  /// Whether it is time to save.
  boolean due();

  /// @param forest the trees of the snapshot with all that belongs to them
  void save(Forest forest, Snapshot snapshot);
}
