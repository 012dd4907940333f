package dev.tendril.forest;

import dev.tendril.data.Frame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The reference models, the data that each was asked about, and what it answered.
enum Golden {
  BITS("8bits_numerical_binary_class_gbdt", "data/8bits_numerical_test.csv"),
  ABALONE_GBT("abalone_regression_gbdt", "data/abalone.csv"),
  ABALONE_GBT_V2("abalone_regression_gbdt_v2", "data/abalone.csv"),
  ABALONE_RF("abalone_regression_rf_small", "data/abalone.csv"),
  ADULT_GBT("adult_binary_class_gbdt", "data/adult_test.csv"),
  ADULT_GBT_NUMBERS("adult_binary_class_gbdt_only_num", "data/adult_test.csv"),
  ADULT_SAVEDMODEL("adult_binary_class_gbdt_savedmodel", "data/adult_test.csv"),
  ADULT_RF("adult_binary_class_rf_wta_small", "data/adult_test.csv"),
  IRIS_ENGINE("engine_trained_iris_gbt", "data/iris.csv"),
  PENGUINS_ENGINE("engine_trained_penguins_rf", "penguins.csv"),
  GAUSSIANS("gaussians_anomaly_if", "data/gaussians_test.csv"),
  ADULT_CART("golden_cart_adult", "data/adult_test.csv"),
  ADULT_NA("golden_gbt_adult_base_with_na", "data/adult_test.csv"),
  IRIS_GBT("iris_multi_class_gbdt_v2", "data/iris.csv"),
  IRIS_RF("iris_multi_class_rf_nwta_small", "data/iris.csv"),
  UPLIFT("sim_pte_categorical_uplift_rf", "data/sim_pte_test.csv"),
  SST("sst_binary_class_gbdt", "data/sst_binary_test.csv"),
  RANKING("synthetic_ranking_gbdt", "data/synthetic_ranking_test.csv");

  final String model;
  final String data;

  Golden(String model, String data) {
    this.model = model;
    this.data = data;
  }

  Path folder() {
    return Shared.forests("models/" + model);
  }

  Frame frame(ForestModel model) {
    return model.read(Shared.forests(data).toString());
  }

  /// Header and rows.
  List<List<String>> expected() throws IOException {
    String by = this == ADULT_SAVEDMODEL ? ".reader.csv" : ".engine.csv";
    return Csv.lines(Shared.forests("predictions/" + model + by));
  }
}
