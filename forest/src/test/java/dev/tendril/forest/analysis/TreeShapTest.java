package dev.tendril.forest.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Field;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.Schema;
import dev.tendril.data.Vocabulary;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Provenance;
import dev.tendril.learn.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Shapley values against their definition: the mean over all orders of what a player adds.
class TreeShapTest {
  private static final int FEATURES = 5;

  private static Field number(String name, double mean) {
    return new Field(name, false, 9, 0, new Field.Numerical(mean, -3, 3, 1));
  }

  private static final Schema SCHEMA =
      new Schema(
          List.of(
              number("x0", 0.25),
              number("y", 0),
              number("x1", -0.5),
              number("x2", 0),
              number("x3", 1),
              new Field("c", false, 9, 0, new Field.Categorical(Vocabulary.of("a", "b", "c")))));

  private static final List<Integer> COLUMNS = List.of(0, 2, 3, 4, 5);

  private static ForestModel model(Node... roots) {
    return ForestModel.of(
        new Forest(
            new Task.Regression("y"),
            SCHEMA,
            COLUMNS,
            new Combination.Mean(false),
            Arrays.stream(roots).map(Tree::new).toList(),
            Map.of(),
            List.of()),
        Provenance.UNKNOWN,
        null);
  }

  private static Node.Split split(
      Condition condition, double positive, Node negative, Node positiveChild) {
    return new Node.Split(
        condition,
        false,
        negative,
        positiveChild,
        null,
        new Node.Statistics(100, 100, 0, positive, 1));
  }

  private static Node.Leaf leaf(double value) {
    return new Node.Leaf(new Output.Value((float) value, null), 1);
  }

  private static Node grow(SplittableRandom random, int depth, boolean oblique) {
    if (depth == 0 || random.nextInt(6) == 0) {
      return leaf(random.nextInt(-20, 20));
    }
    int at = COLUMNS.get(random.nextInt(FEATURES));
    Condition condition =
        at == 5
            ? new Condition.Contains(5, new int[] {1 + random.nextInt(3)})
            : new Condition.AtLeast(at, (float) random.nextDouble(-2, 2));
    if (oblique && random.nextInt(3) == 0) {
      condition =
          new Condition.Oblique(
              random.nextBoolean() ? new int[] {4, 0} : new int[] {0, 4},
              new float[] {(float) random.nextDouble(-1, 1), (float) random.nextDouble(-1, 1)},
              (float) random.nextDouble(-1, 1),
              new float[] {0.5f, 0.5f});
    }
    return split(
        condition,
        random.nextInt(101),
        grow(random, depth - 1, oblique),
        grow(random, depth - 1, oblique));
  }

  private static Frame frame(SplittableRandom random, int rows) {
    List<dev.tendril.data.Column> columns = new ArrayList<>();
    for (int at : COLUMNS) {
      if (at == 5) {
        columns.add(new CategoricalColumn(SCHEMA.field(at), random.ints(rows, -1, 4).toArray()));
        continue;
      }
      float[] values = new float[rows];
      for (int i = 0; i < rows; i++) {
        values[i] = random.nextInt(6) == 0 ? Float.NaN : (float) random.nextDouble(-3, 3);
      }
      columns.add(new NumericalColumn(SCHEMA.field(at), values));
    }
    return Frame.of(columns);
  }

  /// The players of the game: sets of attributes that a condition reads.
  private static List<List<Integer>> players(ForestModel model) {
    List<List<Integer>> players = new ArrayList<>();
    for (Tree tree : model.trees()) {
      tree.forEach(
          (node, _) -> {
            if (node instanceof Node.Split split && !players.contains(player(split))) {
              players.add(player(split));
            }
          });
    }
    return players;
  }

  private static List<Integer> player(Node.Split split) {
    return Arrays.stream(split.condition().attributes()).boxed().sorted().toList();
  }

  private record Game(ForestModel model, int[] decided, List<List<Integer>> players) {
    double worth(int coalition) {
      int[] next = {0};
      double sum = 0;
      for (Tree tree : model.trees()) {
        sum += worth(tree.root(), coalition, next);
      }
      return sum / model.trees().size();
    }

    private double worth(Node node, int coalition, int[] next) {
      return switch (node) {
        case Node.Leaf(Output output, _) -> ((Output.Value) output).value();
        case Node.Split split -> {
          boolean positive = decided[next[0]++] == 1;
          double no = worth(split.negative(), coalition, next);
          double yes = worth(split.positive(), coalition, next);
          if ((coalition >> players.indexOf(player(split)) & 1) == 1) {
            yield positive ? yes : no;
          }
          double share = Cover.positiveShare(split);
          yield share * yes + (1 - share) * no;
        }
      };
    }

    double shapley(int player) {
      int n = players.size();
      double value = 0;
      for (int others = 0; others < 1 << n; others++) {
        if ((others >> player & 1) == 0) {
          int size = Integer.bitCount(others);
          double weight = factorial(size) * factorial(n - size - 1) / factorial(n);
          value += weight * (worth(others | 1 << player) - worth(others));
        }
      }
      return value;
    }

