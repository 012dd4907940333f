package dev.tendril.benchmarks;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Column;
import dev.tendril.data.Field;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.Vocabulary;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.GradientBoostedTrees;
import dev.tendril.forest.RandomForest;
import dev.tendril.forest.Row;
import dev.tendril.forest.options.GradientBoostedTreesParameters.EarlyStopping;
import dev.tendril.forest.options.TreeParameters.TreeMethod;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;

/// Tendril through its public interface: columns to a frame, a learner, a model. Boosting chooses
/// by itself whether to search splits over bins.
public class TendrilContestant implements Contestant {
  private static final String LABEL = "label";

  @Override
  public String name() {
    return "tendril";
  }

  @Override
  public String version() {
    return "tendril 0.1.0";
  }

  @Override
  public Object prepare(Dataset rows, Settings settings) {
    List<Column> columns = new ArrayList<>();
    for (int j = 0; j < rows.columns(); j++) {
      columns.add(
          rows.categories()[j] == 0
              ? NumericalColumn.of("f" + j, rows.column(j))
              : categorical("f" + j, rows.categories()[j], rows.column(j)));
    }
    columns.add(categorical(LABEL, 2, rows.labels()));
    return Frame.of(columns);
  }

  private static CategoricalColumn categorical(String name, int categories, float[] values) {
    int[] codes = new int[values.length];
    long[] counts = new long[categories + 1];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = code(values[i]);
      if (codes[i] > 0) {
        counts[codes[i]]++;
      }
    }
    List<String> items = new ArrayList<>(List.of(Vocabulary.OUT_OF_VOCABULARY));
    IntStream.range(0, categories).mapToObj(Integer::toString).forEach(items::add);
    long missing = IntStream.of(codes).filter(code -> code < 0).count();
    Field.Categorical details = new Field.Categorical(new Vocabulary(items, counts));
    return new CategoricalColumn(new Field(name, true, codes.length, missing, details), codes);
  }

  private static int code(float category) {
    return Float.isNaN(category) ? Vocabulary.MISSING : 1 + (int) category;
  }

  @Override
  public Fitted train(Object prepared, Settings settings) {
    Frame frame = (Frame) prepared;
    return new Predictor(
        learner(settings).train(frame, options -> options.threads = settings.threads()));
  }

  /// How boosting searches splits.
  TreeMethod treeMethod() {
    return TreeMethod.AUTO;
  }

  private Learner<ForestModel> learner(Settings settings) {
    return switch (settings.kind()) {
      case GBT ->
          GradientBoostedTrees.of(
              Inputs.classification(LABEL),
              p -> {
                p.numTrees = settings.trees();
                p.maxDepth = settings.depth() + 1;
                p.minExamples = settings.minExamples();
                p.shrinkage = settings.rate();
                p.l2Regularization = settings.l2();
                p.validationRatio = 0;
                p.treeMethod = treeMethod();
                p.earlyStopping = EarlyStopping.NONE;
                p.randomSeed = settings.seed();
              });
      case RF ->
          RandomForest.of(
              Inputs.classification(LABEL),
              p -> {
                p.numTrees = settings.trees();
                p.maxDepth = settings.depth() + 1;
                p.minExamples = settings.minExamples();
                p.numCandidateAttributes = settings.columns();
                p.winnerTakeAll = false;
                p.computeOobPerformances = false;
                p.randomSeed = settings.seed();
              });
    };
  }

  /// Predicts in one thread: work that would be spread stays in a pool of one.
  private static final class Predictor implements Fitted {
    private final ForestModel model;
    private final int positive;
    private final Row row;
    private final boolean[] categorical;
    private final String[] names;
    private final float[] answer;
    private final ForkJoinPool pool = new ForkJoinPool(1);

    Predictor(ForestModel model) {
      this.model = model;
      this.positive = model.classes().indexOf("1");
      this.row = model.row();
      this.categorical = new boolean[model.features().size()];
      int most = 0;
      for (int j = 0; j < categorical.length; j++) {
        Field field = model.schema().field(model.features().get(j));
        if (field.details() instanceof Field.Categorical(Vocabulary vocabulary)) {
          categorical[j] = true;
          most = Math.max(most, vocabulary.size());
        }
      }
      this.names = IntStream.range(0, most).mapToObj(Integer::toString).toArray(String[]::new);
      this.answer = new float[model.outputs()];
    }

    @Override
    public void predict(float[] rows, int count, float[] out) {
      pool.submit(() -> predictHere(rows, count, out)).join();
    }

    private void predictHere(float[] rows, int count, float[] out) {
      List<Column> columns = new ArrayList<>();
      for (int j = 0; j < categorical.length; j++) {
        Field field = model.schema().field(model.features().get(j));
        if (categorical[j]) {
          int[] codes = new int[count];
          for (int i = 0; i < count; i++) {
            codes[i] = code(rows[i * categorical.length + j]);
          }
          columns.add(new CategoricalColumn(field, codes));
        } else {
          float[] values = new float[count];
          for (int i = 0; i < count; i++) {
            values[i] = rows[i * categorical.length + j];
          }
          columns.add(new NumericalColumn(field, values));
        }
      }
      float[] values = model.predict(Frame.of(columns)).values();
      for (int i = 0; i < count; i++) {
        out[i] = values[i * model.outputs() + positive];
      }
    }

    @Override
    public float predict(float[] values) {
      for (int j = 0; j < values.length; j++) {
        if (!categorical[j]) {
          row.set(j, values[j]);
        } else if (Float.isNaN(values[j])) {
          row.setMissing(j);
        } else {
          row.set(j, names[(int) values[j]]);
        }
      }
      model.predict(row, answer);
      return answer[positive];
    }

    @Override
    public void close() {
      pool.close();
    }
  }
}
