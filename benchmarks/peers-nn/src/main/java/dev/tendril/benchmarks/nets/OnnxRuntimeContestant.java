package dev.tendril.benchmarks.nets;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.tendril.benchmarks.GraphContestant;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/// ONNX Runtime with input and output bound to memory that is there before.
public final class OnnxRuntimeContestant implements GraphContestant {
  private int threads;

  @Override
  public String name() {
    return "onnxruntime";
  }

  @Override
  public String version() {
    return "ONNX Runtime 1.29.0";
  }

  @Override
  public void start(int number) {
    threads = number;
    OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
  }

  @Override
  public Net net(Graph graph) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    OrtSession session = environment.createSession(OnnxFile.of(graph), options);
    TensorType type = graph.parameters().getFirst();
    FloatBuffer in = direct(type);
    FloatBuffer out = direct(graph.outputTypes().getFirst());
    return new Loaded(
        session,
        type,
        in,
        out,
        Map.of(
            session.getInputNames().iterator().next(),
            OnnxTensor.createTensor(environment, in, shape(type))),
        Map.of(
            session.getOutputNames().iterator().next(),
            OnnxTensor.createTensor(environment, out, shape(graph.outputTypes().getFirst()))));
  }

  private static FloatBuffer direct(TensorType type) {
    return ByteBuffer.allocateDirect((int) type.bytes())
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private static long[] shape(TensorType type) {
    return switch (type.shape().rank()) {
      case 2 -> new long[] {type.shape().dim(0), type.shape().dim(1)};
      case 4 ->
          new long[] {
            type.shape().dim(0), type.shape().dim(3), type.shape().dim(1), type.shape().dim(2)
          };
      default -> throw new IllegalArgumentException("a network with an operand " + type);
    };
  }

  private record Loaded(
      OrtSession session,
      TensorType type,
      FloatBuffer in,
      FloatBuffer out,
      Map<String, OnnxTensor> inputs,
      Map<String, OnnxTensor> outputs)
      implements Net {
    @Override
    public void run(float[] input, float[] output) throws OrtException {
      in.put(0, input);
      session.run(inputs, outputs).close();
      out.get(0, output);
    }

    @Override
    public float[] arrange(float[] input) {
      return type.shape().rank() == 4 ? OnnxFile.channelsSecond(input, type) : input;
    }
  }
}
