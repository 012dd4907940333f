package dev.tendril.forest;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.CategoricalSetColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DiscretizedColumn;
import dev.tendril.data.Field;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.Schema;
import dev.tendril.data.VectorSequenceColumn;
import dev.tendril.data.Vocabulary;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.LossKind;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Provenance;
import dev.tendril.learn.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Draws forests with every kind of condition and tables with every kind of value.
final class RandomForests {
  static final List<String> KINDS =
      List.of(
          "vote", "mean", "binary", "multi", "logits", "poisson", "uplift", "effect", "isolation");

  private static final int VECTOR = 3;
  private final SplittableRandom random;
  private final Schema schema;

  /// The conditions that [#condition] draws from.
  enum Conditions {
    ALL(13),
    /// Without vectors.
    ROWS(11),
    /// Of one value each: no sets, sums or vectors.
    CELLS(8),
    /// Those that compare: no categories either.
    ORDERED(5);

    private final int kinds;

    Conditions(int kinds) {
      this.kinds = kinds;
    }
  }

  private final int large;
  private final int trees;
  private Conditions conditions = Conditions.ALL;
  private int depth = 6;

  RandomForests(long seed) {
    this(seed, 5000, 12);
  }

  /// @param depth the most levels below a root
  RandomForests with(Conditions drawn, int depth) {
    this.conditions = drawn;
    this.depth = depth;
    return this;
  }

  /// @param large the size of the largest vocabulary
  /// @param trees the number of trees of a forest, divisible by 3
  RandomForests(long seed, int large, int trees) {
    this.large = large;
    this.trees = trees;
    this.random = new SplittableRandom(seed);
    this.schema =
        new Schema(
            List.of(
                field("n0", new Field.Numerical(0, -3, 3, 1)),
                field("n1", new Field.Numerical(0, -3, 3, 1)),
                field("label2", new Field.Categorical(Vocabulary.of("no", "yes"))),
                field("small", new Field.Categorical(vocabulary(5))),
                field("large", new Field.Categorical(vocabulary(large))),
                field("words", new Field.CategoricalSet(vocabulary(70), 0, 4)),
                field("manyWords", new Field.CategoricalSet(vocabulary(large / 2), 0, 4)),
                field("flag", new Field.Bool(3, 4)),
                field(
                    "binned",
                    new Field.Discretized(
                        new Field.Numerical(0, -3, 3, 1), new float[] {-1, 0, 1.5f}, 9, 255)),
                field("vectors", new Field.VectorSequence(VECTOR, 0, 3)),
                field("label3", new Field.Categorical(Vocabulary.of("a", "b", "c"))),
                field("y", new Field.Numerical(0, -3, 3, 1))));
  }

  private static Field field(String name, Field.Details details) {
    return new Field(name, false, 100, 0, details);
  }

  private static Vocabulary vocabulary(int size) {
    return Vocabulary.of(IntStream.range(0, size).mapToObj(i -> "v" + i).toArray(String[]::new));
  }

  private static final List<Integer> FEATURES = List.of(0, 1, 3, 4, 5, 6, 7, 8, 9);

  ForestModel model(String kind) {
    Task task =
        switch (kind) {
          case "vote", "mean", "multi" -> new Task.Classification("label3");
          case "binary", "logits" -> new Task.Classification("label2");
          case "uplift" -> new Task.CategoricalUplift("label2", "label3");
          case "effect" -> new Task.NumericalUplift("y", "label2");
          case "isolation" -> new Task.AnomalyDetection(null);
          default -> new Task.Regression("y");
        };
    Combination combination =
        switch (kind) {
          // Trees of uplift do not vote, whatever the flag says.
          case "vote", "uplift" -> new Combination.Mean(true);
          case "mean", "effect" -> new Combination.Mean(false);
          case "multi" ->
              new Combination.Sum(
                  LossKind.MULTINOMIAL_LOG_LIKELIHOOD, new float[] {0.1f, 0, -1}, 3, false);
          case "binary", "logits" ->
              new Combination.Sum(
                  LossKind.BINOMIAL_LOG_LIKELIHOOD, new float[] {-0.3f}, 1, kind.equals("logits"));
          case "poisson" -> new Combination.Sum(LossKind.POISSON, new float[] {0.2f}, 1, false);
          default -> new Combination.Isolation(256);
        };
    List<Tree> grown = new ArrayList<>();
    for (int t = 0; t < trees; t++) {
      grown.add(new Tree(node(kind, t == 0 ? 0 : random.nextInt(depth + 1))));
    }
    Forest forest = new Forest(task, schema, FEATURES, combination, grown, Map.of(), List.of());
    return ForestModel.of(forest, Provenance.UNKNOWN, null);
  }

