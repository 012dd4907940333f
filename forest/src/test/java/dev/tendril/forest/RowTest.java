package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.CategoricalSetColumn;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VectorSequenceColumn;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class RowTest {
  private final RandomForests random = new RandomForests(11);
  private final ForestModel model = random.model("mean");

  @Test
  void oneRowPredictsAsTheTable() {
    Frame frame = random.frame(300);
    float[] expected = model.predict(frame).values();
    Row row = model.row();
    float[] out = new float[3];
    for (int i = 0; i < 300; i++) {
      fill(row, frame, i);
      model.predict(row, out);
      assertArrayEquals(Arrays.copyOfRange(expected, 3 * i, 3 * i + 3), out, "row " + i);
    }
  }

  private static void fill(Row row, Frame frame, int i) {
    for (String number : List.of("n0", "n1")) {
      row.set(number, ((NumericalColumn) frame.column(number)).value(i));
    }
    for (String name : List.of("small", "large")) {
      CategoricalColumn column = (CategoricalColumn) frame.column(name);
      if (column.isMissing(i)) {
        row.setMissing(name);
      } else {
        row.set(name, column.code(i) == 0 ? "never seen" : column.text(i) + "");
      }
    }
    for (String name : List.of("words", "manyWords")) {
      CategoricalSetColumn column = (CategoricalSetColumn) frame.column(name);
      if (column.isMissing(i)) {
        row.setMissing(name);
      } else {
        row.set(
            name,
            IntStream.range(column.start(i), column.end(i))
                .mapToObj(column::text)
                .toArray(String[]::new));
      }
    }
    BooleanColumn flags = (BooleanColumn) frame.column("flag");
    if (flags.isMissing(i)) {
      row.setMissing("flag");
    } else {
      row.set("flag", flags.value(i) == 1);
    }
    float[] inBin = {-2, -0.5f, 1, 2};
    dev.tendril.data.DiscretizedColumn bins =
        (dev.tendril.data.DiscretizedColumn) frame.column("binned");
    row.set("binned", bins.isMissing(i) ? Float.NaN : inBin[bins.bin(i)]);
    VectorSequenceColumn vectors = (VectorSequenceColumn) frame.column("vectors");
    if (vectors.isMissing(i)) {
      row.setMissing("vectors");
    } else {
      float[][] values = new float[vectors.end(i) - vectors.start(i)][3];
      for (int v = 0; v < values.length; v++) {
        for (int j = 0; j < 3; j++) {
          values[v][j] = vectors.value(vectors.start(i) + v, j);
        }
      }
      row.set("vectors", values);
    }
  }

  @Test
  void allocatesNothing() throws ReflectiveOperationException {
    Row row = model.row();
    float[] out = new float[model.outputs()];
    String[] words = {"v1", "v2", "v69"};
    int number = model.feature("n0");
    Runnable use =
        () -> {
          for (int i = 0; i < 1000; i++) {
            row.set(number, i).set("small", "v3").set("words", words).set("flag", true);
            model.predict(row, out);
          }
        };
    use.run();
    long before = allocatedBytes();
    use.run();
    long allocated = allocatedBytes() - before;
    assertTrue(allocated < 8000, "allocated " + allocated + " bytes in 1000 predictions");
  }

  /// What this thread has allocated so far. Asked by reflection, since the module under test does
  /// not read the one that tells.
  private static long allocatedBytes() throws ReflectiveOperationException {
    Assumptions.assumeTrue(
        ModuleLayer.boot().findModule("jdk.management").isPresent(),
        "this Java run has no module jdk.management, which counts allocations");
    Object bean =
        Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getThreadMXBean")
            .invoke(null);
    Object bytes =
        Class.forName("com.sun.management.ThreadMXBean")
            .getMethod("getCurrentThreadAllocatedBytes")
            .invoke(bean);
    return (Long) bytes;
  }

  @Test
  void takesMaps() {
    Map<String, Object> values = new HashMap<>();
    values.put("n0", 1.5);
    values.put("small", "v2");
    values.put("words", List.of("v1"));
    values.put("flag", null);
    Prediction prediction = model.predict(values);
    float[] out = new float[3];
    model.predict(model.row().set("n0", 1.5f).set("small", "v2").set("words", "v1"), out);
    assertEquals(List.of("a", "b", "c"), List.copyOf(prediction.probabilities().keySet()));
    assertEquals(out[1], prediction.probabilities().get("b"));
    assertEquals(prediction.value(), prediction.probabilities().get(prediction.label() + ""));
  }

  @Test
  void clearsAndComplains() {
    float[] empty = new float[3];
    float[] cleared = new float[3];
    model.predict(model.row(), empty);
    Row row = model.row().set("n0", 2).set("words", "v1");
    model.predict(row.clear(), cleared);
    assertArrayEquals(empty, cleared);
    complains("did you mean \"small\"?", () -> row.set("smal", "x"));
    complains(
        "cannot be the text \"x\": it is NUMERICAL; expected a number", () -> row.set("n0", "x"));
    complains("cannot be the number 1.0: it is CATEGORICAL", () -> row.set("small", 1));
    complains("cannot be the truth value true", () -> row.set("small", true));
    complains("made by another model", () -> random.model("mean").predict(row, empty));
    complains("room for 2 predicted values; expected 3", () -> model.predict(row, new float[2]));
  }

  private static void complains(String part, org.junit.jupiter.api.function.Executable action) {
    String message =
        String.valueOf(assertThrows(IllegalArgumentException.class, action).getMessage());
    assertTrue(message.contains(part), message);
  }
}
