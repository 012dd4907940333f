package dev.tendril.benchmarks.nets;

import dev.tendril.benchmarks.GraphContestant;
import dev.tendril.core.graph.Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolverWithXNNPACK;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.OpResolver;
import org.bytedeco.tensorflowlite.TfLiteTensor;
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
    return loaded(TfliteFile.of(graph));
  }

  @Override
  public Model model(Path file) throws IOException {
    Loaded loaded = loaded(Files.readAllBytes(file));
    return loaded::run;
  }

  private Loaded loaded(byte[] file) {
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

  /// Where the values of a tensor are.
  static BytePointer memory(TfLiteTensor tensor) {
    BytePointer pointer = new BytePointer(tensor.data().data());
    pointer.capacity(tensor.bytes());
    return pointer;
  }

  /// Keeps what the interpreter needs from the collector.
  private static final class Loaded implements Net {
    private final Pointer[] kept;
    private final Interpreter interpreter;
    private final BytePointer in;
    private final BytePointer out;
    private final FloatPointer floatsIn;
    private final FloatPointer floatsOut;

    Loaded(
        BytePointer bytes,
        FlatBufferModel model,
        OpResolver resolver,
        InterpreterBuilder builder,
        Interpreter interpreter) {
      this.kept = new Pointer[] {bytes, model, resolver, builder};
      this.interpreter = interpreter;
      this.in = memory(interpreter.tensor(interpreter.inputs().get(0)));
      this.out = memory(interpreter.tensor(interpreter.outputs().get(0)));
      this.floatsIn = new FloatPointer(in);
      this.floatsOut = new FloatPointer(out);
    }

    @Override
    public void run(float[] input, float[] output) {
      floatsIn.put(input, 0, input.length);
      invoke();
      floatsOut.get(output, 0, output.length);
    }

    void run(byte[] input, byte[] output) {
      in.put(input, 0, input.length);
      invoke();
      out.get(output, 0, output.length);
    }

    private void invoke() {
      if (interpreter.Invoke() != 0) {
        throw new IllegalStateException(
            "TensorFlow Lite: a run with " + kept.length + " parts failed");
      }
    }
  }
}