  private Node node(String kind, int depth) {
    if (depth == 0 || random.nextInt(8) == 0) {
      return new Node.Leaf(output(kind), random.nextInt(100));
    }
    return new Node.Split(
        condition(),
        random.nextBoolean(),
        node(kind, depth - 1),
        node(kind, depth - 1),
        null,
        new Node.Statistics(10, 10, 4, 4.5, (float) random.nextDouble()));
  }

  private Output output(String kind) {
    return switch (kind) {
      case "vote" -> new Output.Distribution(1 + random.nextInt(3), new double[0]);
      case "mean" ->
          new Output.Distribution(
              2, new double[] {0, random.nextDouble(), random.nextDouble() + 1, 0.5});
      case "uplift", "effect" ->
          new Output.Uplift(
              3,
              new double[] {1, 2},
              new double[] {1, 0, 1, 1},
              new float[] {number()},
              new long[] {1, 2});
      case "isolation" -> new Output.Isolated(random.nextInt(40));
      default ->
          new Output.Value(
              number(), random.nextBoolean() ? null : new Output.Moments(0, 0, 0, 1, -0.0, 2));
    };
  }

  private float number() {
    return (float) (random.nextDouble() * 6 - 3);
  }

  private Condition condition() {
    return switch (random.nextInt(conditions.kinds)) {
      case 0 -> new Condition.IsMissing(FEATURES.get(random.nextInt(FEATURES.size())));
      case 1, 2 -> new Condition.AtLeast(random.nextInt(2), number());
      case 3 -> new Condition.IsTrue(7);
      case 4 -> new Condition.BinAtLeast(8, random.nextInt(5));
      case 5, 6 -> contains(3, 5, random.nextInt(6));
      case 7 -> contains(4, large, random.nextBoolean() ? 3 : large / 3);
      case 8 -> contains(5, 70, 10);
      case 9 -> contains(6, large / 2, random.nextBoolean() ? 5 : large / 5);
      case 10 ->
          new Condition.Oblique(
              new int[] {1, 0},
              new float[] {number(), number()},
              number(),
              random.nextBoolean() ? new float[0] : new float[] {number(), number()});
      case 11 ->
          new Condition.CloserThan(
              9, new float[] {number(), number(), number()}, Math.abs(number()) * 5);
      default ->
          new Condition.ProjectedMoreThan(
              9, new float[] {number(), number(), number()}, number() * 3);
    };
  }

  private Condition contains(int attribute, int size, int count) {
    return new Condition.Contains(
        attribute, random.ints(count, 0, size + 1).sorted().distinct().toArray());
  }

  /// A table with a tenth of all values missing and values out of vocabulary.
  Frame frame(int rows) {
    List<Column> columns = new ArrayList<>();
    for (Field field : schema.fields()) {
      columns.add(column(field, rows));
    }
    return Frame.of(columns);
  }

  private boolean missing() {
    return random.nextInt(10) == 0;
  }

  private Column column(Field field, int rows) {
    return switch (field.details()) {
      case Field.Numerical _ -> new NumericalColumn(field, numbers(rows));
      case Field.Discretized _ -> DiscretizedColumn.of(field, numbers(rows));
      case Field.Categorical categorical -> {
        int[] codes = new int[rows];
        for (int i = 0; i < rows; i++) {
          codes[i] = missing() ? -1 : random.nextInt(categorical.vocabulary().size());
        }
        yield new CategoricalColumn(field, codes);
      }
      case Field.CategoricalSet set -> {
        List<int @Nullable []> sets = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
          sets.add(
              missing()
                  ? null
                  : random.ints(random.nextInt(6), 0, set.vocabulary().size()).toArray());
        }
        yield CategoricalSetColumn.of(field, sets);
      }
      case Field.Bool _ -> {
        byte[] values = new byte[rows];
        for (int i = 0; i < rows; i++) {
          values[i] = (byte) (missing() ? -1 : random.nextInt(2));
        }
        yield new BooleanColumn(field, values);
      }
      case Field.VectorSequence(int length, _, _) -> {
        int[] starts = new int[rows + 1];
        boolean[] missing = new boolean[rows];
        for (int i = 0; i < rows; i++) {
          missing[i] = missing();
          starts[i + 1] = starts[i] + (missing[i] ? 0 : random.nextInt(4));
        }
        float[] values = new float[starts[rows] * length];
        for (int i = 0; i < values.length; i++) {
          values[i] = number();
        }
        yield new VectorSequenceColumn(field, starts, values, missing);
      }
      case Field.Text _, Field.Hash _ -> throw new AssertionError(field);
    };
  }

  private float[] numbers(int rows) {
    float[] values = new float[rows];
    for (int i = 0; i < rows; i++) {
      values[i] = missing() ? Float.NaN : missing() ? Float.NEGATIVE_INFINITY : number();
    }
    return values;
  }
}
