package dev.tendril.core.op;

import dev.tendril.core.TensorException;
import java.util.List;

/// What a node of a graph computes: one of about 90 functions of tensors, each a record of its
/// attributes. Groups are sealed interfaces, one file each, so that the whole vocabulary can be
/// read at once; whoever has to tell ops apart switches over them without `default`.
///
/// Conventions of all ops: data are channels-last (`[batch, height, width, channels]`); axes count
/// from 0, or from the end when negative; element types of operands are equal unless said
/// otherwise; nothing is converted silently.
///
/// **Quantized values** carry a [dev.tendril.core.Quant] in their type. An op on them computes what
/// it says of the real numbers that they stand for, by the integer rules of TensorFlow Lite; the
/// type of its result is then not a function of its operands' types alone and is given with the
/// node.
public sealed interface Op permits Pointwise, Move, Reduce, Contract, Index, Structured, Custom {
  /// The name in texts of graphs, such as `matmul`.
  String name();

  /// Checks a list of axes or extents that an op takes one for each axis.
  static void same(String op, List<?> a, List<?> b) {
    if (a.size() != b.size()) {
      throw new TensorException(
          op
              + ": "
              + a.size()
              + " against "
              + b.size()
              + " values; expected as many: "
              + a
              + ", "
              + b);
    }
  }
}
