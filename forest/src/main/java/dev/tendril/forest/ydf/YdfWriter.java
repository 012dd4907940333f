package dev.tendril.forest.ydf;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import dev.tendril.data.Schema;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Forest.Importance;
import dev.tendril.forest.tree.Forest.LogEntry;
import dev.tendril.forest.ydf.proto.GradientBoostedTreesProto;
import dev.tendril.forest.ydf.proto.ImportanceProto;
import dev.tendril.forest.ydf.proto.ImportancesEntryProto;
import dev.tendril.forest.ydf.proto.ImportancesProto;
import dev.tendril.forest.ydf.proto.IsolationForestProto;
import dev.tendril.forest.ydf.proto.MetadataProto;
import dev.tendril.forest.ydf.proto.ModelProto;
import dev.tendril.forest.ydf.proto.MultitaskerProto;
import dev.tendril.forest.ydf.proto.NumericalWeightProto;
import dev.tendril.forest.ydf.proto.RandomForestProto;
import dev.tendril.forest.ydf.proto.TrainingLogEntryProto;
import dev.tendril.forest.ydf.proto.TrainingLogsProto;
import dev.tendril.forest.ydf.proto.WeightsProto;
import dev.tendril.learn.Provenance;
import dev.tendril.learn.Task;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes model folders that YDF reads, with one file of our own beside them (`tendril.json`).
///
/// Equal models give equal bytes: nothing of the time, the machine or the order of a hash table
/// gets in, and the model's identifier is made of its content.
public final class YdfWriter {
  private YdfWriter() {}

  /// Takes the files of a model.
  private interface Target {
    OutputStream open(String name) throws IOException;

    default void write(String name, byte[] content) throws IOException {
      try (OutputStream output = open(name)) {
        output.write(content);
      }
    }
  }

  /// Writes the files of a model into a folder that exists.
  public static void write(YdfModel model, Path folder) throws IOException {
    write(model, in(folder));
  }

  private static Target in(Path folder) {
    return name -> Files.newOutputStream(folder.resolve(name));
  }

