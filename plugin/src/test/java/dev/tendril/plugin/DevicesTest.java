package dev.tendril.plugin;

import static dev.tendril.core.run.Ops.add;
import static dev.tendril.core.run.Ops.apply;
import static dev.tendril.core.run.Ops.matmul;
import static dev.tendril.core.run.Ops.random;
import static dev.tendril.core.run.Ops.relu;
import static dev.tendril.core.run.Ops.sigmoid;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.ClosedTensorException;
import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorScope;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Structured.Random.Distribution;
import dev.tendril.core.place.SoftPlacement;
import dev.tendril.core.run.Devices;
import dev.tendril.core.run.Function;
import dev.tendril.core.spi.AllocatorStatistics;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.DeviceInfo;
import dev.tendril.core.spi.Executable;
import dev.tendril.core.spi.Profile;
import dev.tendril.core.spi.ProviderSource.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Programs on devices of plug-ins, as users write them.
class DevicesTest {
  private static final float[] VALUES = {1.5f, -2, 0, -0.25f, 7, -8};
  private static final float[] RECTIFIED = {1.5f, 0, 0, 0, 7, 0};

  @BeforeAll
  static void plugins() {
    TestPlugins.ready();
  }

  private static Tensor x() {
    return Tensor.vector(VALUES);
  }

  @Test
  void pluginsAreListedAndFaultyOnesAreLeftOutWithTheirReasons() {
    List<String> names = Devices.all().stream().map(DeviceInfo::name).toList();
    assertEquals(List.of("APU:0", "NPU:0", "CPU:0"), names);
    DeviceInfo apu = Devices.physical("apu").getFirst();
    assertEquals("/physical_device:APU:0", apu.deviceName().physical());
    assertEquals("MY_DEVICE", apu.details().get("device_name"));
    assertRefused("wrong_version", "abi_major is 7");
    assertRefused("refuses", "no such unit on the bus (UNAVAILABLE)");
    assertRefused("null_function", "the function synchronize_stream is null");
    assertRefused("wrong_size", "struct_size is 40");
    assertRefused("negative_count", "device_count gave count = -3");
    assertRefused("libtext.so", "no shared library");
    assertRefused("libtwin.so", "claimed by two");
    assertRefused("libtwin_again.so", "remove one of them");
    assertMessage(() -> Devices.open("TWIN:0"), "libtwin.so", "libtwin_again.so", "remove one");
  }

  private static void assertRefused(String name, String reason) {
    List<Refused> found = Devices.refused().stream().filter(r -> r.name().contains(name)).toList();
    assertEquals(1, found.size(), name + " in " + Devices.refused());
    assertTrue(found.getFirst().reason().contains(reason), found.getFirst().reason());
  }

