package dev.tendril.benchmarks.nets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.plan.Plan;
import dev.tendril.core.plan.PlanOptions;
import dev.tendril.core.plan.Planner;
import dev.tendril.core.rewrite.Rewriter;
import dev.tendril.formats.tflite.TfliteModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that Tendril writes mean to TensorFlow Lite what the graphs mean to Tendril.
class TfliteOracleTest {
  private static final long SEED = 20261124;

  @BeforeEach
  void natives() {
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    assumeTrue(
        system.toLowerCase(Locale.ROOT).equals("linux amd64"),
        "the native libraries are those for Linux on x86-64; this is " + system);
  }

  @Test
  void randomGraphsOfFloatsAgree() {
    for (long seed = SEED; seed < SEED + 200; seed++) {
      agree(RandomGraphs.floats(seed), seed);
    }
  }

  /// All but products and convolutions, whose ties the desktop's kernels round another way.
  @Test
  void randomGraphsOfBytesAgree() {
    for (long seed = SEED; seed < SEED + 200; seed++) {
      agree(RandomGraphs.bytes(seed), seed);
    }
  }

  private static void agree(Graph graph, long seed) {
    Tensor operand = RandomGraphs.operand(graph.parameters().getFirst(), seed);
    Tensor ours = graph.evaluate(List.of(operand)).getFirst();
    byte[] file = TfliteModel.of(graph).toBytes();
    Tensor again = TfliteModel.of(file).graph().evaluate(List.of(operand)).getFirst();
    Tensor theirs =
        new TfliteRuntime(file).run(List.of(operand), graph.outputTypes()).getFirst();
    String what = "seed " + seed + ": " + graph.nodes();
    compare(what + " as read again", ours, again);
    compare(what, ours, theirs);
  }

  private static void compare(String what, Tensor ours, Tensor theirs) {
    assertEquals(ours.type(), theirs.type(), what);
    double greatest = 1e-3;
    for (long i = 0; i < ours.shape().size(); i++) {
      greatest = Math.max(greatest, Math.abs(ours.get(i)));
    }
    double tolerance = ours.dtype().isFloat() ? 1e-5 * greatest : 0;
    for (long i = 0; i < ours.shape().size(); i++) {
      assertEquals(ours.get(i), theirs.get(i), tolerance, what + ", element " + i);
    }
  }

  /// Models that are read and written again give the runtime's own answers for the original.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tinyml/models/hello_world_int8",
        "tinyml/models/hello_world_float",
        "tinyml/models/micro_speech_quantized",
        "tinyml/models/simple_add_model",
        "tinyml/models/trained_lstm",
        "pose/models/pose_detection",
        "pose/models/pose_landmark_lite"
      })
  void modelsThatAreWrittenAgainAgree(String name) throws Exception {
    Path file = shared(name + ".tflite");
    TfliteModel model = TfliteModel.read(file);
    Graph graph = model.graph();
    byte[] written = TfliteModel.of(graph).toBytes();
    int inputs = graph.inputs().size() - model.states().size();
    List<Tensor> operands =
        graph.parameters().subList(0, inputs).stream()
            .map(type -> RandomGraphs.operand(type, SEED))
            .toList();
    List<Tensor> all = new ArrayList<>(operands);
    all.addAll(model.states());
    int results = graph.outputs().size() - model.states().size();
    List<Tensor> original =
        new TfliteRuntime(Files.readAllBytes(file))
            .run(operands, graph.outputTypes().subList(0, results));
    List<Tensor> again = new TfliteRuntime(written).run(all, graph.outputTypes());
    for (int i = 0; i < results; i++) {
      compare(name + ", output " + i, original.get(i), again.get(i));
    }
  }

  /// Our arena is not larger than theirs; both have the inputs and outputs inside.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tinyml/models/ad01_int8",
        "tinyml/models/kws_ref_model",
        "tinyml/models/magic_wand_quantized",
        "tinyml/models/micro_speech_quantized",
        "pose/models/movenet_single_pose_lightning_ptq",
        "pose/models/pose_detection",
        "pose/models/pose_landmark_lite",
        "pose/models/pose_landmark_full"
      })
  void arenasAreNotLarger(String name) throws Exception {
    Path file = shared(name + ".tflite");
    Graph graph = Rewriter.rewrite(TfliteModel.read(file).graph()).graph();
    Plan plan =
        Planner.plan(
            graph, PlanOptions.DEFAULT.withAlignment(64).withEnds(true, true));
    long theirs = new TfliteRuntime(Files.readAllBytes(file)).arenaBytes();
    assertTrue(
        plan.arenaBytes() <= theirs, name + ": " + plan.arenaBytes() + " bytes, not " + theirs);
  }

  static Path shared(String name) {
    Path root = root();
    Path file = root == null ? Path.of(name) : root.resolve(name);
    assumeTrue(Files.exists(file), "the reference data have no " + name + " here");
    return file;
  }

  private static @Nullable Path root() {
    String named = System.getProperty("tendril.shared", System.getenv("TENDRIL_SHARED"));
    if (named != null) {
      return Path.of(named);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("shared/DESIGN.md"))) {
        return at.resolve("shared");
      }
    }
    return null;
  }
}
