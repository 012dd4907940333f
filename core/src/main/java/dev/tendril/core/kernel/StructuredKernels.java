package dev.tendril.core.kernel;

import dev.tendril.core.Rounding;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.Trees;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// What [Structured] ops mean.
final class StructuredKernels {
  private StructuredKernels() {}

  static void run(Structured op, List<Tensor> operands, List<Tensor> results) {
    if (op instanceof Structured.Body body) {
      BodyKernels.copy(BodyKernels.run(body, operands, Rounding.EXACT), results);
      return;
    }
    Tensor x = operands.getFirst();
    Tensor result = results.getFirst();
    switch (op) {
      case Structured.Softmax softmax -> NormKernels.softmax(softmax, x, result);
      case Structured.LogSoftmax softmax -> NormKernels.logSoftmax(softmax, x, result);
      case Structured.LayerNorm norm -> NormKernels.layerNorm(norm, operands, result);
      case Structured.BatchNorm norm -> NormKernels.batchNorm(norm, operands, result);
      case Structured.L2Normalize norm -> NormKernels.l2Normalize(norm, x, result);
      case Structured.LocalResponseNorm norm -> NormKernels.responseNorm(norm, x, result);
      case Structured.Resize resize -> ResizeKernels.resize(resize, x, result);
      case Structured.Lstm _ -> RecurrentKernels.lstm(operands, results);
      case Structured.Gru gru -> RecurrentKernels.gru(gru, operands, results);
      case Structured.Svdf svdf -> SvdfKernels.svdf(svdf, operands, results);
      case Structured.Fft fft -> SignalKernels.fft(fft, x, result);
      case Structured.RealFft fft -> SignalKernels.realFft(fft, x, result);
      case Structured.LinearFilter filter -> SignalKernels.linearFilter(filter, operands, result);
      case Structured.TreeEnsemble ensemble -> predict(ensemble.trees(), x, result);
      case Structured.Random random -> RandomKernels.random(random, x, result);
      case Structured.Body _ -> throw new IllegalStateException(op.name());
    }
  }

  private static void predict(Trees trees, Tensor rows, Tensor result) {
    int count = rows.shape().dim(0);
    float[] out = new float[Math.multiplyExact(count, trees.outputs())];
    trees.predict(rows.toFloatArray(), count, out);
    result.memory().copyFrom(MemorySegment.ofArray(out));
  }
}