  /// Writes a model as one file.
  public static byte[] bytes(YdfModel model) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try {
      write(
          model,
          name ->
              new ByteArrayOutputStream() {
                @Override
                public void close() {
                  files.put(name, toByteArray());
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return SingleFile.write(files);
  }

  /// Writes several models into one folder that exists, as a multitasker: the first is what a
  /// reader predicts with that knows one task only.
  ///
  /// @param features positions of all features in the schema of the first model, ascending
  public static void writeAll(
      List<YdfModel> models, List<Integer> features, Provenance provenance, Path folder)
      throws IOException {
    Target target = in(folder);
    for (int i = 0; i < models.size(); i++) {
      String prefix = YdfFiles.several(i);
      write(models.get(i), name -> target.open(prefix + name));
    }
    YdfModel first = models.getFirst();
    Forest forest = first.forest();
    target.write(
        YdfFiles.DATA_SPEC, bytes(SchemaWriter.write(forest.schema(), new StandIns(forest))));
    target.write(
        YdfFiles.MULTITASKER,
        bytes(MultitaskerProto.newBuilder().setNumModels(models.size()).build()));
    ModelProto.Builder header = header(first).setName("MULTITASKER").clearInputFeatures();
    header.clearVariableImportances().clearHyperparameterLogs().clearSelectionLogs();
    header.addAllInputFeatures(features);
    long identifier = ByteBuffer.wrap(sha256().digest(bytes(header.build()))).getLong();
    header.setMetadata(MetadataProto.newBuilder().setUid(identifier).setFramework("Tendril"));
    target.write(YdfFiles.HEADER, bytes(header.build()));
    target.write(Provenance.FILE, provenance.toJson());
    target.write(YdfFiles.DONE, new byte[0]);
  }

  private static void write(YdfModel model, Target target) throws IOException {
    Forest forest = model.forest();
    MessageDigest digest = sha256();
    byte[] spec = bytes(SchemaWriter.write(forest.schema(), new StandIns(forest)));
    digest.update(spec);
    target.write(YdfFiles.DATA_SPEC, spec);
    new TreeWriter(forest.schema()).write(forest.trees(), target.open(YdfFiles.NODES), digest);
    byte[] learner = bytes(learner(forest));
    digest.update(learner);
    target.write(learnerFile(forest.combination()), learner);
    ModelProto.Builder header = header(model);
    digest.update(bytes(header.build()));
    long identifier = ByteBuffer.wrap(digest.digest()).getLong();
    header.setMetadata(MetadataProto.newBuilder().setUid(identifier).setFramework("Tendril"));
    target.write(YdfFiles.HEADER, bytes(header.build()));
    TendrilJson ours =
        new TendrilJson(
            model.provenance(),
            forest.log(),
            model.selfEvaluation(),
            TendrilJson.metrics(model.history()));
    target.write(Provenance.FILE, ours.bytes());
    target.write(YdfFiles.DONE, new byte[0]);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(MessageLite message) {
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream output = CodedOutputStream.newInstance(bytes);
    output.useDeterministicSerialization();
    try {
      message.writeTo(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }

  private static String learnerFile(Combination combination) {
    return switch (combination) {
      case Combination.Mean _ -> YdfFiles.RANDOM_FOREST;
      case Combination.Sum _ -> YdfFiles.GRADIENT_BOOSTED_TREES;
      case Combination.Isolation _ -> YdfFiles.ISOLATION_FOREST;
    };
  }

  private static MessageLite learner(Forest forest) {
    long trees = forest.trees().size();
    return switch (forest.combination()) {
      case Combination.Mean(boolean winnerTakeAll) ->
          RandomForestProto.newBuilder()
              .setNumNodeShards(1)
              .setNumTrees(trees)
              .setWinnerTakeAllInference(winnerTakeAll)
              .addAllMeanDecreaseInAccuracy(
                  importances(forest, LearnerHeader.MEAN_DECREASE_IN_ACCURACY))
              .addAllMeanIncreaseInRmse(importances(forest, LearnerHeader.MEAN_INCREASE_IN_RMSE))
              .setNodeFormat(Blobs.BLOB_SEQUENCE)
              .build();
      case Combination.Sum sum -> boosting(forest, sum);
      case Combination.Isolation(long examples) ->
          IsolationForestProto.newBuilder()
              .setNumNodeShards(1)
              .setNumTrees(trees)
              .setNodeFormat(Blobs.BLOB_SEQUENCE)
              .setNumExamplesPerTrees(examples)
              .build();
    };
  }

  private static MessageLite boosting(Forest forest, Combination.Sum sum) {
    GradientBoostedTreesProto.Builder header =
        GradientBoostedTreesProto.newBuilder()
            .setNumNodeShards(1)
            .setNumTrees(forest.trees().size())
            .setLoss(LearnerHeader.LOSSES.indexOf(sum.loss()))
            .setNumTreesPerIter(sum.outputs())
            .setNodeFormat(Blobs.BLOB_SEQUENCE)
            .setOutputLogits(sum.logits());
    for (float initial : sum.initial()) {
      header.addInitialPredictions(initial);
    }
    if (!forest.log().isEmpty()) {
      TrainingLogsProto.Builder logs =
          TrainingLogsProto.newBuilder().setNumberOfTreesInFinalModel(forest.trees().size());
      for (LogEntry entry : forest.log()) {
        TrainingLogEntryProto.Builder line =
            TrainingLogEntryProto.newBuilder().setNumberOfTrees(entry.trees());
        if (!Float.isNaN(entry.trainingLoss())) {
          line.setTrainingLoss(entry.trainingLoss());
        }
        if (!Float.isNaN(entry.validationLoss())) {
          line.setValidationLoss(entry.validationLoss());
          if (entry.trees() == forest.trees().size()) {
            header.setValidationLoss(entry.validationLoss());
          }
        }
        logs.addEntries(line);
      }
      header.setTrainingLogs(logs);
    }
    return header.build();
  }

  private static ModelProto.Builder header(YdfModel model) {
    Forest forest = model.forest();
    Schema schema = forest.schema();
    ModelProto.Builder header = ModelProto.newBuilder();
    header.setName(
        switch (forest.combination()) {
          case Combination.Mean _ -> "RANDOM_FOREST";
          case Combination.Sum _ -> "GRADIENT_BOOSTED_TREES";
          case Combination.Isolation _ -> "ISOLATION_FOREST";
        });
    switch (forest.task()) {
      case Task.Classification _ -> header.setTask(1);
      case Task.Regression _ -> header.setTask(2);
      case Task.Ranking(_, String group) ->
          header.setTask(3).setRankingGroupColIdx(schema.index(group));
      case Task.CategoricalUplift(_, String treatment) ->
          header.setTask(4).setUpliftTreatmentColIdx(schema.index(treatment));
      case Task.NumericalUplift(_, String treatment) ->
          header.setTask(5).setUpliftTreatmentColIdx(schema.index(treatment));
      case Task.AnomalyDetection _ -> header.setTask(6);
      case Task.Survival(_, String entryAge, String eventObserved) ->
          header
              .setTask(7)
              .setLabelEntryAgeColIdx(position(schema, entryAge))
              .setLabelEventObservedColIdx(position(schema, eventObserved));
    }
    header.setLabelColIdx(position(schema, forest.task().label()));
    header.addAllInputFeatures(forest.features());
    String weights = model.provenance().inputs().get("weights");
    if (weights != null && schema.contains(weights)) {
      header.setWeights(
          WeightsProto.newBuilder()
              .setAttributeIdx(schema.index(weights))
              .setNumerical(NumericalWeightProto.getDefaultInstance()));
    }
    for (String name : new TreeMap<>(forest.importances()).keySet()) {
      if (!inLearnerHeader(forest, name)) {
        header.addVariableImportances(
            ImportancesEntryProto.newBuilder()
                .setKey(name)
                .setValue(
                    ImportancesProto.newBuilder().addAllImportances(importances(forest, name))));
      }
    }
    HistoryMessages.write(model.history(), header);
    String pure = model.provenance().hyperparameters().getOrDefault("pure_serving_model", "false");
    return header.setIsPureModel(pure.equals("true"));
  }

  private static int position(Schema schema, @Nullable String column) {
    return column == null ? -1 : schema.index(column);
  }

  private static boolean inLearnerHeader(Forest forest, String name) {
    return forest.combination() instanceof Combination.Mean
        && (name.equals(LearnerHeader.MEAN_DECREASE_IN_ACCURACY)
            || name.equals(LearnerHeader.MEAN_INCREASE_IN_RMSE));
  }

  private static List<ImportanceProto> importances(Forest forest, String name) {
    List<ImportanceProto> messages = new ArrayList<>();
    for (Importance importance : forest.importances().getOrDefault(name, List.of())) {
      messages.add(
          ImportanceProto.newBuilder()
              .setAttributeIdx(importance.attribute())
              .setImportance(importance.importance())
              .build());
    }
    return messages;
  }
}
