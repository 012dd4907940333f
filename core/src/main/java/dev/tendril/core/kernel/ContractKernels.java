package dev.tendril.core.kernel;

import dev.tendril.core.Rounding;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.Contract;
import java.util.List;

/// What [Contract] ops mean.
final class ContractKernels {
  private ContractKernels() {}

  static void run(Contract op, List<Tensor> operands, List<Tensor> results, Rounding rounding) {
    Tensor result = results.getFirst();
    switch (op) {
      case Contract.MatMul matmul -> MatMulKernels.matmul(matmul, operands, result);
      case Contract.Conv conv -> ConvKernels.conv(conv, operands, result, rounding);
      case Contract.DepthwiseConv depthwise -> ConvKernels.depthwise(depthwise, operands, result);
      case Contract.ConvTranspose transpose -> ConvKernels.transpose(transpose, operands, result);
      case Contract.Pool pool -> PoolKernels.pool(pool, operands.getFirst(), result);
      case Contract.PoolArgMax pool -> PoolKernels.argMax(pool, operands.getFirst(), result);
      case Contract.Attention attention -> AttentionKernels.attention(attention, operands, result);
    }
  }
}
