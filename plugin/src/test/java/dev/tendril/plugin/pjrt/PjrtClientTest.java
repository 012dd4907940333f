package dev.tendril.plugin.pjrt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Device;
import dev.tendril.core.spi.DeviceInfo;
import dev.tendril.core.spi.Executable;
import dev.tendril.core.spi.Profile;
import dev.tendril.plugin.layout.Struct;
import dev.tendril.plugin.pjrt.MockPjrt.Fault;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The client against plug-ins made of upcalls: every byte of its structures, every rule of the
/// interface.
class PjrtClientTest {
  private static final Graph MLP =
      Graph.parse(
          """
          graph mlp (x: f32[2,3], w: f32[3,4], b: f32[4]) -> (z) {
            y = matmul(x, w, b) activation=relu
            z = softmax(y)
          }
          """);

  private static DeviceInfo first(PjrtProvider provider) {
    return provider.discover().getFirst();
  }

  private static PjrtProvider provider(MockPjrt mock) {
    return new PjrtProvider(Path.of("libmock.so"), PjrtApi.at("libmock.so", mock.table));
  }

  private static List<Tensor> operands() {
    return List.of(
        Tensor.of(new float[] {1, 2, 3, -4, 5, -6}, 2, 3),
        Tensor.of(new float[] {1, 0, 2, 1, 0, 1, 1, -1, 2, 1, 0, 0}, 3, 4),
        Tensor.vector(0.5f, -0.5f, 0, 1));
  }

  /// Layouts of three versions, and of a plug-in that takes no other size.
  @ParameterizedTest
  @CsvSource({"81, false", "104, false", "114, false", "81, true", "104, true", "114, true"})
  void graphsRunAsTheyMean(int minor, boolean strict) {
    MockPjrt mock = new MockPjrt(minor, strict, 1);
    PjrtProvider provider = provider(mock);
    try (Device device = provider.open(first(provider));
        Executable executable = device.compile(MLP, CompileOptions.DEFAULT)) {
      List<Tensor> results = executable.run(operands());
      assertEquals("/device:MOCK:0", results.getFirst().device());
      assertArrayEquals(
          MLP.evaluate(operands()).getFirst().toFloatArray(),
          results.getFirst().toFloatArray(),
          1e-6f);
      assertTrue(executable.report().contains("compiled"), executable.report());
      assertTrue(device.memory().orElseThrow().total() == 1 << 30);
    }
    assertEquals(List.of(), mock.leaks());
    assertTrue(mock.calls.stream().noneMatch(c -> c.startsWith("destroyed before")));
  }

  /// A later plug-in has larger structures than this client knows: it says how large, and is heard.
  @Test
  void sizesAreLearnedFromWhatAPluginSays() {
    MockPjrt mock = new MockPjrt(90, true, 1);
    PjrtProvider provider = provider(mock);
    try (Device device = provider.open(first(provider));
        Executable executable = device.compile(MLP, CompileOptions.DEFAULT)) {
      executable.run(operands()).forEach(Tensor::close);
      long tries = mock.calls.stream().filter("PJRT_LoadedExecutable_Execute"::equals).count();
      executable.run(operands()).forEach(Tensor::close);
      long again = mock.calls.stream().filter("PJRT_LoadedExecutable_Execute"::equals).count();
      assertEquals(1, again - tries, "the size is kept");
    }
    assertEquals(List.of(), mock.leaks());
  }

  @Test
  void severalDevicesShareAClient() {
    MockPjrt mock = new MockPjrt(114, false, 2);
    PjrtProvider provider = provider(mock);
    List<DeviceInfo> found = provider.discover();
    assertEquals(List.of("MOCK:0", "MOCK:1"), found.stream().map(DeviceInfo::name).toList());
    assertEquals("Mock Unit 3000", found.getFirst().description());
    assertEquals("PJRT 0.114, mock", found.getFirst().details().get("plugin"));
    try (Device one = provider.open(found.get(0));
        Device two = provider.open(found.get(1));
        Executable executable = two.compile(MLP, CompileOptions.DEFAULT)) {
      Tensor x = one.receive(operands().getFirst());
      List<Tensor> results =
          executable.run(List.of(x, operands().get(1), two.receive(operands().get(2))));
      assertEquals("/device:MOCK:1", results.getFirst().device());
      assertEquals(2, two.info().index() + 1);
    }
    assertEquals(List.of(), mock.leaks());
  }

