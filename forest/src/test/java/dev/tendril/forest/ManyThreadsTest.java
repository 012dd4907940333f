package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.forest.engine.Engine;
import dev.tendril.forest.engine.Engines;
import dev.tendril.forest.engine.FlatEngine;
import dev.tendril.forest.engine.FrameFeed;
import dev.tendril.forest.engine.Layout;
import dev.tendril.forest.engine.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// One model, many threads: the answers of one thread, and nothing is allocated.
class ManyThreadsTest {
  private static final int ROWS = 300;
  private static final int THREADS = 64;

  @Test
  void sixtyFourThreadsGiveTheAnswersOfOne() throws InterruptedException {
    predict(1_500);
  }

  @Test
  @Tag("slow")
  void sixtyFourThreadsGiveTheAnswersOfOneForAMinute() throws InterruptedException {
    predict(60_000);
  }

  /// Starts with a fresh model, so that its engines change meanwhile.
  private static void predict(long millis) throws InterruptedException {
    RandomForests random = new RandomForests(8, 40, 60).with(RandomForests.Conditions.CELLS, 6);
    ForestModel model = random.model("multi");
    Frame frame = random.frame(ROWS);
    float[] expected = model.predictByReference(frame).values();
    AtomicReference<String> wrong = new AtomicReference<>("");
    AtomicLong predicted = new AtomicLong();
    long end = System.nanoTime() + millis * 1_000_000;
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      int number = t;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (System.nanoTime() < end && wrong.get().isEmpty()) {
                        String place =
                            number % 8 == 0
                                ? together(model, frame, expected)
                                : oneByOne(model, frame, expected);
                        predicted.addAndGet(ROWS);
                        if (!place.isEmpty()) {
                          wrong.set("thread " + number + ": " + place);
                        }
                      }
                    } catch (RuntimeException e) {
                      wrong.set("thread " + number + ": " + e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals("", wrong.get());
    assertTrue(predicted.get() >= THREADS * ROWS, "predicted " + predicted);
  }

  private static String together(ForestModel model, Frame frame, float[] expected) {
    return Arrays.equals(expected, model.predict(frame).values()) ? "" : "the table";
  }

  private static String oneByOne(ForestModel model, Frame frame, float[] expected) {
    Row row = model.row();
    float[] out = new float[model.outputs()];
    for (int i = 0; i < ROWS; i++) {
      fill(row, frame, i);
      model.predict(row, out);
      if (!Arrays.equals(out, Arrays.copyOfRange(expected, i * out.length, (i + 1) * out.length))) {
        return "row " + i + ", " + Arrays.toString(out);
      }
    }
    return "";
  }

  private static void fill(Row row, Frame frame, int i) {
    row.clear();
    for (String name : List.of("n0", "n1")) {
      row.set(name, ((NumericalColumn) frame.column(name)).value(i));
    }
    for (String name : List.of("small", "large")) {
      CategoricalColumn column = (CategoricalColumn) frame.column(name);
      if (!column.isMissing(i)) {
        row.set(name, column.code(i) == 0 ? "never seen" : column.text(i) + "");
      }
    }
    dev.tendril.data.BooleanColumn flags = (dev.tendril.data.BooleanColumn) frame.column("flag");
    if (!flags.isMissing(i)) {
      row.set("flag", flags.value(i) == 1);
    }
    float[] inBin = {-2, -0.5f, 1, 2};
    dev.tendril.data.DiscretizedColumn bins =
        (dev.tendril.data.DiscretizedColumn) frame.column("binned");
    row.set("binned", bins.isMissing(i) ? Float.NaN : inBin[bins.bin(i)]);
    dev.tendril.data.CategoricalSetColumn words =
        (dev.tendril.data.CategoricalSetColumn) frame.column("words");
    if (!words.isMissing(i)) {
      row.set("words", new String[0]);
    }
    words = (dev.tendril.data.CategoricalSetColumn) frame.column("manyWords");
    if (!words.isMissing(i)) {
      row.set("manyWords", new String[0]);
    }
    if (!frame.column("vectors").isMissing(i)) {
      row.set("vectors", new float[0][]);
    }
  }

  @Test
  void enginesAllocateNothing() throws ReflectiveOperationException {
    allocateNothing(false);
  }

  /// Engines on vectors allocate until the compiler has made machine code of them, which it does
  /// when it will.
  @Test
  @Tag("slow")
  void enginesOnVectorsAllocateNothingInTheEnd() throws ReflectiveOperationException {
    allocateNothing(true);
  }

  private static void allocateNothing(boolean lanes) throws ReflectiveOperationException {
    Assumptions.assumeTrue(
        ModuleLayer.boot().findModule("jdk.management").isPresent(),
        "this Java run has no module jdk.management, which counts allocations");
    RandomForests random = new RandomForests(9, 40, 60).with(RandomForests.Conditions.CELLS, 6);
    ForestModel model = random.model("binary");
    Layout layout = new Layout(model.forest());
    Rows rows = new Rows(layout, 64);
    new FrameFeed(layout, random.frame(64)).fill(0, 64, rows);
    float[] out = new float[128];
    Engines engines = new Engines(model.forest(), layout, new FlatEngine(model.forest(), layout));
    for (Engine engine : engines.one()) {
      if (engine.name().contains("lanes") == lanes) {
        allocatesNothing(engine, rows, 1, out);
      }
    }
    for (Engine engine : engines.many()) {
      if (engine.name().contains("lanes") == lanes) {
        allocatesNothing(engine, rows, 64, out);
      }
    }
  }

  private static void allocatesNothing(Engine engine, Rows rows, int count, float[] out)
      throws ReflectiveOperationException {
    long end = System.nanoTime() + 60_000_000_000L;
    long allocated;
    do {
      long before = allocatedBytes();
      for (int i = 0; i < 1000; i++) {
        engine.predict(rows, count, out, 0);
      }
      allocated = allocatedBytes() - before;
    } while (allocated > 8000 && System.nanoTime() < end);
    assertTrue(
        allocated <= 8000,
        engine.name() + " allocated " + allocated + " bytes in 1000 calls of " + count + " rows");
  }

  /// Asked by reflection, since the module under test does not read the one that tells.
  private static long allocatedBytes() throws ReflectiveOperationException {
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
}
