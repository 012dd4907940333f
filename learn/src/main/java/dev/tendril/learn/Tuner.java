package dev.tendril.learn;

import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.learn.TuningLog.Trial;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A learner that looks for good hyper-parameters of another one: it draws combinations at random
/// (Bergstra and Bengio 2012), trains and measures a model with each, and trains the final model on
/// all rows with the best.
///
/// ```java
/// Tuner<ForestModel> tuner =
///     Tuner.of(GradientBoostedTrees.classification("income"), options -> options.trials = 50);
/// ForestModel model = tuner.train(adult);
/// System.out.println(model.history().tuning().winner().text());
/// ```
///
/// Trials are independent of each other and run side by side; the winner is the same for any number
/// of threads. The model keeps what was tried, in [Model#history].
///
/// The winner's score is the best of many and therefore too good to be true: judge the model by
/// rows that took no part.
///
/// @param <M> the kind of model
public final class Tuner<M extends Model> extends SearchingLearner<M> {
  /// Draws that may repeat what was drawn before, for every trial.
  private static final int PATIENCE = 100;

  private final Options options;

  /// How a tuner works.
  public static final class Options {
    /// Combinations to try. A space that has fewer is tried as a whole.
    public int trials = 100;

    /// The values to try. Null: what the learner's hyper-parameters propose for the task.
    public @Nullable SearchSpace space;

    /// How combinations are measured.
    public Scoring scoring = new Scoring.SelfEvaluation();

    /// The metric that decides, by its name in an evaluation, or `loss`, which is what training
    /// minimizes. Null: the first that is there of loss, AUC (two classes), accuracy, RMSE, NDCG,
    /// Qini, concordance.
    public @Nullable String metric;

    /// Trials that run at the same time and share the threads; 0: one a thread. Each needs memory
    /// of its own.
    public int parallelTrials = 0;

    private Options copy() {
      Options copy = new Options();
      copy.trials = trials;
      copy.space = space;
      copy.scoring = scoring;
      copy.metric = metric;
      copy.parallelTrials = parallelTrials;
      return copy;
    }
  }

  private Tuner(Learner<M> learner, Options options) {
    super(learner, options.scoring);
    this.options = options.copy();
    if (options.trials < 1) {
      throw new IllegalArgumentException(
          "a tuner cannot make " + options.trials + " trials: expected at least 1");
    }
    if (options.parallelTrials < 0) {
      throw new IllegalArgumentException(
          "a tuner cannot make "
              + options.parallelTrials
              + " trials at a time: expected at least 1, or 0 for one a thread");
    }
    if (space().isEmpty()) {
      throw new IllegalArgumentException(
          learner.name() + " proposes no values to try: give a search space");
    }
    space().check(learner.hyperparameters());
  }

  /// A tuner with default options.
  public static <M extends Model> Tuner<M> of(Learner<M> learner) {
    return of(learner, _ -> {});
  }

  /// @param learner its hyper-parameters hold for all that is not searched
  /// @param configure sets [Options]
  /// @throws IllegalArgumentException when the space does not suit the learner
  public static <M extends Model> Tuner<M> of(Learner<M> learner, Consumer<Options> configure) {
    Options options = new Options();
    configure.accept(options);
    return new Tuner<>(learner, options);
  }

  /// What is searched.
  public SearchSpace space() {
    SearchSpace asked = options.space;
    return asked == null ? learner.hyperparameters().searchSpace(learner.task()) : asked;
  }

  @Override
  public String name() {
    return "hyperparameter_optimizer";
  }

  @Override
  public Tuner<M> with(Inputs inputs, Hyperparameters hyperparameters) {
    return new Tuner<>(learner.with(inputs, hyperparameters), options);
  }

