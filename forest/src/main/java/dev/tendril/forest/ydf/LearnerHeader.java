package dev.tendril.forest.ydf;

import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest.LogEntry;
import dev.tendril.forest.tree.LossKind;
import dev.tendril.forest.ydf.proto.EvaluationProto;
import dev.tendril.forest.ydf.proto.GradientBoostedTreesProto;
import dev.tendril.forest.ydf.proto.ImportanceProto;
import dev.tendril.forest.ydf.proto.IsolationForestProto;
import dev.tendril.forest.ydf.proto.ModelProto;
import dev.tendril.forest.ydf.proto.OutOfBagProto;
import dev.tendril.forest.ydf.proto.RandomForestProto;
import dev.tendril.forest.ydf.proto.TrainingLogEntryProto;
import dev.tendril.learn.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the header of a learner says, in one form for all learners.
///
/// @param name the learner's name in the format, such as `RANDOM_FOREST`
/// @param file where it was read
/// @param fileName its name without prefix
/// @param importances those that only this learner computes, by name
record LearnerHeader(
    String name,
    Path file,
    String fileName,
    int shards,
    long trees,
    String nodeFormat,
    Combination combination,
    Map<String, List<ImportanceProto>> importances,
    List<LogEntry> log) {

  static final String MEAN_DECREASE_IN_ACCURACY = "MEAN_DECREASE_IN_ACCURACY";
  static final String MEAN_INCREASE_IN_RMSE = "MEAN_INCREASE_IN_RMSE";

  /// Losses at the places of their numbers in the format.
  static final List<LossKind> LOSSES = List.of(LossKind.values());

  static LearnerHeader read(YdfFiles files, ModelProto header) {
    return switch (header.getName()) {
      case "RANDOM_FOREST" -> randomForest(files);
      case "GRADIENT_BOOSTED_TREES" -> gradientBoostedTrees(files);
      case "ISOLATION_FOREST" -> isolationForest(files);
      case "MULTITASKER" ->
          throw new ModelException(
              files.file(YdfFiles.HEADER)
                  + ": is of a multitasker, which is several models, without their files; expected"
                  + " its whole folder, or one model");
      default ->
          throw new ModelException(
              files.file(YdfFiles.HEADER)
                  + ": unknown kind of model \""
                  + header.getName().replaceAll("[^ -~]", "?")
                  + "\"; expected RANDOM_FOREST, GRADIENT_BOOSTED_TREES or ISOLATION_FOREST");
    };
  }

  private static LearnerHeader randomForest(YdfFiles files) {
    String name = YdfFiles.RANDOM_FOREST;
    RandomForestProto header = files.message(name, RandomForestProto.parser());
    List<LogEntry> log = new ArrayList<>();
    for (OutOfBagProto entry : header.getOutOfBagEvaluationsList()) {
      log.add(outOfBag(entry));
    }
    return new LearnerHeader(
        "RANDOM_FOREST",
        files.file(name),
        name,
        header.getNumNodeShards(),
        header.getNumTrees(),
        header.getNodeFormat(),
        new Combination.Mean(header.getWinnerTakeAllInference()),
        Map.of(
            MEAN_DECREASE_IN_ACCURACY,
            header.getMeanDecreaseInAccuracyList(),
            MEAN_INCREASE_IN_RMSE,
            header.getMeanIncreaseInRmseList()),
        log);
  }

  /// Classification: log-loss and accuracy; regression: root mean squared error for both.
  private static LogEntry outOfBag(OutOfBagProto entry) {
    EvaluationProto evaluation = entry.getEvaluation();
    double count = evaluation.getCountPredictions();
    double loss = Double.NaN;
    double metric = Double.NaN;
    if (evaluation.hasClassification() && count > 0) {
      loss = evaluation.getClassification().getSumLogLoss() / count;
      int rows = evaluation.getClassification().getConfusion().getRows();
      List<Double> cells = evaluation.getClassification().getConfusion().getCountsList();
      double hits = 0;
      for (int i = 0; rows > 0 && i < rows && i * (rows + 1L) < cells.size(); i++) {
        hits += cells.get(i * (rows + 1));
      }
      metric = hits / count;
    } else if (evaluation.hasRegression() && count > 0) {
      loss = Math.sqrt(evaluation.getRegression().getSumSquareError() / count);
      metric = loss;
    }
    return new LogEntry(entry.getNumberOfTrees(), Float.NaN, (float) loss, (float) metric);
  }

  private static LearnerHeader gradientBoostedTrees(YdfFiles files) {
    String name = YdfFiles.GRADIENT_BOOSTED_TREES;
    Path file = files.file(name);
    GradientBoostedTreesProto header = files.message(name, GradientBoostedTreesProto.parser());
    if (header.getLoss() < 0 || header.getLoss() >= LOSSES.size()) {
      throw new ModelException(
          file + ": unknown loss " + header.getLoss() + "; expected 0 to " + (LOSSES.size() - 1));
    }
    List<LogEntry> log = new ArrayList<>();
    for (TrainingLogEntryProto entry : header.getTrainingLogs().getEntriesList()) {
      log.add(
          new LogEntry(
              entry.getNumberOfTrees(),
              entry.hasTrainingLoss() ? entry.getTrainingLoss() : Float.NaN,
              entry.hasValidationLoss() ? entry.getValidationLoss() : Float.NaN,
              entry.getValidationSecondaryMetricsCount() > 0
                  ? entry.getValidationSecondaryMetrics(0)
                  : Float.NaN));
    }
    return new LearnerHeader(
        "GRADIENT_BOOSTED_TREES",
        file,
        name,
        header.getNumNodeShards(),
        header.getNumTrees(),
        header.getNodeFormat(),
        new Combination.Sum(
            LOSSES.get(header.getLoss()),
            Protos.floats(header.getInitialPredictionsList()),
            header.getNumTreesPerIter(),
            header.getOutputLogits()),
        Map.of(),
        log);
  }

  private static LearnerHeader isolationForest(YdfFiles files) {
    String name = YdfFiles.ISOLATION_FOREST;
    IsolationForestProto header = files.message(name, IsolationForestProto.parser());
    return new LearnerHeader(
        "ISOLATION_FOREST",
        files.file(name),
        name,
        header.getNumNodeShards(),
        header.getNumTrees(),
        header.getNodeFormat(),
        new Combination.Isolation(header.getNumExamplesPerTrees()),
        Map.of(),
        List.of());
  }
}
