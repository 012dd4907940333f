package dev.tendril.learn;

import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A model for tests: its scores are the values of column `x`; on disk it is one file with a word.
record StubModel(Task task, List<String> classes, String word) implements Model {
  static final ModelFormat FORMAT =
      new ModelFormat() {
        @Override
        public String name() {
          return "stub";
        }

        @Override
        public boolean accepts(Path folder) {
          return Files.exists(folder.resolve("word"));
        }

        @Override
        public Model load(Path folder) {
          try {
            return new StubModel(
                new Task.Regression("y"), List.of(), Files.readString(folder.resolve("word")));
          } catch (IOException e) {
            throw new ModelException("no word", e);
          }
        }
      };

  @Override
  public String name() {
    return "stub";
  }

  @Override
  public Schema schema() {
    return new Schema(List.of());
  }

  @Override
  public List<String> features() {
    return List.of("x");
  }

  @Override
  public Provenance provenance() {
    return Provenance.UNKNOWN;
  }

  @Override
  public Predictions predict(Frame frame) {
    float[] x = ((NumericalColumn) frame.column("x")).values();
    if (classes.isEmpty()) {
      return new Predictions(task, classes, x.clone());
    }
    float[] values = new float[2 * x.length];
    for (int i = 0; i < x.length; i++) {
      values[2 * i] = 1 - x[i];
      values[2 * i + 1] = x[i];
    }
    return new Predictions(task, classes, values);
  }

  @Override
  public void save(Path folder) {
    ModelFolder.write(folder, into -> Files.writeString(into.resolve("word"), word));
  }
}
