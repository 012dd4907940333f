package dev.tendril.benchmarks.peers;

import dev.tendril.benchmarks.Contestant;
import dev.tendril.benchmarks.Dataset;
import dev.tendril.benchmarks.Settings;
import java.util.stream.IntStream;
import smile.classification.Classifier;
import smile.classification.GradientTreeBoost;
import smile.classification.RandomForest;
import smile.data.DataFrame;
import smile.data.Tuple;
import smile.data.formula.Formula;
import smile.data.measure.NominalScale;
import smile.data.type.DataTypes;
import smile.data.type.StructField;
import smile.data.type.StructType;
import smile.data.vector.ByteVector;
import smile.data.vector.FloatVector;
import smile.data.vector.IntVector;
import smile.data.vector.ValueVector;
import smile.math.MathEx;
import smile.model.cart.SplitRule;

/// Smile, in pure Java with exact splits. It has no L2 regularization of leaves, no missing
/// categories (here one category more), and trains in the common pool, whose size the process is
/// started with.
public final class SmileContestant implements Contestant {
  private static final int LEAVES = 1 << 16;

  @Override
  public String name() {
    return "smile";
  }

  @Override
  public String version() {
    return "smile-core 6.2.5";
  }

  private record Prepared(DataFrame frame, StructField[] fields) {}

  @Override
  public Object prepare(Dataset rows, Settings settings) {
    StructField[] fields = new StructField[rows.columns()];
    ValueVector[] columns = new ValueVector[fields.length + 1];
    for (int j = 0; j < fields.length; j++) {
      int categories = rows.categories()[j];
      float[] values = rows.column(j);
      if (categories == 0) {
        fields[j] = new StructField("f" + j, DataTypes.FloatType);
        columns[j] = new FloatVector(fields[j], values);
      } else {
        String[] levels =
            IntStream.rangeClosed(0, categories).mapToObj(k -> "c" + k).toArray(String[]::new);
        fields[j] = new StructField("f" + j, DataTypes.ByteType, new NominalScale(levels));
        byte[] codes = new byte[values.length];
        for (int i = 0; i < codes.length; i++) {
          codes[i] = (byte) code(values[i], categories);
        }
        columns[j] = new ByteVector(fields[j], codes);
      }
    }
    int[] labels = new int[rows.rows()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) rows.labels()[i];
    }
    columns[fields.length] =
        new IntVector(
            new StructField("label", DataTypes.IntType, new NominalScale("0", "1")), labels);
    return new Prepared(new DataFrame(columns), fields);
  }

  private static float code(float value, int categories) {
    return categories > 0 && Float.isNaN(value) ? categories : value;
  }

  @Override
  public Fitted train(Object prepared, Settings settings) {
    Prepared data = (Prepared) prepared;
    MathEx.setSeed(settings.seed());
    return new Predictor(classifier(data.frame(), settings), data.fields());
  }

  /// Smile counts the root as a level.
  private static Classifier<Tuple> classifier(DataFrame frame, Settings settings) {
    Formula formula = Formula.lhs("label");
    int depth = settings.depth() + 1;
    return switch (settings.kind()) {
      case GBT ->
          GradientTreeBoost.fit(
              formula,
              frame,
              new GradientTreeBoost.Options(
                  settings.trees(),
                  depth,
                  1 << settings.depth(),
                  settings.minExamples(),
                  settings.rate(),
                  1.0,
                  null,
                  null));
      case RF ->
          RandomForest.fit(
              formula,
              frame,
              new RandomForest.Options(
                  settings.trees(),
                  settings.columns(),
                  SplitRule.GINI,
                  depth,
                  LEAVES,
                  settings.minExamples(),
                  1.0,
                  null,
                  null,
                  null));
    };
  }

  private record Predictor(Classifier<Tuple> model, StructType schema, int[] categories)
      implements Fitted {
    Predictor(Classifier<Tuple> model, StructField[] fields) {
      this(model, new StructType(fields), new int[fields.length]);
      for (int j = 0; j < fields.length; j++) {
        if (fields[j].measure() instanceof NominalScale scale) {
          categories[j] = scale.size() - 1;
        }
      }
    }

    @Override
    public void predict(float[] rows, int count, float[] out) {
      for (int i = 0; i < count; i++) {
        out[i] = predict(rows, i * categories.length);
      }
    }

    @Override
    public float predict(float[] row) {
      return predict(row, 0);
    }

    private float predict(float[] rows, int at) {
      double[] values = new double[categories.length];
      for (int j = 0; j < values.length; j++) {
        values[j] = code(rows[at + j], categories[j]);
      }
      double[] probabilities = new double[2];
      model.predict(Tuple.of(schema, values), probabilities);
      return (float) probabilities[1];
    }
  }
}
