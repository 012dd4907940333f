package dev.tendril.forest;

import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.data.Frame;
import dev.tendril.data.Nearest;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.Schema;
import dev.tendril.forest.ydf.YdfModel;
import dev.tendril.forest.ydf.YdfReader;
import dev.tendril.forest.ydf.YdfWriter;
import dev.tendril.learn.Evaluation;
import dev.tendril.learn.EvaluationOptions;
import dev.tendril.learn.Model;
import dev.tendril.learn.ModelException;
import dev.tendril.learn.ModelFolder;
import dev.tendril.learn.Predictions;
import dev.tendril.learn.Provenance;
import dev.tendril.learn.Task;
import dev.tendril.learn.VariableImportance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Several forests that predict different labels of the same rows: what a [Multitasker] trains and
/// what a multitasker folder of YDF holds. As a [Model] it is its first forest; [#predictAll] and
/// [#evaluateAll] do all tasks.
///
/// A forest may read what forests before it predict, as features of their own: `predicted_LABEL`
/// for a number, `predicted_LABEL_CLASS` for the probability of a class (of two classes, only of
/// the second).
///
/// Immutable and thread-safe.
public final class MultitaskModel implements Model {
  /// What the names of predicted features begin with.
  static final String PREDICTED = "predicted_";

  private final List<ForestModel> models;
  private final Provenance provenance;
  private final List<String> features;

  MultitaskModel(List<ForestModel> models, Provenance provenance) {
    this.models = List.copyOf(models);
    this.provenance = provenance;
    Set<String> predicted = new LinkedHashSet<>();
    Set<String> all = new LinkedHashSet<>();
    for (ForestModel model : models) {
      for (String feature : model.features()) {
        if (!predicted.contains(feature)) {
          all.add(feature);
        }
      }
      predicted.addAll(outputNames(model));
    }
    Schema schema = models.getFirst().schema();
    for (String feature : all) {
      if (!schema.contains(feature)) {
        throw new ModelException(
            "the models of a multitasker do not fit together: feature \""
                + feature
                + "\" is no column of the first one");
      }
    }
    this.features = schema.names().stream().filter(all::contains).toList();
  }

  static MultitaskModel read(Path folder) {
    List<ForestModel> models = YdfReader.readAll(folder).stream().map(ForestModel::of).toList();
    Provenance whole = YdfReader.provenance(folder);
    return new MultitaskModel(
        models, whole.equals(Provenance.UNKNOWN) ? models.getFirst().provenance() : whole);
  }

  /// Reads a multitasker of ours or of YDF.
  ///
  /// @throws ModelException when it is none or is damaged
  public static MultitaskModel load(Path folder) {
    Model model = Model.load(folder);
    if (model instanceof MultitaskModel several) {
      return several;
    }
    throw new ModelException(folder + ": is a " + model.name() + "; expected a multitasker");
  }

  @Override
  public void save(Path folder) {
    Schema schema = schema();
    List<Integer> positions = features.stream().map(schema::index).sorted().toList();
    List<YdfModel> contents = models.stream().map(ForestModel::content).toList();
    ModelFolder.write(folder, files -> YdfWriter.writeAll(contents, positions, provenance, files));
  }

  /// The forests, one a task.
  public List<ForestModel> models() {
    return models;
  }

  /// The forest for a label.
  ///
  /// @throws IllegalArgumentException when there is none, with the labels that there are
  public ForestModel model(String label) {
    List<String> labels = new ArrayList<>();
    for (ForestModel model : models) {
      if (label.equals(model.task().label())) {
        return model;
      }
      labels.add(String.valueOf(model.task().label()));
    }
    throw new IllegalArgumentException(
        "the model does not predict \""
            + label
            + "\""
            + Nearest.hint(label, labels)
            + "; it predicts "
            + String.join(", ", labels));
  }

  @Override
  public String name() {
    return Multitasker.NAME;
  }

