package dev.tendril.forest;

import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.data.Frame;
import dev.tendril.data.Nearest;
import dev.tendril.data.Schema;
import dev.tendril.forest.engine.AdaptiveEngine;
import dev.tendril.forest.engine.Answers;
import dev.tendril.forest.engine.Engine;
import dev.tendril.forest.engine.FrameFeed;
import dev.tendril.forest.engine.Layout;
import dev.tendril.forest.engine.ReferenceEngine;
import dev.tendril.forest.engine.Rows;
import dev.tendril.forest.export.Export;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Forest.Importance;
import dev.tendril.forest.tree.Tree;
import dev.tendril.forest.ydf.YdfModel;
import dev.tendril.forest.ydf.YdfReader;
import dev.tendril.forest.ydf.YdfWriter;
import dev.tendril.learn.History;
import dev.tendril.learn.Model;
import dev.tendril.learn.ModelException;
import dev.tendril.learn.ModelFolder;
import dev.tendril.learn.Predictions;
import dev.tendril.learn.Provenance;
import dev.tendril.learn.Task;
import dev.tendril.learn.VariableImportance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;

/// A forest that predicts: what the learners of this module train and what YDF model folders hold.
///
/// ```java
/// ForestModel model = ForestModel.load(Path.of("penguins-model"));
/// Predictions many = model.predict(model.read("penguins.csv"));
///
/// Row row = model.row();                                  // one a thread, used again and again
/// float[] probabilities = new float[model.outputs()];
/// row.set("island", "Biscoe").set("bill_length_mm", 39.1f);
/// model.predict(row, probabilities);
/// ```
///
/// Predictions are the same bits for any number of threads, and for one row as for many. Immutable
/// and thread-safe.
public final class ForestModel implements Model {
  /// Rows that are predicted together: few enough that their cells stay in the cache.
  private static final int BLOCK = 256;

  private final Forest forest;
  private final Provenance provenance;
  private final @Nullable String selfEvaluation;
  private final History history;
  private final Layout layout;
  private final Answers answers;
  private final List<String> features;
  private final List<String> classes;
  private volatile @Nullable AdaptiveEngine engine;
  private volatile @Nullable Graph graph;

  private ForestModel(
      Forest forest, Provenance provenance, @Nullable String selfEvaluation, History history) {
    this.history = history;
    this.forest = forest;
    this.provenance = provenance;
    this.selfEvaluation = selfEvaluation;
    this.layout = new Layout(forest);
    this.answers = new Answers(forest);
    this.features = forest.features().stream().map(at -> schema().field(at).name()).toList();
    this.classes =
        forest.task() instanceof Task.Classification(String label)
            ? schema().field(label).vocabulary().values()
            : List.of();
  }

  /// A model of trained trees.
  ///
  /// @param selfEvaluation the out-of-bag or validation evaluation of training, as JSON; null when
  ///     there is none
  /// @throws IllegalArgumentException when the evaluation is not JSON
  public static ForestModel of(
      Forest forest, Provenance provenance, @Nullable String selfEvaluation) {
    return of(forest, provenance, selfEvaluation, History.NONE);
  }

  /// A model of trained trees, with what led to its configuration.
  static ForestModel of(
      Forest forest, Provenance provenance, @Nullable String selfEvaluation, History history) {
    if (selfEvaluation != null) {
      try {
        new ObjectMapper().readTree(selfEvaluation);
      } catch (JacksonException e) {
        throw new IllegalArgumentException("the evaluation of a model must be JSON", e);
      }
    }
    return new ForestModel(forest, provenance, selfEvaluation, history);
  }

  /// Reads a model folder: one of ours, of YDF, or a SavedModel of TF-DF; or a model in one file.
  ///
  /// @throws dev.tendril.learn.ModelException when it is none or is damaged; the message names file
  ///     and byte
  public static ForestModel load(Path folder) {
    Model model = Model.load(folder);
    if (model instanceof ForestModel forest) {
      return forest;
    }
    throw new ModelException(folder + ": is a " + model.name() + "; expected a decision forest");
  }

