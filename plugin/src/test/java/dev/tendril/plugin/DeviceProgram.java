package dev.tendril.plugin;

import static dev.tendril.core.run.Ops.apply;
import static dev.tendril.core.run.Ops.linearFilter;
import static dev.tendril.core.run.Ops.matmul;
import static dev.tendril.core.run.Ops.neg;
import static dev.tendril.core.run.Ops.relu;
import static dev.tendril.core.run.Ops.softmax;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.op.Custom;
import dev.tendril.core.run.Devices;
import dev.tendril.core.run.Function;
import dev.tendril.core.spi.AllocatorStatistics;
import dev.tendril.core.spi.DeviceInfo;
import dev.tendril.core.spi.Executable;
import dev.tendril.plugin.pjrt.MockLibrary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;

/// Programs for a JVM of their own, by the name of each.
final class DeviceProgram {
  private DeviceProgram() {}

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "visible" -> visible();
      case "growth" -> growth();
      case "limits" -> limits();
      case "later" -> later();
      case "together" -> together(Integer.parseInt(arguments[1]));
      case "java" -> {
        check(names(Devices.all()), List.of("JPU:0", "CPU:0"));
        check(neg(Tensor.vector(1f, -2f)).device(), "/device:JPU:0");
        check(neg(Tensor.vector(1f, -2f)).toFloatArray(), new float[] {-1, 2});
      }
      case "pjrt" -> pjrt(Path.of(arguments[1]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void check(Object actual, Object expected) {
    boolean same =
        actual instanceof float[] a
            ? isSame(a, (float[]) expected)
            : Objects.equals(actual, expected);
    if (!same) {
      throw new AssertionError(text(actual) + "; expected " + text(expected));
    }
  }

  private static boolean isSame(float[] a, float[] b) {
    boolean same = a.length == b.length;
    for (int i = 0; same && i < a.length; i++) {
      same = a[i] == b[i];
    }
    return same;
  }

  private static String text(Object value) {
    return value instanceof float[] floats ? Arrays.toString(floats) : String.valueOf(value);
  }

  private static void refused(Runnable work, String part) {
    try {
      work.run();
    } catch (TensorException e) {
      if (String.valueOf(e.getMessage()).contains(part)) {
        return;
      }
      throw new AssertionError(e.getMessage() + "; expected " + part, e);
    }
    throw new AssertionError("nothing was refused; expected " + part);
  }

  private static List<String> names(List<DeviceInfo> devices) {
    return devices.stream().map(DeviceInfo::name).toList();
  }

  private static AllocatorStatistics statistics(String device) {
    return Devices.statistics(device).orElseThrow();
  }

  /// The second of two devices alone is visible, and then is the first.
  private static void visible() {
    check(names(Devices.physical()), List.of("PROBE:0", "PROBE:1", "CPU:0"));
    refused(() -> Devices.setVisible("PROBE:2"), "PROBE:2: no such device");
    refused(() -> Devices.setVisible("XPU:0"), "XPU:0: no such device");
    Devices.setVisible("probe:1");
    check(names(Devices.all()), List.of("PROBE:0", "CPU:0"));
    check(relu(Tensor.vector(-1f, 2f)).device(), "/device:PROBE:0");
    refused(() -> Devices.in("PROBE:1", () -> relu(Tensor.vector(1f))), "no such device");
    refused(() -> Devices.setVisible("PROBE:0"), "before the first op");
  }

  /// Memory is taken at once, as much as the device says that it has.
  private static void growth() {
    Devices.setMemoryGrowth("PROBE:0", false);
    refused(() -> Devices.setMemoryLimits("PROBE:0", 1 << 20), "exclude each other");
    refused(() -> Devices.setMemoryGrowth("CPU:0", false), "limited by options of the JVM");
    refused(Devices::all, "on for some devices of type PROBE and off for others");
    Devices.setMemoryGrowth("PROBE:1", false);
    check(Devices.all().size(), 3);
    long reserved = statistics("PROBE:0").reserved();
    check(reserved > (32 << 20) && reserved <= (64 << 20), true);
    refused(() -> Devices.copy(Tensor.of(new float[20 << 20], 20 << 20), "PROBE:0"), "reserved");
    check(statistics("PROBE:0").reserved(), reserved);
    refused(() -> Devices.setMemoryGrowth("PROBE:0", true), "before the first op");
  }

  /// One device becomes two, each with a part of its memory.
  private static void limits() {
    refused(() -> Devices.setMemoryLimits("PROBE:0", 0), "expected one or more, above 0");
    Devices.setVisible("PROBE:0");
    Devices.setMemoryLimits("PROBE:0", 1 << 20, 3 << 20);
    refused(() -> Devices.setMemoryGrowth("PROBE:0", true), "exclude each other");
    check(names(Devices.all()), List.of("PROBE:0", "PROBE:1", "CPU:0"));
    Tensor two = Tensor.of(new float[1 << 19], 1 << 19);
    refused(() -> Devices.copy(two, "PROBE:0"), "the limit is 1048576 bytes");
    Tensor there = Devices.copy(two, "PROBE:1");
    check(there.device(), "/device:PROBE:1");
    refused(() -> Devices.copy(two, "PROBE:1"), "the limit is 3145728 bytes");
    there.close();
    Devices.copy(two, "PROBE:1").close();
    check(statistics("PROBE:1").limit(), 3L << 20);
    refused(() -> Devices.setMemoryLimits("PROBE:0", 1 << 22), "before the first op");
  }

  /// Work that is done later is waited for; the kernel of the highest priority is taken; operands
  /// and results of the host are there; a pass that is switched off leaves the graph alone.
  private static void later() {
    Tensor x = Tensor.vector(-1f, 2f, -3f, 4f);
    for (int i = 0; i < 50; i++) {
      Tensor y = relu(neg(relu(x)));
      check(y.device(), "/device:PROBE:0");
      check(y.toFloatArray(), new float[4]);
      check(neg(x).toFloatArray(), new float[] {1, -2, 3, -4});
      check(neg(Tensor.of(new float[] {1, -2}, 1, 2)).toFloatArray(), new float[] {-3, 6});
    }
    Custom scale = new Custom("probe_scale", Map.of());
    Tensor factor = Devices.copy(Tensor.scalar(2.5f), "PROBE:0");
    check(apply(scale, x, factor).toFloatArray(), new float[] {-2.5f, 5, -7.5f, 10});
    Custom bytes = new Custom("probe_bytes", Map.of());
    Tensor count = apply(bytes, x);
    check(count.getLong(0), 16L);
    Function f =
        Function.trace("f", (a, b) -> apply(scale, relu(apply(scale, a, b)), apply(scale, b, b)));
    check(f.call(x, Tensor.scalar(2f)).toFloatArray(), new float[] {0, 16, 0, 32});
    Function twice = Function.trace("twice", v -> neg(neg(relu(v))));
    String report = twice.executable(List.of(x.type())).report();
    check(report.contains("without the standard rules [algebra]"), true);
    Pattern negation = Pattern.compile("(?m)^ +\\S+ +neg +neg\\S*: f32");
    check(negation.matcher(report).results().count(), 2L);
    check(twice.call(x).toFloatArray(), new float[] {0, 2, 0, 4});
    refused(
        () -> relu(Tensor.vector(666f)).toFloatArray(),
        "failed: work of before met the number of the beast (DATA_LOSS)");
  }

  /// Runs of graphs and single ops in threads, while others free memory of the same device.
  private static void together(int rounds) throws InterruptedException, ExecutionException {
    Function f = Function.trace("f", v -> neg(relu(neg(relu(v)))));
    Tensor given = Tensor.vector(-1f, 2f, -3f, 4f);
    Executable executable = f.executable(List.of(given.type()));
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Boolean>> done = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        int number = thread;
        done.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < rounds; i++) {
                    switch (number % 4) {
                      case 0 ->
                          check(
                              executable.run(List.of(given)).getFirst().toFloatArray(),
                              new float[4]);
                      case 1 -> check(relu(given).toFloatArray(), new float[] {0, 2, 0, 4});
                      case 2 ->
                          Devices.copy(Tensor.of(new float[1000 + i], 1000 + i), "PROBE:0").close();
                      default -> {
                        relu(given);
                        System.gc();
                      }
                    }
                  }
                  return true;
                }));
      }
      for (Future<Boolean> future : done) {
        future.get();
      }
    }
    long inUse = statistics("PROBE:0").inUse();
    check(inUse < 1 << 16, true);
  }

  /// A library that exports `GetPjrtApi` is a device, listed and used as others are.
  private static void pjrt(Path library) {
    MockLibrary.install(library);
    check(names(Devices.all()), List.of("MOCK:0", "CPU:0"));
    DeviceInfo info = Devices.physical("mock").getFirst();
    check(info.description(), "Mock Unit 3000");
    check(info.details().getOrDefault("file", ""), library.toString());
    Tensor w = Tensor.of(new float[] {1, -1, 2, 0, 1, 3}, 2, 3);
    Tensor x = Tensor.of(new float[] {1, 2, -3, 4}, 2, 2);
    Tensor y = softmax(relu(matmul(x, w)), -1);
    check(y.device(), "/device:MOCK:0");
    Function f = Function.trace("f", v -> softmax(relu(matmul(v, w)), -1));
    check(f.call(x).toFloatArray(), y.toFloatArray());
    String report = f.executable(List.of(x.type())).report();
    check(report.contains("  MOCK:0   matmul"), true);
    check(report.contains("part on MOCK:0:"), true);
    Function mixed = Function.trace("g", v -> apply(new Custom("unheard", Map.of()), relu(v)));
    refused(() -> mixed.call(x), "the custom op unheard");
    Function filter =
        Function.trace(
            "h", v -> relu(linearFilter(relu(v), Tensor.vector(1f), Tensor.vector(1f), -1)));
    String cut = filter.executable(List.of(x.type())).report();
    check(cut.contains("(MOCK:0: a recurrence along an axis)"), true);
    check(filter.call(x).toFloatArray(), new float[] {1, 2, 0, 4});
    check(filter.call(x).device(), "/device:MOCK:0");
    check(statistics("MOCK:0").limit(), 1L << 30);
  }
}
