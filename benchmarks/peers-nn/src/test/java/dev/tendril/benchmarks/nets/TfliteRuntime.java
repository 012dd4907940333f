package dev.tendril.benchmarks.nets;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolverWithoutDefaultDelegates;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.OpResolver;
import org.bytedeco.tensorflowlite.TfLiteTensor;

/// The runtime of TensorFlow Lite, with its built-in kernels or those of reference, as an oracle.
final class TfliteRuntime {
  private static final int ARENA = 2;

  private final Pointer[] kept;
  private final boolean reference;
  private final Interpreter interpreter;

  /// A runtime with built-in kernels.
  TfliteRuntime(byte[] file) {
    this(file, new BuiltinOpResolverWithoutDefaultDelegates(), false);
  }

  private TfliteRuntime(byte[] file, OpResolver resolver, boolean reference) {
    this.reference = reference;
    BytePointer bytes = new BytePointer(file);
    FlatBufferModel model = FlatBufferModel.BuildFromBuffer(bytes, file.length);
    if (model == null || model.isNull()) {
      throw new IllegalStateException("TensorFlow Lite does not read the file");
    }
    InterpreterBuilder builder = new InterpreterBuilder(model, resolver);
    builder.SetNumThreads(1);
    interpreter = new Interpreter((Pointer) null);
    kept = new Pointer[] {bytes, model, resolver, builder};
    succeed(builder.apply(interpreter), "making an interpreter");
    succeed(interpreter.AllocateTensors(), "allocating tensors");
  }

  /// A runtime with reference kernels, or the built-in ones where there are none for an operator.
  static TfliteRuntime ofReference(byte[] file) {
    try {
      return new TfliteRuntime(file, ReferenceKernels.resolver(), true);
    } catch (IllegalStateException _) {
      return new TfliteRuntime(file);
    }
  }

  /// Whether its kernels are those of reference.
  boolean isReference() {
    return reference;
  }

  private void succeed(int status, String what) {
    if (status != 0) {
      throw new IllegalStateException(
          "TensorFlow Lite: " + what + " failed, with " + kept.length + " parts");
    }
  }

  /// The results of a run.
  List<Tensor> run(List<Tensor> operands, List<TensorType> results) {
    for (int i = 0; i < operands.size(); i++) {
      TfLiteTensor tensor = interpreter.tensor(interpreter.inputs().get(i));
      byte[] values = operands.get(i).memory().toArray(ValueLayout.JAVA_BYTE);
      if (tensor.bytes() != values.length) {
        throw new IllegalStateException(
            "input " + i + " of " + tensor.bytes() + " bytes, not " + operands.get(i).type());
      }
      TfliteContestant.memory(tensor).put(values, 0, values.length);
    }
    succeed(interpreter.Invoke(), "a run");
    List<Tensor> found = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      TfLiteTensor tensor = interpreter.tensor(interpreter.outputs().get(i));
      byte[] values = new byte[(int) tensor.bytes()];
      TfliteContestant.memory(tensor).get(values, 0, values.length);
      Tensor result = Tensor.allocate(results.get(i));
      result.memory().copyFrom(MemorySegment.ofArray(values));
      found.add(result);
    }
    return found;
  }

  /// The bytes from the first to the last tensor of its arena, working memory included.
  long arenaBytes() {
    long first = Long.MAX_VALUE;
    long last = 0;
    for (int i = 0; i < interpreter.tensors_size(); i++) {
      TfLiteTensor tensor = interpreter.tensor(i);
      if (tensor.allocation_type() == ARENA && tensor.bytes() > 0) {
        long address = tensor.data().data().address();
        first = Math.min(first, address);
        last = Math.max(last, address + tensor.bytes());
      }
    }
    return last == 0 ? 0 : last - first;
  }
}
