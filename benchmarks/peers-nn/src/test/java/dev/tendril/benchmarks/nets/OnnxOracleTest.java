package dev.tendril.benchmarks.nets;

import ai.onnxruntime.OrtException;
import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.run.Function;
import dev.tendril.formats.onnx.OnnxModel;
import dev.tendril.formats.tflite.TfliteModel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files that Tendril writes mean to ONNX Runtime what the graphs mean to Tendril, and to Tendril
/// when it reads them again.
class OnnxOracleTest {
  @BeforeEach
  void natives() {
    Agreement.natives();
  }

  @Test
  void randomGraphsOfFloatsAgree() throws OrtException {
    for (long seed = Agreement.SEED; seed < Agreement.SEED + 200; seed++) {
      agree(RandomGraphs.floats(seed), seed, 0);
    }
  }

  /// Quantized numbers are computed with as real ones there: off by a step at most.
  @Test
  void randomGraphsOfBytesAgree() throws OrtException {
    for (long seed = Agreement.SEED; seed < Agreement.SEED + 200; seed++) {
      agree(RandomGraphs.bytes(seed), seed, 1);
    }
  }

  private static void agree(Graph graph, long seed, int steps) throws OrtException {
    Tensor operand = RandomGraphs.operand(graph.parameters().getFirst(), seed);
    Tensor ours = graph.evaluate(List.of(operand)).getFirst();
    byte[] file = OnnxModel.of(graph).toBytes();
    String what = "seed " + seed + ": " + graph.nodes();
    Tensor plain = operand.view(operand.type().with(operand.dtype()));
    Tensor again = OnnxModel.of(file).graph().evaluate(List.of(plain)).getFirst();
    Agreement.compare(what + " as read again", ours, again, Agreement.CLOSE, steps);
    try (OnnxRuntime runtime = new OnnxRuntime(file)) {
      Tensor theirs = runtime.run(List.of(plain), graph.outputTypes()).getFirst();
      Agreement.compare(what, ours, theirs, Agreement.CLOSE, steps);
    }
  }

  /// Models of TensorFlow Lite, as models of ONNX. Noise, which is no picture, takes networks of
  /// hundreds of layers apart by more than a few layers do.
  @ParameterizedTest
  @CsvSource({
    "tinyml/models/hello_world_float, 1e-5",
    "tinyml/models/kws_ref_model_float32, 1e-5",
    "tinyml/models/trained_lstm, 1e-5",
    "pose/models/pose_detection, 1e-5",
    "pose/models/pose_landmark_lite, 1e-3",
    "pose/models/pose_landmark_full, 1e-3"
  })
  void convertedModelsAgree(String name, double part) throws OrtException {
    TfliteModel model = TfliteModel.read(TfliteOracleTest.shared(name + ".tflite"));
    Graph graph = model.graph();
    List<Tensor> operands = new ArrayList<>();
    for (int i = 0; i < graph.inputs().size() - model.states().size(); i++) {
      operands.add(RandomGraphs.operand(graph.parameters().get(i), Agreement.SEED));
    }
    operands.addAll(model.states());
    List<Tensor> ours = Function.of(graph).callAll(operands);
    byte[] file = OnnxModel.of(graph).toBytes();
    List<Tensor> again = Function.of(OnnxModel.of(file).graph()).callAll(operands);
    try (OnnxRuntime runtime = new OnnxRuntime(file)) {
      List<Tensor> theirs = runtime.run(operands, graph.outputTypes());
      for (int i = 0; i < ours.size(); i++) {
        String what = name + ", output " + i;
        Agreement.compare(what, ours.get(i), theirs.get(i), part, 0);
        Agreement.compare(what + " as read again", ours.get(i), again.get(i), part, 0);
      }
    }
  }
}