  @Override
  public Task task() {
    return models.getFirst().task();
  }

  @Override
  public Schema schema() {
    return models.getFirst().schema();
  }

  /// The columns that any of the forests reads, without what others predict.
  @Override
  public List<String> features() {
    return features;
  }

  @Override
  public List<String> classes() {
    return models.getFirst().classes();
  }

  @Override
  public Provenance provenance() {
    return provenance;
  }

  @Override
  public Predictions predict(Frame frame) {
    return models.getFirst().predict(frame);
  }

  /// That of the first forest; of the others, `models().get(i).graph()`.
  @Override
  public Graph graph() {
    return models.getFirst().graph();
  }

  @Override
  public List<Tensor> operands(Frame frame) {
    return models.getFirst().operands(frame);
  }

  /// The predictions of all forests, in their order.
  public List<Predictions> predictAll(Frame frame) {
    List<Predictions> all = new ArrayList<>();
    Frame known = frame;
    for (ForestModel model : models) {
      Predictions predictions = model.predict(known);
      all.add(predictions);
      known = withOutputs(known, model.task(), predictions);
    }
    return all;
  }

  /// Measures all forests, by label.
  public Map<String, Evaluation> evaluateAll(Frame frame, Consumer<EvaluationOptions> configure) {
    List<Predictions> predictions = predictAll(frame);
    Map<String, Evaluation> all = new LinkedHashMap<>();
    for (int i = 0; i < models.size(); i++) {
      all.put(
          String.valueOf(models.get(i).task().label()),
          Evaluation.of(predictions.get(i), frame, configure));
    }
    return all;
  }

  private static List<String> outputNames(ForestModel model) {
    return outputNames(model.task(), model.classes());
  }

  private static List<String> outputNames(Task task, List<String> classes) {
    String name = PREDICTED + task.label();
    return switch (classes.size()) {
      case 0, 1 -> List.of(name);
      case 2 -> List.of(name + "_" + classes.get(1));
      default -> classes.stream().map(one -> name + "_" + one).toList();
    };
  }

  /// A table with what a forest predicts as further columns.
  static Frame withOutputs(Frame frame, Task task, Predictions predictions) {
    List<String> names = outputNames(task, predictions.classes());
    int width = Math.max(1, predictions.classes().size());
    int first = width - names.size();
    Frame known = frame;
    for (int k = 0; k < names.size(); k++) {
      float[] values = new float[predictions.rows()];
      for (int row = 0; row < values.length; row++) {
        values[row] = predictions.values()[row * width + first + k];
      }
      known = known.with(NumericalColumn.of(names.get(k), values));
    }
    return known;
  }

  /// Those of the forests, the first one's as they are and those of others with their label.
  @Override
  public Map<String, List<VariableImportance>> importances() {
    Map<String, List<VariableImportance>> all = new LinkedHashMap<>();
    for (ForestModel model : models) {
      String suffix = model == models.getFirst() ? "" : "(" + model.task().label() + ")";
      model.importances().forEach((measure, list) -> all.put(measure + suffix, list));
    }
    return all;
  }

  /// Sums over the forests; `max_depth` is the greatest.
  @Override
  public Map<String, Double> statistics() {
    Map<String, Double> all = new LinkedHashMap<>();
    all.put("models", (double) models.size());
    for (ForestModel model : models) {
      model
          .statistics()
          .forEach(
              (name, value) ->
                  all.merge(name, value, name.equals("max_depth") ? Math::max : Double::sum));
    }
    return all;
  }

  @Override
  public String describe() {
    StringBuilder text = new StringBuilder("Model: " + name() + "\n");
    text.append("Tasks: ").append(models.size()).append('\n');
    for (int i = 0; i < models.size(); i++) {
      text.append("\n== Task ").append(i + 1).append(": ");
      text.append(models.get(i).task().label()).append(" ==\n\n");
      text.append(models.get(i).describe());
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return name() + " of " + models.size() + " models";
  }
}
