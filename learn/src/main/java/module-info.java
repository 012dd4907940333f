import dev.tendril.learn.LearnerProvider;
import dev.tendril.learn.ModelFormat;
import org.jspecify.annotations.NullMarked;

/// The contract of learning: what a task, a learner, a model and an evaluation are, whatever the
/// algorithm.
@NullMarked
module dev.tendril.learn {
  requires transitive dev.tendril.data;
  requires tools.jackson.databind;

  exports dev.tendril.learn;

  uses LearnerProvider;
  uses ModelFormat;
}
