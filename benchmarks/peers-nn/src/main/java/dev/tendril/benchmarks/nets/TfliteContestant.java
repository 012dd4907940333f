package dev.tendril.benchmarks.nets;

import dev.tendril.benchmarks.GraphContestant;
import dev.tendril.core.graph.Graph;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolverWithXNNPACK;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.OpResolver;
import org.bytedeco.tensorflowlite.global.tensorflowlite;

/// TensorFlow Lite by its interface for C++ with XNNPACK's kernels, which its interface for C does
/// not use in this build.
public final class TfliteContestant implements GraphContestant {
  private int threads;

  @Override
  public String name() {
    return "tflite-xnnpack";
  }

  @Override
  public String version() {
    return "TensorFlow Lite " + tensorflowlite.TfLiteVersion().getString() + ", XNNPACK";
  }

  @Override
  public void start(int number) {
    threads = number;
    tensorflowlite.TfLiteVersion().close();
  }

  @Override
  public Net net(Graph graph) {
    byte[] file = TfliteFile.of(graph);
    BytePointer bytes = new BytePointer(file);
    FlatBufferModel model = FlatBufferModel.BuildFromBuffer(bytes, file.length);
    if (model == null || model.isNull()) {
      throw new IllegalStateException("TensorFlow Lite does not read the network");
    }
    OpResolver resolver = new BuiltinOpResolverWithXNNPACK(true);
    InterpreterBuilder builder = new InterpreterBuilder(model, resolver);
    succeed(builder.SetNumThreads(threads), "setting the number of threads");
    Interpreter interpreter = new Interpreter((Pointer) null);
    succeed(builder.apply(interpreter), "making an interpreter");
    succeed(interpreter.AllocateTensors(), "allocating tensors");
    return new Loaded(bytes, model, resolver, builder, interpreter);
  }

  private static void succeed(int status, String what) {
    if (status != 0) {
      throw new IllegalStateException("TensorFlow Lite: " + what + " failed");
    }
  }

  /// Keeps what the interpreter needs from the collector.
  private static final class Loaded implements Net {
    private final Pointer[] kept;
    private final Interpreter interpreter;
    private final FloatPointer in;
    private final FloatPointer out;

    Loaded(
        BytePointer bytes,
        FlatBufferModel model,
        OpResolver resolver,
        InterpreterBuilder builder,
        Interpreter interpreter) {
      this.kept = new Pointer[] {bytes, model, resolver, builder};
      this.interpreter = interpreter;
      this.in = interpreter.typed_input_tensor_float(0);
      this.out = interpreter.typed_output_tensor_float(0);
    }

    @Override
    public void run(float[] input, float[] output) {
      in.put(input, 0, input.length);
      succeed(interpreter.Invoke(), "a run with " + kept.length + " parts");
      out.get(output, 0, output.length);
    }
  }
}