  @Test
  void buffersAreReadWrittenAndGivenBack() {
    MockPjrt mock = new MockPjrt(114, false, 1);
    PjrtProvider provider = provider(mock);
    try (Device device = provider.open(first(provider))) {
      for (DType dtype : DType.values()) {
        if (dtype == DType.I4) {
          continue;
        }
        Tensor host = Tensor.of(TensorType.of(dtype, 2, 2), 1, 0, 1, 1);
        Tensor there = device.receive(host);
        assertEquals(there, device.receive(there));
        assertEquals("/device:MOCK:0", there.device());
        assertEquals(-1, host.memory().mismatch(there.memory()), dtype.text());
        Tensor part = there.view(there.type());
        part.copyFrom(Tensor.of(TensorType.of(dtype, 2, 2), 0, 1, 0, 0));
        assertArrayEquals(new double[] {0, 1, 0, 0}, there.toDoubleArray(), dtype.text());
        there.close();
      }
      Tensor empty = device.receive(Tensor.of(new float[0], 0, 3));
      assertEquals(0, empty.toFloatArray().length);
      empty.close();
      assertEquals(List.of("Client"), mock.leaks());
      assertThrows(
          TensorException.class, () -> device.receive(Tensor.of(TensorType.of(DType.I4, 1), 1)));
    }
  }

  @Test
  void memoryThatIsGivenAwayIsTaken() {
    Graph step =
        Graph.parse(
            """
            graph step (w: f32[3], g: f32[3]) -> (next) {
              note "donate(w)" = "yes"
              next = sub(w, g)
            }
            """);
    MockPjrt mock = new MockPjrt(114, false, 1);
    PjrtProvider provider = provider(mock);
    try (Device device = provider.open(first(provider));
        Executable executable = device.compile(step, CompileOptions.DEFAULT)) {
      assertTrue(mock.programs.getLast().contains("jax.buffer_donor = true"));
      Tensor w = device.receive(Tensor.vector(1f, 2f, 3f));
      Tensor g = device.receive(Tensor.vector(0.5f, 0.5f, 0.5f));
      Tensor next = executable.run(List.of(w, g)).getFirst();
      assertTrue(w.isClosed());
      assertFalse(g.isClosed());
      assertArrayEquals(new float[] {0.5f, 1.5f, 2.5f}, next.toFloatArray());
      Tensor same = executable.run(List.of(next, next)).getFirst();
      assertArrayEquals(new float[3], same.toFloatArray());
    }
    assertEquals(List.of(), mock.leaks());
  }

  @Test
  void valuesThatAnOpRefusesAreSaid() {
    Graph divide =
        Graph.parse(
            """
            graph divide (a: i32[2], b: i32[2]) -> (q) {
              q = div(a, b)
            }
            """);
    MockPjrt mock = new MockPjrt(114, false, 1);
    PjrtProvider provider = provider(mock);
    try (Device device = provider.open(first(provider));
        Executable executable = device.compile(divide, CompileOptions.DEFAULT)) {
      Tensor seven = Tensor.vector(7, -7);
      assertArrayEquals(
          new int[] {3, -3},
          executable.run(List.of(seven, Tensor.vector(2, 2))).getFirst().toIntArray());
      assertMessage(
          () -> executable.run(List.of(seven, Tensor.vector(2, 0))),
          "graph divide: node q: division by 0");
    }
    assertEquals(List.of(), mock.leaks());
  }

  @Test
  void extentsMayBeKnownLater() {
    Graph open =
        Graph.parse(
            """
            graph open (x: f32[?]) -> (y) {
              y = relu(x)
            }
            """);
    MockPjrt mock = new MockPjrt(114, false, 1);
    PjrtProvider provider = provider(mock);
    try (Device device = provider.open(first(provider));
        Executable executable = device.compile(open, CompileOptions.DEFAULT.withProfile(true))) {
      for (int i = 1; i < 4; i++) {
        Tensor out = Tensor.zeros(TensorType.of(DType.F32, i));
        executable.run(List.of(Tensor.of(new float[i], i)), List.of(out));
        assertEquals(i, out.toFloatArray().length);
      }
      Profile profile = executable.profile();
      assertEquals(1, profile.runs());
      assertTrue(profile.nanos() > 0);
    }
    assertEquals(3, mock.programs.size());
    assertEquals(List.of(), mock.leaks());
  }

