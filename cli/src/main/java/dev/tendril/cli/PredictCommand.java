package dev.tendril.cli;

import dev.tendril.data.Column;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.Semantic;
import dev.tendril.data.TextColumn;
import dev.tendril.forest.MultitaskModel;
import dev.tendril.learn.Model;
import dev.tendril.learn.Predictions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tendril predict`.
@Command(
    name = "predict",
    description = {
      "Predicts every row of a table: a column 'prediction' and, for a classification,"
          + " 'probability_of_CLASS' for every class.",
      "For a model of several labels the columns are 'prediction_of_LABEL' and"
          + " 'probability_of_LABEL_CLASS'."
    },
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  tendril predict penguins-model new-penguins.csv",
      "  tendril predict penguins-model new-penguins.csv --keep island,sex --out predictions.csv",
    })
final class PredictCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ModelArgument model = new ModelArgument();

  @Parameters(
      index = "1",
      paramLabel = "DATA",
      description = "The table; columns are found by name, other columns are ignored.")
  private String data = "";

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "The file to write: .csv, .tsv, .jsonl or .tfrecord, each also with .gz. Default: CSV on"
              + " standard output.",
      order = 1)
  private @Nullable Path out;

  @Option(
      names = "--keep",
      paramLabel = "COL",
      split = ",",
      description = "Columns of DATA that go before the predictions, as they are.",
      order = 2)
  private List<String> kept = new ArrayList<>();

  @Mixin private TableOptions tables = new TableOptions();
  @Mixin CommonOptions common = new CommonOptions();

  PredictCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (out != null) {
      Output.requireTable("--out", out);
    }
    Model loaded = model.load();
    Frame rows =
        tables.read(
            data,
            options -> {
              options.schema = loaded.schema();
              options.columns = loaded.features();
            });
    List<Column> columns = new ArrayList<>(keptColumns());
    if (loaded instanceof MultitaskModel several) {
      List<Predictions> all = several.predictAll(rows);
      for (int i = 0; i < all.size(); i++) {
        String label = String.valueOf(several.models().get(i).task().label());
        columns.addAll(predicted(all.get(i), "prediction_of_" + label, label + "_"));
      }
    } else {
      columns.addAll(predicted(loaded.predict(rows), "prediction", ""));
    }
    Frame table = Frame.of(columns);
    if (out != null) {
      table.write(out);
      console.note("wrote " + Words.count(table.rows(), "prediction") + " to " + out);
    } else {
      try {
        table.writeCsv(console.out());
      } catch (IOException e) {
        throw new DataException("the predictions cannot be written to standard output: " + e, e);
      }
    }
    return 0;
  }

  /// Read as text, so that they come out as they went in.
  private List<Column> keptColumns() {
    if (kept.isEmpty()) {
      return List.of();
    }
    return tables
        .read(
            data,
            options -> {
              options.columns = kept.stream().distinct().toList();
              kept.forEach(name -> options.semantic(name, Semantic.TEXT));
            })
        .columns();
  }

  /// @param name of the column of predictions
  /// @param prefix of the classes in the names of probabilities
  private static List<Column> predicted(Predictions predictions, String name, String prefix) {
    List<Column> columns = new ArrayList<>();
    int rows = predictions.rows();
    if (predictions.classes().isEmpty()) {
      return List.of(NumericalColumn.of(name, predictions.values()));
    }
    List<@Nullable String> labels = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      labels.add(predictions.label(row));
    }
    columns.add(TextColumn.of(name, labels));
    for (int c = 0; c < predictions.classes().size(); c++) {
      float[] probabilities = new float[rows];
      for (int row = 0; row < rows; row++) {
        probabilities[row] = predictions.probability(row, c);
      }
      columns.add(
          NumericalColumn.of(
              "probability_of_" + prefix + predictions.classes().get(c), probabilities));
    }
    return columns;
  }
}
