package dev.tendril.benchmarks.nets;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// ONNX Runtime as an oracle.
final class OnnxRuntime implements AutoCloseable {
  private final OrtEnvironment environment =
      OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
  private final OrtSession session;

  OnnxRuntime(byte[] file) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    session = environment.createSession(file, options);
  }

  /// The results of a run.
  List<Tensor> run(List<Tensor> operands, List<TensorType> results) throws OrtException {
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    int operand = 0;
    for (String name : session.getInputNames()) {
      inputs.put(name, tensor(operands.get(operand++)));
    }
    List<Tensor> found = new ArrayList<>();
    try (OrtSession.Result result = session.run(inputs)) {
      for (int i = 0; i < results.size(); i++) {
        OnnxValue value = result.get(i);
        ByteBuffer bytes = ((OnnxTensor) value).getByteBuffer().order(ByteOrder.nativeOrder());
        Tensor tensor = Tensor.allocate(results.get(i));
        tensor.memory().copyFrom(MemorySegment.ofBuffer(bytes));
        found.add(tensor);
      }
    }
    inputs.values().forEach(OnnxTensor::close);
    return found;
  }

  private OnnxTensor tensor(Tensor tensor) throws OrtException {
    byte[] values = tensor.memory().toArray(ValueLayout.JAVA_BYTE);
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.max(values.length, 1)).order(ByteOrder.nativeOrder());
    bytes.put(values).flip();
    int[] dims = tensor.shape().dims();
    long[] shape = new long[dims.length];
    for (int i = 0; i < dims.length; i++) {
      shape[i] = dims[i];
    }
    return OnnxTensor.createTensor(environment, bytes, shape, type(tensor.dtype()));
  }

  private static OnnxJavaType type(DType dtype) {
    return switch (dtype) {
      case F32 -> OnnxJavaType.FLOAT;
      case F64 -> OnnxJavaType.DOUBLE;
      case I8 -> OnnxJavaType.INT8;
      case U8 -> OnnxJavaType.UINT8;
      case I32 -> OnnxJavaType.INT32;
      case I64 -> OnnxJavaType.INT64;
      case BOOL -> OnnxJavaType.BOOL;
      default -> throw new IllegalArgumentException("an operand of " + dtype);
    };
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