  @Test
  void programsAreKeptOnDisk(@TempDir Path folder) throws IOException {
    Path cache = folder.resolve("programs");
    System.setProperty(PjrtCache.PROPERTY, cache.toString());
    try {
      assertEquals(1, compiledBy(new MockPjrt(114, false, 1)));
      assertEquals(0, compiledBy(new MockPjrt(114, true, 1)));
      assertEquals(1, compiledBy(new MockPjrt(81, false, 1)), "another version");
      assertEquals(1, compiledBy(new MockPjrt(114, false, 2)), "another way to compile");
      try (Stream<Path> files = Files.list(cache)) {
        for (Path file : files.toList()) {
          Files.writeString(file, "damaged");
        }
      }
      assertEquals(1, compiledBy(new MockPjrt(114, false, 1)), "a damaged file");
      assertEquals(0, compiledBy(new MockPjrt(114, false, 1)), "mended");
    } finally {
      System.clearProperty(PjrtCache.PROPERTY);
    }
    System.setProperty(PjrtCache.PROPERTY, folder.resolve("none").toString());
    try {
      assertEquals(1, compiledBy(new MockPjrt(114, false, 1, Fault.NO_SERIALIZE)));
      assertEquals(1, compiledBy(new MockPjrt(114, false, 1, Fault.NO_SERIALIZE)));
    } finally {
      System.clearProperty(PjrtCache.PROPERTY);
    }
  }

  /// How many programs a plug-in had to compile.
  private static int compiledBy(MockPjrt mock) {
    PjrtProvider provider = provider(mock);
    try (Device device = provider.open(first(provider));
        Executable executable = device.compile(MLP, CompileOptions.DEFAULT)) {
      Tensor result = executable.run(operands()).getFirst();
      assertArrayEquals(
          MLP.evaluate(operands()).getFirst().toFloatArray(), result.toFloatArray(), 1e-6f);
      assertNotEquals("", executable.report());
    }
    assertEquals(List.of(), mock.leaks());
    return mock.programs.size();
  }

  @Test
  void optionsReachThePlugin() {
    System.setProperty(
        PjrtOptions.PROPERTY, "preallocate=false; memory_fraction=0.5; node_id=3; allocator=bfc");
    try {
      MockPjrt mock = new MockPjrt(114, false, 1);
      provider(mock).discover();
      assertEquals(
          List.of(
              "preallocate = bool 0",
              "memory_fraction = f32 0.5",
              "node_id = i64 3",
              "allocator = bfc"),
          mock.options);
      System.setProperty(PjrtOptions.PROPERTY, "nonsense=1");
      assertMessage(
          () -> provider(new MockPjrt(114, false, 1)).discover(),
          "libmock.so: PJRT_Client_Create failed: the option nonsense is not known"
              + " (INVALID_ARGUMENT)");
      System.setProperty(PjrtOptions.PROPERTY, "sense");
      assertMessage(() -> provider(new MockPjrt(114, false, 1)).discover(), "expected NAME=VALUE");
    } finally {
      System.clearProperty(PjrtOptions.PROPERTY);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NULL_CLIENT      | PJRT_Client_Create returned OK, and client is null",
        "NEGATIVE_DEVICES | PJRT_Client_AddressableDevices gave num_addressable_devices = -2",
        "NO_COMPILE       | the function PJRT_Client_Compile is null; it must be there",
        "FAILING_COMPILE  | PJRT_Client_Compile failed: the compiler is on holiday (UNIMPLEMENTED)",
        "SIZE_WITHOUT_END | PJRT_Client_Compile failed: Unexpected PJRT_Client_Compile_Args size",
        "WRONG_OUTPUTS    | PJRT_Executable_NumOutputs gave num_outputs = 2 for a program of 1",
        "NULL_BUFFER      | PJRT_Client_BufferFromHostBuffer returned OK, and buffer is null",
        "FAILING_EXECUTE  | PJRT_LoadedExecutable_Execute failed: no room at the inn (RESOURCE_EXH",
        "NULL_OUTPUT      | PJRT_LoadedExecutable_Execute returned OK, and output 0 is null",
        "HUGE_SIZE        | PJRT_Buffer_ToHostBuffer gave dst_size = -1",
        "FAILING_EVENT    | PJRT_Event_Await failed: a cosmic ray (INTERNAL)"
      })
  void faultsNameThePluginAndTheFunction(Fault fault, String message) {
    MockPjrt mock = new MockPjrt(114, false, 1, fault);
    PjrtProvider provider = provider(mock);
    assertMessage(
        () -> {
          try (Device device = provider.open(first(provider));
              Executable executable = device.compile(MLP, CompileOptions.DEFAULT)) {
            executable.run(operands()).getFirst().toFloatArray();
          }
        },
        "plug-in libmock.so: " + message);
    assertEquals(
        List.of(),
        mock.leaks().stream()
            .filter(leak -> !leak.equals("Client") && !leak.equals("Event"))
            .toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 40, 3})
  void tablesThatMakeNoSenseAreRefused(int minor) {
    MockPjrt mock = new MockPjrt(minor, false, 1);
    assertMessage(
        () -> PjrtApi.at("libmock.so", mock.table),
        "plug-in libmock.so: it has version 0." + minor + " of the interface of PJRT");
    mock.table.set(java.lang.foreign.ValueLayout.JAVA_LONG, 0, -5);
    assertMessage(() -> PjrtApi.at("libmock.so", mock.table), "PJRT_Api.struct_size is -5");
    assertMessage(
        () -> PjrtApi.at("libmock.so", java.lang.foreign.MemorySegment.NULL),
        "GetPjrtApi gave no table");
  }

