package dev.tendril.benchmarks.peers;

import com.microsoft.ml.lightgbm.PredictionType;
import dev.tendril.benchmarks.Contestant;
import dev.tendril.benchmarks.Dataset;
import dev.tendril.benchmarks.Settings;
import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMDataset;
import io.github.metarank.lightgbm4j.LGBMException;
import java.io.IOException;
import java.util.StringJoiner;

/// LightGBM, native code with histograms of 255 bins, grown leaf by leaf up to as many leaves as a
/// tree of the depth has. Its random forest draws 63.2 % of the rows without replacement, the
/// expected share of distinct rows in a bootstrap sample, and has at most 8192 leaves a tree.
public final class LightGbmContestant implements Contestant {
  private static final int FOREST_LEAVES = 8192;

  @Override
  public String name() {
    return "lightgbm";
  }

  @Override
  public String version() {
    return "lightgbm4j 4.3.0-1";
  }

  @Override
  public Object prepare(Dataset rows, Settings settings) throws LGBMException, IOException {
    if (!LGBMBooster.isNativeLoaded()) {
      LGBMBooster.loadNative();
    }
    LGBMDataset data =
        LGBMDataset.createFromMat(
            rows.values(),
            rows.rows(),
            rows.columns(),
            true,
            options(settings, rows.columns()) + categories(rows.categories()),
            null);
    data.setField("label", rows.labels());
    return data;
  }

  private static String categories(int[] counts) {
    StringJoiner columns = new StringJoiner(",", " categorical_feature=", "").setEmptyValue("");
    for (int column = 0; column < counts.length; column++) {
      if (counts[column] > 0) {
        columns.add(Integer.toString(column));
      }
    }
    return columns.toString();
  }

  private static String options(Settings settings, int columns) {
    String shared =
        "objective=binary verbosity=-1 deterministic=true enable_bundle=false max_bin=255"
            + (" num_threads=" + settings.threads())
            + (" seed=" + settings.seed())
            + (" max_depth=" + settings.depth())
            + (" min_data_in_leaf=" + settings.minExamples());
    return shared
        + switch (settings.kind()) {
          case GBT ->
              (" num_leaves=" + (1 << settings.depth()))
                  + (" learning_rate=" + settings.rate())
                  + (" lambda_l2=" + settings.l2())
                  + " min_sum_hessian_in_leaf=1";
          case RF ->
              " boosting=rf bagging_freq=1 bagging_fraction=0.632 min_sum_hessian_in_leaf=0"
                  + (" num_leaves=" + FOREST_LEAVES)
                  + (" feature_fraction_bynode=" + (double) settings.columns() / columns);
        };
  }

  @Override
  public Fitted train(Object prepared, Settings settings) throws LGBMException {
    try (LGBMDataset data = (LGBMDataset) prepared) {
      LGBMBooster booster =
          LGBMBooster.create(data, options(settings, data.getNumFeatures()));
      for (int tree = 0; tree < settings.trees(); tree++) {
        if (booster.updateOneIter()) {
          break;
        }
      }
      return new Predictor(booster);
    }
  }

  private record Predictor(LGBMBooster booster) implements Fitted {
    @Override
    public void predict(float[] rows, int count, float[] out) throws LGBMException {
      double[] answers =
          booster.predictForMat(
              rows,
              count,
              rows.length / count,
              true,
              PredictionType.C_API_PREDICT_NORMAL,
              "num_threads=1");
      for (int i = 0; i < count; i++) {
        out[i] = (float) answers[i];
      }
    }

    @Override
    public float predict(float[] row) throws LGBMException {
      return (float)
          booster.predictForMatSingleRow(row, PredictionType.C_API_PREDICT_NORMAL);
    }

    @Override
    public void close() {
      try {
        booster.close();
      } catch (LGBMException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
