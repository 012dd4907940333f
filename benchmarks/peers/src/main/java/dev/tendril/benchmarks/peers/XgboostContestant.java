package dev.tendril.benchmarks.peers;

import dev.tendril.benchmarks.Contestant;
import dev.tendril.benchmarks.Dataset;
import dev.tendril.benchmarks.Settings;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/// XGBoost, native code with histograms of 256 bins. Its random forest draws 63.2 % of the rows
/// without replacement, the expected share of distinct rows in a bootstrap sample; leaves are
/// limited by the sum of the second derivatives, which is at most a quarter a row.
public final class XgboostContestant implements Contestant {
  private static final int BINS = 256;

  @Override
  public String name() {
    return "xgboost";
  }

  @Override
  public String version() {
    return "xgboost4j_2.12 3.0.4";
  }

  private record Prepared(DMatrix matrix, int[] categories) {}

  @Override
  public Object prepare(Dataset rows, Settings settings) throws XGBoostError {
    DMatrix matrix = new DMatrix(rows.values(), rows.rows(), rows.columns(), Float.NaN);
    matrix.setLabel(rows.labels());
    if (rows.categorical()) {
      matrix.setFeatureTypes(types(rows.categories()));
    }
    return new Prepared(matrix, rows.categories());
  }

  private static String[] types(int[] categories) {
    return Arrays.stream(categories).mapToObj(n -> n > 0 ? "c" : "float").toArray(String[]::new);
  }

  @Override
  public Fitted train(Object prepared, Settings settings) throws XGBoostError {
    Prepared data = (Prepared) prepared;
    Map<String, Object> options = new HashMap<>();
    options.put("objective", "binary:logistic");
    options.put("tree_method", "hist");
    options.put("max_depth", settings.depth());
    options.put("max_bin", BINS);
    options.put("nthread", settings.threads());
    options.put("seed", (int) settings.seed());
    options.put("verbosity", 0);
    int rounds =
        switch (settings.kind()) {
          case GBT -> {
            options.put("eta", settings.rate());
            options.put("lambda", settings.l2());
            options.put("min_child_weight", 1);
            yield settings.trees();
          }
          case RF -> {
            options.put("eta", 1.0);
            options.put("num_parallel_tree", settings.trees());
            options.put("subsample", 0.632);
            options.put("colsample_bynode", (double) settings.columns() / data.categories().length);
            options.put("lambda", 1e-6);
            options.put("min_child_weight", settings.minExamples() * 0.2);
            yield 1;
          }
        };
    Booster booster = XGBoost.train(data.matrix(), options, rounds, Map.of(), null, null);
    data.matrix().dispose();
    booster.setParam("nthread", 1);
    boolean categorical = Arrays.stream(data.categories()).anyMatch(n -> n > 0);
    return new Predictor(booster, categorical ? types(data.categories()) : new String[0]);
  }

  /// @param types of the columns, where some are categorical: then the call that needs no matrix
  ///     cannot be used
  private record Predictor(Booster booster, String[] types) implements Fitted {
    @Override
    public void predict(float[] rows, int count, float[] out) throws XGBoostError {
      float[][] answers = answers(rows, count);
      for (int i = 0; i < count; i++) {
        out[i] = answers[i][0];
      }
    }

    @Override
    public float predict(float[] row) throws XGBoostError {
      return answers(row, 1)[0][0];
    }

    private float[][] answers(float[] rows, int count) throws XGBoostError {
      int width = rows.length / count;
      if (types.length == 0) {
        return booster.inplace_predict(rows, count, width, Float.NaN);
      }
      DMatrix matrix = new DMatrix(rows, count, width, Float.NaN);
      matrix.setFeatureTypes(types);
      float[][] answers = booster.predict(matrix);
      matrix.dispose();
      return answers;
    }

    @Override
    public void close() {
      booster.dispose();
    }
  }
}