  static ForestModel read(Path folder) {
    return of(YdfReader.read(folder));
  }

  static ForestModel of(YdfModel model) {
    return new ForestModel(
        model.forest(), model.provenance(), model.selfEvaluation(), model.history());
  }

  /// What the model's folder holds.
  YdfModel content() {
    return new YdfModel(forest, provenance, selfEvaluation, history);
  }

  /// Reads a model from the bytes of [#toBytes], or of YDF's `model.serialize()`.
  ///
  /// @throws ModelException when they are none or are damaged; the message names the byte
  public static ForestModel ofBytes(byte[] bytes) {
    return of(YdfReader.read(bytes, Path.of("model")));
  }

  /// The whole model in one array of bytes, which YDF reads as well. Equal models give equal bytes.
  public byte[] toBytes() {
    return YdfWriter.bytes(content());
  }

  /// Writes the bytes of [#toBytes] to a file, whole or not at all.
  ///
  /// @throws ModelException when the file cannot be written
  public void saveFile(Path file) {
    Path target = file.toAbsolutePath();
    Path temporary = target.resolveSibling("." + target.getFileName() + ".tmp");
    try {
      try {
        Files.write(temporary, toBytes());
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new ModelException("cannot write the model " + file + ": " + e, e);
    }
  }

  @Override
  public void save(Path folder) {
    YdfModel model = content();
    ModelFolder.write(folder, files -> YdfWriter.write(model, files));
  }

  /// The trees and all that belongs to them.
  public Forest forest() {
    return forest;
  }

  public List<Tree> trees() {
    return forest.trees();
  }

  /// `random_forest`, `cart` (one tree that gives distributions or values),
  /// `gradient_boosted_trees` or `isolation_forest`.
  @Override
  public String name() {
    return switch (forest.combination()) {
      case Combination.Mean(boolean winnerTakeAll) ->
          trees().size() == 1 && !winnerTakeAll ? "cart" : "random_forest";
      case Combination.Sum _ -> "gradient_boosted_trees";
      case Combination.Isolation _ -> "isolation_forest";
    };
  }

  @Override
  public Task task() {
    return forest.task();
  }

  @Override
  public Schema schema() {
    return forest.schema();
  }

  @Override
  public List<String> features() {
    return features;
  }

  /// The label's values in vocabulary order, without the out-of-vocabulary item.
  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public Provenance provenance() {
    return provenance;
  }

  /// The out-of-bag or validation evaluation that training made, as JSON; null when there is none.
  @Override
  public @Nullable String selfEvaluation() {
    return selfEvaluation;
  }

  /// Of boosting: the loss on validation rows that the log gives for the model's number of trees.
  @Override
  public double validationLoss() {
    double loss = Double.NaN;
    if (forest.combination() instanceof Combination.Sum) {
      for (Forest.LogEntry entry : forest.log()) {
        loss = entry.trees() == trees().size() ? entry.validationLoss() : loss;
      }
    }
    return loss;
  }

  @Override
  public History history() {
    return history;
  }

  /// The number of predicted values a row: one per class, or one.
  public int outputs() {
    return answers.outputs();
  }

  @Override
  public Predictions predict(Frame frame) {
    return predict(frame, engine());
  }

  /// Predicts by walking the trees node by node: slow, and by definition right. For tests and
  /// comparisons.
  public Predictions predictByReference(Frame frame) {
    return predict(frame, new ReferenceEngine(forest, layout));
  }

  private Predictions predict(Frame frame, Engine by) {
    FrameFeed feed = new FrameFeed(layout, frame);
    float[] values = new float[Math.multiplyExact(frame.rows(), outputs())];
    IntStream.range(0, (frame.rows() + BLOCK - 1) / BLOCK)
        .parallel()
        .forEach(
            block -> {
              int from = block * BLOCK;
              int count = Math.min(BLOCK, frame.rows() - from);
              Rows rows = new Rows(layout, count);
              feed.fill(from, count, rows);
              by.predict(rows, count, values, from * outputs());
            });
    return new Predictions(task(), classes, values);
  }

  /// The graph has one op of a forest's own, [dev.tendril.core.op.Structured.TreeEnsemble], which
  /// runs by the engines of this model. It is the same graph each time.
  @Override
  public Graph graph() {
    Graph made = graph;
    if (made == null) {
      synchronized (layout) {
        made = graph;
        if (made == null) {
          made = ForestGraph.of(this, new ForestTrees(layout, engine(), trees().size()));
          graph = made;
        }
      }
    }
    return made;
  }

  @Override
  public List<Tensor> operands(Frame frame) {
    ForestGraph.check(this);
    FrameFeed feed = new FrameFeed(layout, frame);
    return IntStream.range(0, layout.slots()).mapToObj(feed::tensor).toList();
  }

  /// Measures how fast each engine predicts rows like those of a table, in one thread.
  ///
  /// @param seconds to spend on each engine and way of predicting, warm-up included
  /// @throws dev.tendril.data.DataException when features are missing from the table
  /// @throws IllegalArgumentException when the table has no rows
  public List<EngineSpeed> engineSpeeds(Frame frame, double seconds) {
    return EngineSpeed.measure(forest, layout, frame, seconds);
  }

  /// The leaf that each row reaches in each tree.
  ///
  /// @return `[rows][trees]`: the leaf's number within its tree in pre-order, the negative side
  ///     first
  public int[][] leaves(Frame frame) {
    FrameFeed feed = new FrameFeed(layout, frame);
    int[][] leaves = new int[frame.rows()][];
    int trees = trees().size();
    AdaptiveEngine by = engine();
    IntStream.range(0, (frame.rows() + BLOCK - 1) / BLOCK)
        .parallel()
        .forEach(
            block -> {
              int from = block * BLOCK;
              int count = Math.min(BLOCK, frame.rows() - from);
              Rows rows = new Rows(layout, count);
              feed.fill(from, count, rows);
              int[] found = new int[count * trees];
              by.leaves(rows, count, found, 0);
              for (int i = 0; i < count; i++) {
                leaves[from + i] = java.util.Arrays.copyOfRange(found, i * trees, (i + 1) * trees);
              }
            });
    return leaves;
  }

  /// A row to fill and predict, all missing; for one thread at a time.
  public Row row() {
    return new Row(layout, features);
  }

  /// The handle of a feature for the fast setters of [Row].
  ///
  /// @throws IllegalArgumentException when there is none of that name; the message proposes one
  public int feature(String name) {
    int at = features.indexOf(name);
    if (at < 0) {
      throw new IllegalArgumentException(
          "the model has no feature \""
              + name
              + "\""
              + Nearest.hint(name, features)
              + "; its features are "
              + String.join(", ", features));
    }
    return at;
  }

  /// Predicts one row. Allocates nothing.
  ///
  /// @param row made by [#row] of this model
  /// @param out at least [#outputs] values: the probability of every class, or one value
  public void predict(Row row, float[] out) {
    if (row.rows().layout() != layout) {
      throw new IllegalArgumentException(
          "the row was made by another model; use row() of this one");
    }
    if (out.length < outputs()) {
      throw new IllegalArgumentException(
          "room for " + out.length + " predicted values; expected " + outputs());
    }
    engine().predict(row.rows(), 1, out, 0);
  }

  /// Predicts one row of named values: numbers, strings, booleans, collections of strings for sets;
  /// null or absent is missing.
  ///
  /// @throws IllegalArgumentException when a name is no feature or a value does not suit it
  public Prediction predict(Map<String, ?> values) {
    Row row = row();
    values.forEach(row::put);
    float[] out = new float[outputs()];
    predict(row, out);
    return Prediction.of(classes, out);
  }

  /// The variable importances: those kept from training, and those that the trees alone tell
  /// (`NUM_NODES`, `NUM_AS_ROOT`, `SUM_SCORE`, `INV_MEAN_MIN_DEPTH`; of an isolation forest also
  /// `DIFFI` and `MEAN_PARTITION_SCORE`). By name; the most important column first.
  public Map<String, List<Importance>> variableImportances() {
    Map<String, List<Importance>> all = new TreeMap<>(StructuralImportances.of(forest));
    if (forest.combination() instanceof Combination.Isolation) {
      all.putAll(IsolationImportances.of(forest));
    }
    all.putAll(forest.importances());
    return all;
  }

  @Override
  public Map<String, List<VariableImportance>> importances() {
    Map<String, List<VariableImportance>> named = new TreeMap<>();
    variableImportances()
        .forEach(
            (measure, list) ->
                named.put(
                    measure,
                    list.stream()
                        .map(
                            one ->
                                new VariableImportance(
                                    schema().field(one.attribute()).name(), one.importance()))
                        .toList()));
    return named;
  }

  /// `trees`, `nodes`, `leaves`, `max_depth` (of a leaf; the root has 0).
  @Override
  public Map<String, Double> statistics() {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("trees", (double) trees().size());
    figures.put("nodes", (double) trees().stream().mapToLong(Tree::nodes).sum());
    figures.put("leaves", (double) trees().stream().mapToLong(Tree::leaves).sum());
    figures.put("max_depth", (double) trees().stream().mapToInt(Tree::depth).max().orElse(0));
    return figures;
  }

  /// A report in plain text: task, label, features, importances, statistics of the trees, the
  /// course of training and the first tree.
  @Override
  public String describe() {
    return Description.of(this);
  }

  /// A tree as indented text with the names of columns and categories.
  ///
  /// @param tree its position, from 0
  public String treeText(int tree) {
    return TreeText.of(forest, trees().get(tree), Integer.MAX_VALUE);
  }

  /// A condition of one of the trees with the names of columns and categories, such as `island in
  /// {Biscoe}`.
  public String conditionText(Condition condition) {
    return TreeText.of(forest, condition);
  }

  @Override
  public String toString() {
    return name() + " of " + trees().size() + " trees for " + task().name();
  }

  /// The model as the source of one Java class that needs nothing else, for Java 8 and newer. It
  /// predicts the same bits.
  ///
  /// @param className of the class, with its package if it is to be in one
  /// @throws IllegalArgumentException when the name cannot name a class
  public String toJava(String className) {
    return Export.java(forest, className);
  }

  /// The model as a header of C99 that needs nothing else. Where the compiler does not contract
  /// products and sums, the trees give the same bits; the link function is that of the C library.
  ///
  /// @param prefix of all names in it
  /// @throws IllegalArgumentException when no name can begin so
  public String toC(String prefix) {
    return Export.c(forest, prefix);
  }

  /// The model as a header of C99 without floating point, for small chips. Numbers come in as
  /// multiples of a power of two of each feature, sums go out so; the header says which, and how
  /// far they may be off. The link function is left to the caller: for the most probable class it
  /// is not needed.
  ///
  /// @param prefix of all names in it
  /// @param bits of an input, 16 or 32
  /// @throws IllegalArgumentException when no name can begin so, when there is another number of
  ///     bits, or when the model has conditions on sequences of vectors
  public String toIntegerC(String prefix, int bits) {
    return Export.integerC(forest, prefix, bits);
  }

  private AdaptiveEngine engine() {
    AdaptiveEngine compiled = engine;
    if (compiled == null) {
      synchronized (layout) {
        compiled = engine;
        if (compiled == null) {
          compiled = new AdaptiveEngine(forest, layout);
          engine = compiled;
        }
      }
    }
    return compiled;
  }
}
