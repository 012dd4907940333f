package dev.tendril.conformance;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.Split;
import dev.tendril.data.Splits;
import dev.tendril.learn.Hyperparameters;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import dev.tendril.learn.LearnerProvider;
import dev.tendril.learn.Monotonicity;
import dev.tendril.learn.Task;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The variants of training that YDF's own tests measure, on the same tables and in the same
/// set-up, beside the figures that these tests expect: those of `published-figures.txt`.
/// `docs/accuracy.md` is the table of what comes out; with `-Dtendril.docs=update` it is written
/// anew.
@Tag("slow")
class PublishedFiguresTest {
  private static final String[] CATEGORIES = {
    "workclass",
    "education",
    "marital_status",
    "occupation",
    "relationship",
    "race",
    "sex",
    "native_country"
  };

  /// What a variant is measured on.
  ///
  /// @param seeds models that differ in their seeds; 0 for one of the seed that learners have
  private record Setup(Inputs inputs, List<Split> splits, int seeds) {}

  @Test
  void variantsReachTheFiguresOfYdf() throws IOException {
    PublishedFigures table = new PublishedFigures();
    Map<String, Setup> setups = setups();
    for (String line : lines()) {
      String[] fields = line.split(" [|] ", -1);
      assertEquals(4, fields.length, line);
      Setup setup = Objects.requireNonNull(setups.get(fields[0]), line);
      table.measure(
          fields[0].split(",", -1)[0],
          fields[1],
          learners(setup, fields[2].split(" ", -1)),
          setup.splits(),
          PublishedFigures.figures(fields[3]));
    }
    Path page = ReadmeExampleTest.root().resolve("docs/accuracy.md");
    if (System.getProperty("tendril.docs", "").equals("update")) {
      Files.writeString(page, table.page());
    }
    assertEquals(List.of(), table.failures());
    assertEquals(
        Files.readString(page),
        table.page(),
        "docs/accuracy.md is stale; -Dtest=PublishedFiguresTest -Dtendril.docs=update writes it anew");
  }

