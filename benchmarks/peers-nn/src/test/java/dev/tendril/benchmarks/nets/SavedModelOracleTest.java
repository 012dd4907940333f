package dev.tendril.benchmarks.nets;

import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.formats.tensorflow.SavedModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/// Saved models that Tendril writes mean to TensorFlow what the graphs mean to Tendril.
class SavedModelOracleTest {
  @TempDir private Path folder;

  @BeforeEach
  void natives() {
    Agreement.natives();
  }

  @Test
  void randomGraphsAgree() {
    for (long seed = Agreement.SEED; seed < Agreement.SEED + 200; seed++) {
      Graph graph = RandomGraphs.floats(seed);
      Tensor operand = RandomGraphs.operand(graph.parameters().getFirst(), seed);
      Tensor ours = graph.evaluate(List.of(operand)).getFirst();
      Path model = folder.resolve("model");
      SavedModel.of(graph).write(model);
      String what = "seed " + seed + ": " + graph.nodes();
      Tensor again = SavedModel.read(model).graph().evaluate(List.of(operand)).getFirst();
      Agreement.compare(what + " as read again", ours, again, Agreement.CLOSE, 0);
      Agreement.compare(what, ours, theirs(model, operand, ours), Agreement.CLOSE, 0);
    }
  }

  private static Tensor theirs(Path model, Tensor operand, Tensor alike) {
    long[] dims = Arrays.stream(operand.shape().dims()).asLongStream().toArray();
    try (SavedModelBundle bundle = SavedModelBundle.load(model.toString(), "serve");
        TFloat32 x = TFloat32.tensorOf(Shape.of(dims), DataBuffers.of(operand.toFloatArray()))) {
      String output = bundle.signatures().getFirst().getOutputs().values().iterator().next().name;
      TFloat32 y = (TFloat32) bundle.session().runner().feed("x:0", x).fetch(output).run().get(0);
      float[] values = new float[(int) y.size()];
      y.copyTo(DataBuffers.of(values));
      return Tensor.of(values, alike.shape().dims());
    }
  }
}