    private static double factorial(int n) {
      return n <= 1 ? 1 : n * factorial(n - 1);
    }
  }

  @Test
  void valuesAreThoseOfTheDefinition() {
    for (int round = 0; round < 40; round++) {
      SplittableRandom random = new SplittableRandom(round);
      boolean oblique = round % 2 == 1;
      ForestModel model = model(grow(random, 5, oblique), grow(random, 4, oblique));
      Frame frame = frame(random, 6);
      ShapValues shap = TreeShap.of(model).explain(frame);
      int[][] decided = new Decisions(model.forest()).of(frame);
      for (int row = 0; row < frame.rows(); row++) {
        Game game = new Game(model, decided[row], players(model));
        double[] expected = new double[FEATURES];
        double pair = 0;
        for (int p = 0; p < game.players().size(); p++) {
          List<Integer> attributes = game.players().get(p);
          if (attributes.size() > 1) {
            pair += game.shapley(p);
          } else {
            expected[COLUMNS.indexOf(attributes.getFirst())] += game.shapley(p);
          }
        }
        String place = "seed " + round + ", row " + row;
        assertEquals(game.worth(0), shap.bias(0), 1e-9, place);
        for (int feature : List.of(1, 2, 4)) {
          assertEquals(expected[feature], shap.value(row, 0, feature), 1e-9, place);
        }
        double shared = shap.value(row, 0, 0) + shap.value(row, 0, 3);
        assertEquals(expected[0] + expected[3] + pair, shared, 1e-9, place);
        if (!oblique) {
          assertEquals(expected[0], shap.value(row, 0, 0), 1e-9, place);
        }
      }
    }
  }

  @Test
  void obliqueConditionsCreditAllTheirAttributes() {
    ForestModel model =
        model(
            split(
                new Condition.Oblique(new int[] {4, 0}, new float[] {2, -1}, 0, new float[] {0, 0}),
                50,
                leaf(0),
                leaf(8)));
    Frame frame =
        Frame.of(
            new NumericalColumn(SCHEMA.field(0), new float[] {1.25f, 0.25f, Float.NaN}),
            new NumericalColumn(SCHEMA.field(2), new float[3]),
            new NumericalColumn(SCHEMA.field(3), new float[3]),
            new NumericalColumn(SCHEMA.field(4), new float[] {2.5f, 1, 2}),
            new CategoricalColumn(SCHEMA.field(5), new int[3]));
    ShapValues shap = TreeShap.of(model).explain(frame);
    assertEquals(4, shap.bias(0), 1e-12);
    assertEquals(4 * 1 / 4.0, shap.value(0, 0, 0), 1e-12);
    assertEquals(4 * 3 / 4.0, shap.value(0, 0, 3), 1e-12);
    assertEquals(2, shap.value(1, 0, 0), 1e-12, "both at their means: evenly");
    assertEquals(4 * 0.25 / 2.25, shap.value(2, 0, 0), 1e-12, "the replacement stands in");
  }

  @Test
  void sharesAreFoundWhereverTheModelKeepsThem() {
    Node.Statistics none = new Node.Statistics(0, 0, 0, 0, 0);
    Condition condition = new Condition.AtLeast(0, 0);
    Node few = new Node.Leaf(new Output.Value(1, null), 30);
    Node many = new Node.Leaf(new Output.Distribution(1, new double[] {0, 50, 20}), 0);
    assertEquals(
        0.3, Cover.positiveShare(new Node.Split(condition, false, many, few, null, none)), 1e-12);
    Node unknown = leaf(1);
    Node silent = new Node.Leaf(new Output.Value(1, null), 0);
    assertEquals(
        0.5,
        Cover.positiveShare(new Node.Split(condition, false, silent, silent, null, none)),
        1e-12);
    Node.Statistics rows = new Node.Statistics(10, 0, 4, 0, 0);
    assertEquals(
        0.4,
        Cover.positiveShare(new Node.Split(condition, false, unknown, unknown, null, rows)),
        1e-12);
    Node.Statistics never = new Node.Statistics(10, 10, 0, 0, 0);
    assertEquals(
        Cover.LEAST,
        Cover.positiveShare(new Node.Split(condition, false, unknown, unknown, null, never)));
  }

  @Test
  void quadratureIsExactForPolynomials() {
    for (int n = 1; n <= 40; n++) {
      Quadrature rule = Quadrature.of(n);
      for (int degree = 0; degree < 2 * n; degree++) {
        double sum = 0;
        TreeSet<Double> distinct = new TreeSet<>();
        for (int i = 0; i < n; i++) {
          sum += rule.weights()[i] * Math.pow(rule.points()[i], degree);
          distinct.add(rule.points()[i]);
        }
        assertEquals(1.0 / (degree + 1), sum, 1e-13, n + " points, degree " + degree);
        assertEquals(n, distinct.size());
      }
    }
  }
}
