package dev.tendril.forest.ydf;

import dev.tendril.data.Field;
import dev.tendril.data.Schema;
import dev.tendril.data.Semantic;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.LossKind;
import dev.tendril.forest.tree.Tree;
import dev.tendril.forest.ydf.HistoryMessages.HistoryMetrics;
import dev.tendril.forest.ydf.OutputReader.Kind;
import dev.tendril.forest.ydf.proto.DataSpecProto;
import dev.tendril.forest.ydf.proto.ImportanceProto;
import dev.tendril.forest.ydf.proto.ImportancesEntryProto;
import dev.tendril.forest.ydf.proto.ModelProto;
import dev.tendril.forest.ydf.proto.MultitaskerProto;
import dev.tendril.learn.ModelException;
import dev.tendril.learn.Provenance;
import dev.tendril.learn.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads model folders of YDF, and of TF-DF, whose SavedModel carries one.
///
/// The folder is not trusted: lengths are checked against file sizes before anything is allocated,
/// and every index, type and number against the schema, so that a forest that was read can be
/// predicted with. All failures are a [ModelException] of one line.
public final class YdfReader {
  /// The most models of one folder.
  private static final int MOST_MODELS = 10_000;

  private final YdfFiles files;
  private final Path headerFile;
  private final ModelProto header;
  private final Schema schema;

  private YdfReader(YdfFiles files) {
    this.files = files;
    this.headerFile = files.file(YdfFiles.HEADER);
    this.header = files.message(YdfFiles.HEADER, ModelProto.parser());
    this.schema =
        SchemaReader.read(
            files.message(YdfFiles.DATA_SPEC, DataSpecProto.parser()),
            files.file(YdfFiles.DATA_SPEC));
  }

  /// Whether the folder or file looks like a model.
  public static boolean accepts(Path folder) {
    return Files.isRegularFile(folder) ? SingleFile.accepts(folder) : YdfFiles.present(folder);
  }

  /// Reads a model in one file.
  ///
  /// @param place what a message names as the file
  /// @throws ModelException when it is none, is damaged, or holds what cannot be predicted with
  public static YdfModel read(byte[] file, Path place) {
    return new YdfReader(SingleFile.read(file, place)).model();
  }

  /// Reads the model of a folder or a file.
  ///
  /// @throws ModelException when it is none, is damaged, or holds what cannot be predicted with
  public static YdfModel read(Path folder) {
    if (Files.isRegularFile(folder)) {
      return read(SingleFile.bytes(folder), folder);
    }
    YdfFiles files = YdfFiles.find(folder);
    if (files.has(YdfFiles.MULTITASKER)) {
      throw new ModelException(
          files.file(YdfFiles.MULTITASKER)
              + ": a multitasker, which is several models in one folder; expected one model");
    }
    return new YdfReader(files).model();
  }

  /// Whether a folder holds several models, as a multitasker.
  public static boolean holdsSeveral(Path folder) {
    return !Files.isRegularFile(folder) && YdfFiles.find(folder).has(YdfFiles.MULTITASKER);
  }