  private static List<String> lines() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(
            PublishedFiguresTest.class.getResourceAsStream("published-figures.txt"))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }

  /// @param words the learner's name and its hyper-parameters
  private static List<Learner<?>> learners(Setup setup, String[] words) {
    LearnerProvider provider =
        LearnerProvider.all().stream()
            .filter(one -> one.name().equals(words[0]))
            .findFirst()
            .orElseThrow();
    List<Learner<?>> learners = new ArrayList<>();
    for (int seed = 0; seed < Math.max(1, setup.seeds()); seed++) {
      Hyperparameters hyperparameters = provider.hyperparameters();
      if (setup.seeds() > 0) {
        hyperparameters.set("random_seed", String.valueOf(seed));
      }
      for (String word : List.of(words).subList(1, words.length)) {
        String[] setting = word.split("=", 2);
        hyperparameters.set(setting[0], setting[1]);
      }
      learners.add(provider.learner(setup.inputs(), hyperparameters));
    }
    return learners;
  }

  /// The set-ups by name: that of the data, and what is special.
  private static Map<String, Setup> setups() {
    List<Split> adult = adult(false);
    List<Split> abalone = halves("forests/data/abalone.csv");
    List<Split> lines =
        IntStream.range(0, 20).mapToObj(seed -> figureTen(new Random(seed))).toList();
    Inputs income = Inputs.classification("income");
    Inputs rings = Inputs.regression("Rings");
    Inputs longer =
        rings
            .withMonotonic("LongestShell", Monotonicity.INCREASING)
            .withMonotonic("Diameter", Monotonicity.INCREASING);
    return Map.ofEntries(
        entry("adult", new Setup(income, adult, 0)),
        entry("adult, discretized", new Setup(income, adult(true), 0)),
        entry("adult, weights", new Setup(income.withWeights("age"), younger(adult), 0)),
        entry("adult, increasing", new Setup(monotonic(Monotonicity.INCREASING), adult, 0)),
        entry("adult, decreasing", new Setup(monotonic(Monotonicity.DECREASING), adult, 0)),
        entry("adult, categories", new Setup(income.withFeatures(CATEGORIES), adult, 0)),
        entry("abalone", new Setup(rings, abalone, 10)),
        entry("abalone, increasing", new Setup(longer, abalone, 10)),
        entry(
            "iris", new Setup(Inputs.classification("class"), halves("forests/data/iris.csv"), 10)),
        entry(
            "two centers",
            new Setup(Inputs.regression("target"), files("two_center_regression"), 0)),
        entry(
            "synthetic ranking",
            new Setup(
                new Inputs(new Task.Ranking("LABEL", "GROUP")), files("synthetic_ranking"), 0)),
        entry("figure 10", new Setup(Inputs.regression("y"), lines, 0)));
  }

  /// Age and education follow a direction; hours per week always rise.
  private static Inputs monotonic(Monotonicity direction) {
    return Inputs.classification("income")
        .withMonotonic("age", direction)
        .withMonotonic("hours_per_week", Monotonicity.INCREASING)
        .withMonotonic("education_num", direction);
  }

  /// What figure 10 of Geurts, Ernst, Wehenkel (2006) shows: through few points of a broken line,
  /// trees with drawn thresholds lay a smooth curve, a forest lays stairs. The error is that
  /// against the line between neighboring points.
  private static Split figureTen(Random random) {
    float[] x = new float[20];
    float[] y = new float[20];
    for (int row = 0; row < x.length; row++) {
      x[row] = 3 * random.nextFloat();
    }
    Arrays.sort(x);
    for (int row = 0; row < x.length; row++) {
      y[row] = Math.max(0, x[row] < 1 ? 1 - x[row] : x[row] < 2 ? x[row] - 1 : 0);
    }
    float[] at = new float[1000];
    float[] between = new float[1000];
    for (int row = 0; row < at.length; row++) {
      at[row] = x[0] + (x[19] - x[0]) * random.nextFloat();
      int above = 1;
      while (above < 19 && x[above] < at[row]) {
        above++;
      }
      float share = (at[row] - x[above - 1]) / (x[above] - x[above - 1]);
      between[row] = y[above - 1] + share * (y[above] - y[above - 1]);
    }
    return new Split(points(x, y), points(at, between));
  }

  private static Frame points(float[] x, float[] y) {
    return Frame.of(List.of(NumericalColumn.of("x", x), NumericalColumn.of("y", y)));
  }

  /// Five disjoint fifths, each in two halves.
  private static List<Split> adult(boolean discretize) {
    Frame adult =
        Frame.read(
            Shared.file("forests/data/adult_train.csv")
                + ","
                + Shared.file("forests/data/adult_test.csv"),
            options -> options.discretize = discretize);
    return Splits.folds(adult, 5, 11).stream().map(fifth -> fifth.test().split(0.5, 12)).toList();
  }

  /// Leaves rows out, the more likely the older, which weights by age make up for.
  private static List<Split> younger(List<Split> splits) {
    return splits.stream()
        .map(split -> new Split(younger(split.train(), 1), younger(split.test(), 2)))
        .toList();
  }

  private static Frame younger(Frame table, long seed) {
    float[] ages = ((NumericalColumn) table.column("age")).values();
    Random random = new Random(seed);
    return table.rows(
        IntStream.range(0, ages.length)
            .filter(row -> random.nextDouble() >= ages[row] / 90)
            .toArray());
  }

  /// Every other row, with an exception at the start.
  private static List<Split> halves(String file) {
    Frame table = Frame.read(Shared.file(file));
    int[] train =
        IntStream.range(1, table.rows()).filter(row -> row == 1 || row % 2 == 0).toArray();
    int[] test =
        IntStream.range(0, table.rows())
            .filter(row -> row != 1 && (row == 0 || row % 2 == 1))
            .toArray();
    return List.of(new Split(table.rows(train), table.rows(test)));
  }

  private static List<Split> files(String name) {
    Frame train = Frame.read(Shared.file("forests/data/" + name + "_train.csv"));
    Frame test =
        Frame.read(
            Shared.file("forests/data/" + name + "_test.csv").toString(),
            options -> options.schema = train.schema());
    return List.of(new Split(train, test));
  }
}
