package dev.tendril.learn;

import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.data.Frame;
import dev.tendril.data.Schema;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Something fitted that predicts. Everything a user does with a model is a method of it. Immutable
/// and thread-safe.
public interface Model {
  /// The kind of model, such as `random_forest`.
  String name();

  Task task();

  /// The training data's schema: names, semantics, vocabularies and statistics of all columns, the
  /// label included.
  Schema schema();

  /// The names of the columns that it predicts from.
  List<String> features();

  /// The classes of a classification, in the order of predicted probabilities; empty for other
  /// tasks.
  List<String> classes();

  Provenance provenance();

  /// Predicts every row of a table. Columns are found by name; those that are not features are
  /// ignored, so is the label.
  ///
  /// @throws dev.tendril.data.DataException when a feature is missing from the table, naming all
  ///     that are
  Predictions predict(Frame frame);

  /// Reads a table by this model's schema and nothing else: the way to read data for [#predict] and
  /// [#evaluate] such that every value means what it meant in training.
  default Frame read(String source) {
    return Frame.read(source, options -> options.schema = schema());
  }

  /// This model as a graph of tensor operations, preprocessing included: what is deployed, and what
  /// can be joined with other graphs.
  ///
  /// It has an input of shape `[?]`, one value a row, for every feature, in the order of
  /// [#features] and with the feature's name:
  ///
  /// | semantic | type | value | missing |
  /// |---|---|---|---|
  /// | numerical, discretized | F32 | the number | NaN |
  /// | categorical | I32 | the index in the [#schema]'s vocabulary; 0 and what is beyond it: out of
  /// vocabulary | -1 |
  /// | boolean | I32 | 0 or 1 | -1 |
  ///
  /// and one F32 output: `probabilities` `[?, classes]` of a classification, else `prediction`
  /// `[?]`, the same bits as [#predict] gives.
  ///
  /// @throws ModelException when this kind of model has none, or when it has features of another
  ///     semantic, such as sets, of which a row has no single value
  default Graph graph() {
    throw withoutGraph();
  }

  /// The operands of this model's [#graph] for the rows of a table, whose columns are found and
  /// translated as by [#predict]. The values are copied, since columns live on the Java heap.
  ///
  /// ```java
  /// Executable ready = Devices.current().compile(model.graph(), CompileOptions.DEFAULT);
  /// Tensor probabilities = ready.run(model.operands(frame)).getFirst();
  /// ```
  ///
  /// @throws ModelException when this model has no graph
  /// @throws dev.tendril.data.DataException when a feature is missing from the table, naming all
  ///     that are
  default List<Tensor> operands(Frame frame) {
    throw withoutGraph();
  }

  private ModelException withoutGraph() {
    return new ModelException(
        "a model of kind "
            + name()
            + " has no graph of tensor operations; predict with it instead");
  }

  /// Measures the quality of the predictions on rows whose truth is known.
  ///
  /// @throws dev.tendril.data.DataException when a column is missing or a row has no label
  default Evaluation evaluate(Frame frame) {
    return Evaluation.of(this, frame);
  }

  /// Measures as [#evaluate(Frame)] does, with weights, slices and further options.
  default Evaluation evaluate(Frame frame, Consumer<EvaluationOptions> configure) {
    return Evaluation.of(this, frame, configure);
  }

  /// A report in plain text: what it predicts, from which columns, and what it learned.
  default String describe() {
    return String.format(
        "Model: %s%nTask: %s%nLabel: %s%nFeatures: %s%n",
        name(), task().name(), task().label(), String.join(", ", features()));
  }

  /// The quality that training measured on rows that the model did not learn from, in the form of
  /// [Evaluation#toJson]; null when it measured none.
  default @Nullable String selfEvaluation() {
    return null;
  }

  /// The loss that training minimized, on rows that the model did not learn from; NaN when training
  /// measured none.
  default double validationLoss() {
    return Double.NaN;
  }

  /// How hyper-parameters and features were found, where they were searched.
  default History history() {
    return History.NONE;
  }

  /// How much each feature matters, by the name of the measure; the most important first.
  default Map<String, List<VariableImportance>> importances() {
    return Map.of();
  }

  /// Figures of its size and shape, such as `trees` and `nodes`, in the order of a report.
  default Map<String, Double> statistics() {
    return Map.of();
  }

  /// Writes the model as a folder, whole or not at all; an earlier model of that name stays intact
  /// until the new one is complete.
  ///
  /// @throws ModelException when the folder cannot be written
  void save(Path folder);

  /// Reads a model of any kind that a module on the path knows, from its folder or its one file.
  ///
  /// @throws ModelException when it is not a model or is damaged; the message names file and byte
  static Model load(Path folder) {
    return ModelFolder.load(folder);
  }
}