  private static void assertMessage(Runnable work, String... parts) {
    String message = assertThrows(TensorException.class, work::run).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void theSessionOfThePluginsArticle() {
    Tensor x = random(Distribution.NORMAL, 42, 0, 100);
    assertEquals("/device:CPU:0", x.device());
    Tensor y = relu(x);
    assertEquals("/device:APU:0", y.device());
    Tensor z = Devices.in("/device:NPU:0", () -> relu(x));
    assertEquals("/device:NPU:0", z.device());
    Tensor host = Devices.in("cpu:0", () -> relu(x));
    assertEquals("/device:CPU:0", host.device());
    Function f = Function.trace("f", v -> relu(v));
    Tensor traced = f.call(x);
    assertEquals("/device:APU:0", traced.device());
    for (Tensor other : List.of(y, z, traced)) {
      assertArrayEquals(host.toFloatArray(), other.toFloatArray());
    }
  }

  @Test
  void valuesGoFromDeviceToDevice() {
    Tensor there = Devices.copy(x(), "NPU:0");
    assertEquals("/device:NPU:0", there.device());
    assertSame(there, Devices.copy(there, "npu:0"));
    assertEquals("/device:APU:0", relu(there).device());
    assertArrayEquals(RECTIFIED, relu(there).toFloatArray());
    assertEquals("/device:NPU:0", Devices.with(there, () -> relu(x())).device());
    assertArrayEquals(
        new float[] {0, -0.25f},
        there.view(TensorType.of(DType.F32, 3, 2)).rows(1, 2).toFloatArray());
    assertArrayEquals(
        new float[] {0, 0},
        relu(there.view(TensorType.of(DType.F32, 3, 2)).rows(1, 2)).toFloatArray());
    assertEquals("/device:CPU:0", there.toHost().device());
  }

  @Test
  void tensorsOnDevicesAreClosedAndScoped() {
    long before = inUse();
    Tensor kept;
    try (TensorScope scope = TensorScope.open()) {
      kept = scope.keep(relu(x()));
      relu(kept);
    }
    assertArrayEquals(RECTIFIED, kept.toFloatArray());
    kept.close();
    kept.close();
    assertThrows(ClosedTensorException.class, kept::memory);
    assertThrows(ClosedTensorException.class, () -> relu(kept));
    assertEquals(before, inUse());
  }

  private static long inUse() {
    return Devices.statistics("APU:0").map(AllocatorStatistics::inUse).orElseThrow();
  }

  @Test
  void whatNobodyHoldsIsFreed() throws InterruptedException {
    long before = inUse();
    for (int i = 0; i < 1000; i++) {
      relu(x());
    }
    for (int i = 0; i < 100 && inUse() > before; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertTrue(inUse() <= before, inUse() + " bytes are in use; before " + before);
  }

  @Test
  void softPlacementIsAPolicy() {
    try {
      Devices.setSoftPlacement(SoftPlacement.ERROR);
      assertMessage(
          () -> Devices.in("APU:0", () -> sigmoid(x())),
          "sigmoid of f32[6] on APU:0: no kernel for sigmoid");
      Function f = Function.trace("f", v -> Devices.in("APU:0", () -> sigmoid(v)));
      assertMessage(() -> f.call(x()), "sigmoid of f32[6] on APU:0");
      Devices.setSoftPlacement(SoftPlacement.ALLOW);
      assertEquals("/device:CPU:0", Devices.in("APU:0", () -> sigmoid(x())).device());
      assertEquals("/device:CPU:0", f.call(x()).device());
    } finally {
      Devices.setSoftPlacement(SoftPlacement.WARN);
    }
    assertMessage(() -> Devices.in("XPU:1", () -> x()), "XPU:1", "no such device", "APU:0");
    assertMessage(() -> Devices.in("APU", () -> x()), "expected a type and an index");
  }

  @Test
  void settingsComeBeforeTheFirstUse() {
    Devices.all();
    assertMessage(() -> Devices.setVisible("APU:0"), "before the first op");
    assertMessage(() -> Devices.setMemoryGrowth("APU:0", false), "before the first op");
    assertMessage(() -> Devices.setMemoryLimits("APU:0", 1 << 20), "before the first op");
  }

  @Test
  void graphsAreCutAtBordersOfDevices() {
    Tensor w = random(Distribution.NORMAL, 1, 0, 6, 6);
    Function f =
        Function.trace(
            "net",
            (a, b) -> {
              Tensor h = relu(matmul(a, b));
              Tensor there = Devices.in("NPU:0", () -> relu(h));
              return add(there, h);
            });
    Tensor a = random(Distribution.NORMAL, 2, 0, 3, 6);
    Executable executable = f.executable(List.of(a.type(), w.type()));
    String report = executable.report();
    assertTrue(report.contains("  CPU:0    matmul"), report);
    assertTrue(report.contains("copy of matmul to APU:0: f32[3,6], 72 bytes"), report);
    assertTrue(report.contains("  NPU:0    relu             relu_1"), report);
    assertTrue(report.contains("copy of relu_1 to CPU:0"), report);
    assertTrue(report.contains("no kernel for matmul"), report);
    Tensor expected = Devices.in("CPU:0", () -> add(relu(relu(matmul(a, w))), relu(matmul(a, w))));
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(expected.toFloatArray(), f.call(a, w).toFloatArray(), 1e-6f);
    }
    Tensor out = Tensor.zeros(TensorType.of(DType.F32, 3, 6));
    executable.run(List.of(a, w), List.of(out));
    assertArrayEquals(expected.toFloatArray(), out.toFloatArray(), 1e-6f);
    assertThrows(TensorException.class, () -> executable.run(List.of(a)));
  }

  @Test
  void notesOfPlacementGoWithGraphs() {
    Function inner = Function.trace("inner", v -> Devices.in("NPU:0", () -> relu(v)));
    Graph graph = inner.graph(x().type());
    assertEquals(Map.of("device(relu)", "NPU:0"), graph.notes());
    Graph again = Graph.parse(graph.toText());
    Function outer = Function.trace("outer", v -> Function.of(again).call(relu(v)));
    Graph whole = outer.graph(x().type());
    assertEquals(Map.of("device(relu_1)", "NPU:0"), whole.notes());
    assertEquals("/device:NPU:0", outer.call(x()).device());
  }

  @Test
  void nodesThatBelongTogetherAreTogether() {
    Function f =
        Function.trace(
            "f",
            v -> {
              Tensor first = sigmoid(v);
              return Devices.with(first, () -> relu(first));
            });
    assertEquals(Map.of("with(relu)", "sigmoid"), f.graph(x().type()).notes());
    assertEquals("/device:CPU:0", f.call(x()).device());
  }

  @Test
  void functionsFollowTheScopeTheyAreCalledIn() {
    Function f = Function.trace("f", v -> relu(v));
    assertEquals("/device:APU:0", f.call(x()).device());
    assertEquals("/device:NPU:0", Devices.in("NPU:0", () -> f.call(x())).device());
    assertEquals("/device:CPU:0", Devices.in("CPU:0", () -> f.call(x())).device());
  }

  @Test
  void customOpsAreInferredComputedAndJoinedByThePluginsPass() {
    Custom pairs = new Custom("apu_pairs", Map.of());
    assertArrayEquals(new float[] {1.5f, 0, 7}, apply(pairs, x()).toFloatArray());
    assertMessage(
        () -> apply(pairs, Tensor.vector(1f, 2f, 3f)), "apu-example", "infer", "even extent");
    Function f = Function.trace("f", v -> relu(apply(pairs, v)));
    String report = f.executable(List.of(x().type())).report();
    assertTrue(report.contains("pass apu_fuse_pairs: 2 nodes, now 1"), report);
    assertArrayEquals(new float[] {0, 0}, f.call(Tensor.vector(-1f, -2f, -4f, -3f)).toFloatArray());
    assertMessage(
        () -> apply(pairs, Tensor.of(new double[] {1, 2}, 2)), "f64; the kernel takes f32");
    Graph graph = f.graph(TensorType.of(DType.F32, -1));
    try (Executable later = Devices.current().compile(graph, CompileOptions.DEFAULT)) {
      assertArrayEquals(
          new float[] {2}, later.run(List.of(Tensor.vector(1f, 2f))).getFirst().toFloatArray());
    }
  }

  @Test
  void profilesHaveTheDevicesClock() {
    Function f =
        Function.trace("f", v -> sigmoid(relu(v))).with(CompileOptions.DEFAULT.withProfile(true));
    f.call(x());
    Profile profile = f.executable(List.of(x().type())).profile();
    assertEquals("APU:0 + CPU:0", profile.device());
    assertEquals(2, profile.entries().size());
  }

  @Test
  void twoThreadsOnTwoPlugins() throws InterruptedException, ExecutionException {
    int ops = 100_000;
    long before = inUse();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Boolean>> done = new ArrayList<>();
      for (String device : List.of("APU:0", "NPU:0")) {
        done.add(
            threads.submit(
                () -> {
                  Tensor value = Devices.copy(x(), device);
                  for (int i = 0; i < ops; i++) {
                    Tensor next = Devices.in(device, () -> relu(value));
                    if (i % 1000 == 0) {
                      assertArrayEquals(RECTIFIED, next.toFloatArray());
                      assertEquals("/device:" + device, next.device());
                    }
                    next.close();
                  }
                  value.close();
                  return true;
                }));
      }
      for (Future<Boolean> future : done) {
        assertTrue(future.get());
      }
    }
    assertTrue(inUse() <= before + 4096, "memory grew from " + before + " to " + inUse());
    AllocatorStatistics statistics = Devices.statistics("NPU:0").orElseThrow();
    assertTrue(statistics.reserved() <= 4 << 20, statistics.text());
  }
}