  @Override
  Found<M> search(Frame frame, TrainOptions training) {
    List<Map<String, String>> drawn = candidates();
    Objective objective = Objective.of(options.scoring, options.metric, learner, frame);
    List<Map<String, Double>> measured = new Trials(frame, training, objective, drawn).run();
    String metric = objective.metric(measured.getFirst());
    double[] scores = measured.stream().mapToDouble(m -> Objective.score(metric, m)).toArray();
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      trials.add(new Trial(drawn.get(i), scores[i]));
    }
    int best = Objective.best(scores, metric);
    TuningLog log = new TuningLog(metric, options.scoring.text(), space(), trials, best);
    return new Found<>(
        candidate(drawn.get(best)), history -> history.with(log), "trials", trials.size() + 1);
  }

  /// The combinations to try: all of a small space, else as many different ones as trials.
  private List<Map<String, String>> candidates() {
    SearchSpace space = space();
    if (space.size() <= options.trials) {
      return space.all();
    }
    Random random = new Random(Objective.seed(learner));
    Set<Map<String, String>> drawn = new LinkedHashSet<>();
    for (int i = 0; drawn.size() < options.trials && i < PATIENCE * options.trials; i++) {
      drawn.add(space.draw(random));
    }
    return List.copyOf(drawn);
  }

  private Learner<M> candidate(Map<String, String> values) {
    Hyperparameters hyperparameters = learner.hyperparameters();
    values.forEach(hyperparameters::set);
    return learner.with(learner.inputs(), hyperparameters);
  }

  /// The trials of one run.
  private final class Trials {
    private final Frame frame;
    private final TrainOptions training;
    private final Objective objective;
    private final List<Map<String, String>> drawn;
    private int done;
    private String leader = "";
    private double best = Double.NEGATIVE_INFINITY;

    Trials(
        Frame frame, TrainOptions training, Objective objective, List<Map<String, String>> drawn) {
      this.frame = frame;
      this.training = training;
      this.objective = objective;
      this.drawn = drawn;
    }

    List<Map<String, Double>> run() {
      int threads = training.threadCount();
      int most = options.parallelTrials == 0 ? threads : options.parallelTrials;
      int parallel = Math.clamp(Math.min(most, threads), 1, drawn.size());
      int each = Math.max(1, threads / parallel);
      List<Map<String, Double>> measured = new ArrayList<>();
      if (parallel == 1) {
        for (int i = 0; i < drawn.size(); i++) {
          measured.add(measure(i, each));
        }
        return measured;
      }
      try (ExecutorService pool = Executors.newFixedThreadPool(parallel)) {
        List<Future<Map<String, Double>>> waiting = new ArrayList<>();
        for (int i = 0; i < drawn.size(); i++) {
          int trial = i;
          waiting.add(pool.submit(() -> measure(trial, each)));
        }
        try {
          for (Future<Map<String, Double>> one : waiting) {
            measured.add(result(one));
          }
        } finally {
          waiting.forEach(one -> one.cancel(false));
        }
      }
      return measured;
    }

    private static Map<String, Double> result(Future<Map<String, Double>> future) {
      try {
        return future.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ModelException("the tuner was interrupted", e);
      } catch (java.util.concurrent.ExecutionException e) {
        switch (e.getCause()) {
          case RuntimeException failure -> throw failure;
          case Error failure -> throw failure;
          case null, default -> throw new IllegalStateException(e);
        }
      }
    }

    private Map<String, Double> measure(int trial, int threads) {
      Map<String, Double> metrics;
      try {
        metrics =
            objective
                .measure(candidate(drawn.get(trial)), frame, ofCandidate(training, threads))
                .metrics();
        objective.metric(metrics);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(within(trial) + e.getMessage(), e);
      } catch (DataException e) {
        throw new DataException(within(trial) + e.getMessage(), e);
      }
      report(trial, metrics);
      return metrics;
    }

    private String within(int trial) {
      return "trial " + (trial + 1) + " (" + new Trial(drawn.get(trial), Double.NaN).text() + "): ";
    }

    private synchronized void report(int trial, Map<String, Double> metrics) {
      done++;
      String metric = objective.metric(metrics);
      double score = Objective.score(metric, metrics);
      if (score > best) {
        best = score;
        leader =
            "best "
                + metric
                + " "
                + Numbers.text(metrics.getOrDefault(metric, Double.NaN))
                + " in trial "
                + (trial + 1);
      }
      training.progress.accept(new TrainOptions.Progress(done, drawn.size() + 1, "trials", leader));
    }
  }
}