  /// Reads the models of a multitasker.
  ///
  /// @throws ModelException as [#read]
  public static List<YdfModel> readAll(Path folder) {
    YdfFiles files = YdfFiles.find(folder);
    int count = files.message(YdfFiles.MULTITASKER, MultitaskerProto.parser()).getNumModels();
    if (count < 1 || count > MOST_MODELS) {
      throw new ModelException(
          files.file(YdfFiles.MULTITASKER)
              + ": "
              + count
              + " models; expected 1 to "
              + MOST_MODELS);
    }
    List<YdfModel> models = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      models.add(new YdfReader(files.model(i)).model());
    }
    return models;
  }

  /// The provenance of a multitasker as a whole.
  public static Provenance provenance(Path folder) {
    YdfFiles files = YdfFiles.find(folder);
    return files.has(Provenance.FILE)
        ? Provenance.ofJson(files.bytes(Provenance.FILE), files.file(Provenance.FILE))
        : Provenance.UNKNOWN;
  }

  private YdfModel model() {
    Task task = task();
    List<Integer> features = features();
    LearnerHeader learner = LearnerHeader.read(files, header);
    Combination combination = combination(task, learner);
    List<Tree> trees = trees(task, features, combination, learner);
    TendrilJson ours = TendrilJson.read(files);
    Forest forest =
        new Forest(
            task,
            schema,
            features,
            combination,
            trees,
            importances(learner),
            ours == null ? learner.log() : ours.log());
    return new YdfModel(
        forest,
        ours == null ? ForeignProvenance.of(header, schema, task, features) : ours.provenance(),
        ours == null ? null : ours.selfEvaluation(),
        HistoryMessages.read(header, ours == null ? HistoryMetrics.UNKNOWN : ours.metrics()));
  }

  private Task task() {
    return switch (header.getTask()) {
      case 1 -> new Task.Classification(label(Semantic.CATEGORICAL));
      case 2 -> new Task.Regression(label(null));
      case 3 ->
          new Task.Ranking(label(null), required(header.getRankingGroupColIdx(), "ranking group"));
      case 4 -> new Task.CategoricalUplift(label(Semantic.CATEGORICAL), treatment());
      case 5 -> new Task.NumericalUplift(label(null), treatment());
      case 6 -> new Task.AnomalyDetection(optional(header.getLabelColIdx(), "label"));
      case 7 ->
          new Task.Survival(
              label(null),
              optional(header.getLabelEntryAgeColIdx(), "entry age"),
              optional(header.getLabelEventObservedColIdx(), "event"));
      default ->
          throw new ModelException(
              headerFile + ": unknown task " + header.getTask() + "; expected 1 to 7");
    };
  }

  private String label(@Nullable Semantic semantic) {
    String label = required(header.getLabelColIdx(), "label");
    if (semantic != null && schema.field(label).semantic() != semantic) {
      throw new ModelException(
          headerFile
              + ": the label \""
              + label
              + "\" is "
              + schema.field(label).semantic()
              + "; expected "
              + semantic);
    }
    return label;
  }

  private String treatment() {
    return required(header.getUpliftTreatmentColIdx(), "treatment");
  }

  private String required(int column, String role) {
    String name = optional(column, role);
    if (name == null) {
      throw new ModelException(
          headerFile + ": names no " + role + " column; expected a column position");
    }
    return name;
  }

  private @Nullable String optional(int column, String role) {
    return column == -1 ? null : schema.field(checked(column, role)).name();
  }

  private int checked(int column, String role) {
    if (column < 0 || column >= schema.size()) {
      throw new ModelException(
          headerFile
              + ": the "
              + role
              + " is column "
              + column
              + ", but there are "
              + schema.size()
              + " columns");
    }
    return column;
  }

  private List<Integer> features() {
    TreeSet<Integer> features = new TreeSet<>();
    for (int column : header.getInputFeaturesList()) {
      Field field = schema.field(checked(column, "feature"));
      if (field.semantic() == Semantic.TEXT || field.semantic() == Semantic.HASH) {
        throw new ModelException(
            headerFile
                + ": feature \""
                + field.name()
                + "\" is of a type that no condition can test; expected numbers, categories or"
                + " truth values");
      }
      features.add(column);
    }
    return List.copyOf(features);
  }

  private int classes(Task task) {
    return task instanceof Task.Classification(String label)
        ? schema.field(label).vocabulary().size() - 1
        : 0;
  }

  private Combination combination(Task task, LearnerHeader learner) {
    Combination combination = learner.combination();
    int classes = classes(task);
    if (task instanceof Task.Classification && classes < 1) {
      throw new ModelException(headerFile + ": the label has no classes; expected at least 1");
    }
    return switch (combination) {
      case Combination.Mean mean -> {
        if (task instanceof Task.Ranking
            || task instanceof Task.Survival
            || task instanceof Task.AnomalyDetection) {
          throw impossible(learner, task);
        }
        if (learner.trees() < 1) {
          throw new ModelException(learner.file() + ": no trees; expected at least 1");
        }
        yield mean;
      }
      case Combination.Isolation isolation -> {
        if (!(task instanceof Task.AnomalyDetection)) {
          throw impossible(learner, task);
        }
        if (isolation.examplesPerTree() < 2 || learner.trees() < 1) {
          throw new ModelException(
              learner.file()
                  + ": "
                  + learner.trees()
                  + " trees of "
                  + isolation.examplesPerTree()
                  + " examples each; expected at least 1 tree of 2");
        }
        yield isolation;
      }
      case Combination.Sum sum -> sum(task, learner, sum, classes);
    };
  }

  private static Combination sum(
      Task task, LearnerHeader learner, Combination.Sum sum, int classes) {
    LossKind loss = sum.loss();
    if (loss == LossKind.DEFAULT) {
      loss =
          switch (task) {
            case Task.Classification _ ->
                classes == 2
                    ? LossKind.BINOMIAL_LOG_LIKELIHOOD
                    : LossKind.MULTINOMIAL_LOG_LIKELIHOOD;
            case Task.Ranking _ -> LossKind.LAMBDA_MART_NDCG;
            case Task.Survival _ -> LossKind.COX_PROPORTIONAL_HAZARD;
            case Task.Regression _,
                Task.CategoricalUplift _,
                Task.NumericalUplift _,
                Task.AnomalyDetection _ ->
                LossKind.SQUARED_ERROR;
          };
    }
    boolean classification =
        switch (loss) {
          case BINOMIAL_LOG_LIKELIHOOD, BINARY_FOCAL_LOSS, MULTINOMIAL_LOG_LIKELIHOOD -> true;
          case DEFAULT,
              SQUARED_ERROR,
              LAMBDA_MART_NDCG5,
              XE_NDCG_MART,
              POISSON,
              MEAN_AVERAGE_ERROR,
              LAMBDA_MART_NDCG,
              COX_PROPORTIONAL_HAZARD ->
              false;
        };
    if (classification != task instanceof Task.Classification
        || task instanceof Task.CategoricalUplift
        || task instanceof Task.NumericalUplift
        || task instanceof Task.AnomalyDetection) {
      throw impossible(learner, task);
    }
    boolean multinomial = loss == LossKind.MULTINOMIAL_LOG_LIKELIHOOD;
    int outputs = multinomial ? classes : 1;
    if (sum.outputs() != outputs
        || sum.initial().length != outputs
        || (classification && !multinomial && classes != 2)) {
      throw new ModelException(
          learner.file()
              + ": "
              + sum.outputs()
              + " trees an iteration and "
              + sum.initial().length
              + " initial predictions for "
              + loss
              + (classes > 0 ? " on " + classes + " classes" : "")
              + "; expected "
              + outputs
              + " of both");
    }
    for (float initial : sum.initial()) {
      if (Float.isNaN(initial)) {
        throw new ModelException(
            learner.file() + ": an initial prediction is not a number; expected a number");
      }
    }
    return new Combination.Sum(loss, sum.initial(), outputs, sum.logits());
  }

  private static ModelException impossible(LearnerHeader learner, Task task) {
    return new ModelException(
        learner.file() + ": a " + learner.name() + " model cannot do " + task.name());
  }

  private List<Tree> trees(
      Task task, List<Integer> features, Combination combination, LearnerHeader learner) {
    Kind kind =
        switch (combination) {
          case Combination.Sum _ -> Kind.VALUE;
          case Combination.Isolation _ -> Kind.ISOLATION;
          case Combination.Mean _ ->
              switch (task) {
                case Task.Classification _ -> Kind.CLASSES;
                case Task.CategoricalUplift _, Task.NumericalUplift _ -> Kind.UPLIFT;
                case Task.Regression _, Task.Ranking _, Task.AnomalyDetection _, Task.Survival _ ->
                    Kind.VALUE;
              };
        };
    boolean distributions = combination instanceof Combination.Mean(boolean all) && !all;
    OutputReader outputs = new OutputReader(kind, classes(task) + 1, distributions);
    try (Blobs blobs =
        files.single()
            ? new Blobs(files, 1, Blobs.BLOB_SEQUENCE, learner.fileName())
            : new Blobs(files, learner.shards(), learner.nodeFormat(), learner.fileName())) {
      return new TreeReader(blobs, new ConditionReader(schema, features), outputs)
          .read(learner.trees());
    }
  }

  private Map<String, List<Forest.Importance>> importances(LearnerHeader learner) {
    Map<String, List<Forest.Importance>> all = new TreeMap<>();
    for (ImportancesEntryProto entry : header.getVariableImportancesList()) {
      put(all, entry.getKey(), entry.getValue().getImportancesList());
    }
    learner.importances().forEach((name, list) -> put(all, name, list));
    return all;
  }

  private void put(
      Map<String, List<Forest.Importance>> all, String name, List<ImportanceProto> list) {
    List<Forest.Importance> importances = new ArrayList<>();
    for (ImportanceProto importance : list) {
      importances.add(
          new Forest.Importance(
              checked(importance.getAttributeIdx(), "variable of " + name),
              importance.getImportance()));
    }
    if (!importances.isEmpty()) {
      all.put(name, importances);
    }
  }
}