  @Test
  void aPlatformThatIsTheHostsHasATypeOfItsOwn() {
    MockPjrt mock = new MockPjrt(114, false, 1);
    mock.platformName = "cpu";
    assertEquals("HOST_XLA:0", first(provider(mock)).name());
    mock.platformName = "tpu v5";
    assertEquals("TPU_V_:0", first(provider(mock)).name());
    mock.platformName = "5";
    assertMessage(() -> first(provider(mock)), "PJRT_Client_PlatformName gave \"5\"");
  }

  @Test
  void layoutsAreThoseOfTheHeader() throws ReflectiveOperationException, IOException {
    check(PjrtHeader.NEWEST);
    assumeTrue(
        shared().isPresent(), "skipped: no shared/devices with the layouts of PJRT versions");
    Path shared = shared().orElseThrow();
    check(PjrtHeader.of(Files.readString(shared.resolve("pjrt_layout_0_114.tsv"))));
    PjrtHeader older = PjrtHeader.of(Files.readString(shared.resolve("pjrt_layout_0_81.tsv")));
    for (Struct struct : structs()) {
      assertEquals(
          older.size(struct.name()), PjrtLayouts.size(struct, 81), struct.name() + " of 0.81");
    }
    for (PjrtFunction function : PjrtFunction.values()) {
      assertEquals(older.functions.get(function.text()), function.offset(), function.text());
    }
  }

  private static List<Struct> structs() throws ReflectiveOperationException {
    List<Struct> structs = new java.util.ArrayList<>();
    for (Field field : PjrtLayouts.class.getDeclaredFields()) {
      if (field.getType() == Struct.class) {
        structs.add((Struct) field.get(null));
      }
    }
    return structs;
  }

  private static void check(PjrtHeader header) throws ReflectiveOperationException {
    assertTrue(structs().size() > 25);
    for (Struct struct : structs()) {
      assertEquals(header.size(struct.name()), struct.end(), struct.name());
      assertEquals(header.size(struct.name()), PjrtLayouts.size(struct, 114), struct.name());
      struct
          .fields()
          .forEach(
              (field, place) ->
                  assertEquals(
                      header.offset(struct.name(), field), place.offset(), struct.name() + field));
    }
    for (PjrtFunction function : PjrtFunction.values()) {
      assertEquals(header.functions.get(function.text()), function.offset(), function.text());
    }
  }

  private static Optional<Path> shared() {
    String said = System.getProperty("tendril.shared", System.getenv("TENDRIL_SHARED"));
    Stream<Path> around =
        Stream.iterate(Path.of("").toAbsolutePath(), at -> at != null, Path::getParent)
            .flatMap(at -> Stream.of(at.resolve("shared"), at.resolveSibling("shared")));
    return (said == null ? around : Stream.of(Path.of(said)))
        .map(shared -> shared.resolve("devices"))
        .filter(devices -> Files.exists(devices.resolve("pjrt_layout_0_114.tsv")))
        .findFirst();
  }

  private static void assertMessage(org.junit.jupiter.api.function.Executable work, String part) {
    String message = String.valueOf(assertThrows(TensorException.class, work).getMessage());
    assertTrue(message.contains(part), message);
  }
}
