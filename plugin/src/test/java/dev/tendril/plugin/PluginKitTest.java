package dev.tendril.plugin;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// The kit finds the sample sound, and finds and names every fault.
class PluginKitTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @BeforeEach
  void gcc() {
    assumeTrue(Gcc.isThere(), "skipped: no gcc on the PATH to compile plug-ins with");
  }

  @Test
  void theSampleIsSound(@TempDir Path folder) throws IOException {
    List<Check> told = new ArrayList<>();
    PluginReport report = PluginTest.run(Gcc.apu(folder, "APU"), LIMIT, told::add);
    assertTrue(report.isSound(), report.checks().toString());
    assertEquals(told, report.checks());
    assertTrue(report.checks().size() > 15, report.checks().toString());
    Map<String, String> relu = report.support().getOrDefault("relu", Map.of());
    assertEquals("ok", relu.get("f32"));
    assertEquals("no", relu.get("f64"));
    assertTrue(report.table().contains("| relu |"), report.table());
  }

  /// Fault, the check that finds it, how, and a part of what it says.
  private static final String FAULTS =
      """
      WRONG_VERSION       | load                       | FAIL  | abi_major is 7
      REFUSES             | load                       | FAIL  | no such unit on the bus (UNAVAILABLE)
      NULL_TABLE          | load                       | FAIL  | tendril_plugin_init returned OK and gave no table
      NULL_FUNCTION       | load                       | FAIL  | the function synchronize_stream is null
      WRONG_SIZE          | load                       | FAIL  | struct_size is 40
      KERNEL_SIZE         | load                       | FAIL  | TpPlugin.kernels[0].struct_size is 12
      BAD_TYPE            | load                       | FAIL  | expected capitals and underscores
      CRASH_IN_INIT       | load                       | CRASH | tendril_plugin_init
      NEGATIVE_COUNT      | devices                    | FAIL  | count = -3
      NULL_DEVICE         | open                       | FAIL  | open_device returned OK, and device is null
      FAILING_OPEN        | open                       | FAIL  | device 0 is asleep (UNAVAILABLE)
      FAILING_ALLOCATE    | memory: blocks             | FAIL  | the bank of memory 7 is on fire (RESOURCE_EXHAUSTED)
      NULL_BLOCK          | memory: blocks             | FAIL  | block is null
      NULL_STREAM         | events                     | FAIL  | create_stream returned OK, and object is null
      BAD_EVENT           | events                     | FAIL  | event_state gave 42
      COPY_IGNORES_OFFSET | copies: at once            | FAIL  | copy_out of
      FAILING_COMPUTE     | kernel: relu               | FAIL  | the unit lost its marbles (DATA_LOSS)
      UNKNOWN_CODE        | kernel: relu               | FAIL  | the unknown code 99
      CRASH_IN_COMPUTE    | kernel: relu               | CRASH | crashing
      WRONG_RESULT        | kernel: relu               | FAIL  | element 5 is
      NEGATIVE_SCRATCH    | kernel: relu               | FAIL  | scratch_bytes = -64
      RACE                | kernel: relu, four threads | FAIL  | by four threads
      NEGATIVE_EXTENT     | kernel: apu_pairs          | FAIL  | dims[0] = -7
      KEEPS_MEMORY        | memory: all given back     | FAIL  | bytes_in_use =
      BAD_PASS            | graph pass                 | FAIL  | value 1000000 of a graph
      """;

  @Test
  void everyFaultIsFoundAndNamed(@TempDir Path folder) {
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Future<String>> problems =
          FAULTS.lines().map(line -> threads.submit(() -> problem(line, folder))).toList();
      assertAll(
          problems.stream().map(problem -> (Executable) () -> assertEquals("", problem.get())));
    }
  }

  @Test
  void memoryThatIsCountedIsGivenBack(@TempDir Path folder) throws IOException {
    PluginReport report = PluginTest.run(TestPlugins.broken(folder, "NONE"), LIMIT, _ -> {});
    assertTrue(report.isSound(), report.checks().toString());
    assertTrue(
        report.checks().contains(new Check("memory: all given back", Check.State.OK, "")),
        report.checks().toString());
  }

  private static String problem(String line, Path folder) throws IOException {
    String[] parts = line.split("\\|", -1);
    Path file = TestPlugins.broken(folder, parts[0].strip());
    PluginReport report = PluginTest.run(file, LIMIT, true, _ -> {});
    return report.checks().stream()
        .filter(Check::isBad)
        .findFirst()
        .map(
            bad ->
                bad.name().equals(parts[1].strip())
                        && bad.state() == Check.State.valueOf(parts[2].strip())
                        && bad.text().contains(parts[3].strip())
                    ? ""
                    : line + " became " + bad)
        .orElse(line + " was not found: " + report.checks());
  }
}
