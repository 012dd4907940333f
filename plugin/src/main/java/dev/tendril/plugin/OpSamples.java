package dev.tendril.plugin;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.OpAttribute;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.ShapeRules;
import dev.tendril.plugin.layout.Code;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Questions to ask a kernel: an op on operands of some extents and a type, with drawn values. Ops
/// with operands of their own form are listed; of others one, two and three alike are tried.
final class OpSamples {
  private static final long SEED = 20_261_124;

  /// Extents of operands, separated by spaces, and attributes after `|`.
  private static final Map<String, List<String>> FORMS =
      Map.ofEntries(
          Map.entry(
              "matmul",
              List.of(
                  "3x4 4x5",
                  "1x1 1x1",
                  "17x33 33x9",
                  "64x48 48x80",
                  "0x4 4x5",
                  "2x3x4 2x4x5",
                  "3x4 4x5 5",
                  "3x4 4x5|activation=relu",
                  "4x3 4x5|transpose_a=true",
                  "3x4 5x4|transpose_b=true",
                  "4x3 5x4 5|transpose_a=true transpose_b=true activation=relu6")),
          Map.entry(
              "conv",
              List.of(
                  "1x5x5x3 4x3x3x3",
                  "2x8x7x4 6x3x3x4 6|padding=same",
                  "1x9x9x3 8x3x3x3|strides=[2,2] padding=same",
                  "1x6x6x8 16x1x1x8|activation=relu",
                  "1x6x6x4 6x3x3x2|groups=2",
                  "1x9x9x2 3x3x3x2|dilations=[2,2]",
                  "1x6x5x2 3x3x2x2|padding=explicit([1,0],[1,1])",
                  "1x12x3 4x3x3")),
          Map.entry(
              "depthwise_conv",
              List.of("1x5x5x3 3x3x3", "2x8x7x4 3x3x8 8|padding=same strides=[2,2]")),
          Map.entry("max_pool", List.of("1x6x6x3|window=[2,2]")),
          Map.entry("average_pool", List.of("1x6x6x3|window=[2,2]")),
          Map.entry("softmax", List.of("3x7", "1", "2x3x40|axis=1")),
          Map.entry("log_softmax", List.of("3x7")),
          Map.entry("concat", List.of("2x3 4x3|axis=0", "2x3 2x1 2x4|axis=1")),
          Map.entry("transpose", List.of("3x4|axes=[1,0]", "2x3x4|axes=[2,0,1]")),
          Map.entry("clamp", List.of("3x4|low=-1 high=1")),
          Map.entry("leaky_relu", List.of("3x4|alpha=0.1")),
          Map.entry("layer_norm", List.of("3x8 8 8|epsilon=1e-5")));

  private static final List<String> ALIKE =
      List.of("[]", "1", "7", "3x5", "0", "2x3x4", "1000", "33x65");

  private OpSamples() {}

  /// A question.
  record Sample(Op op, List<Tensor> operands, List<TensorType> results) {
    List<TensorType> types() {
      return operands.stream().map(Tensor::type).toList();
    }

    Node node() {
      List<Value> inputs = new ArrayList<>();
      for (int i = 0; i < operands.size(); i++) {
        inputs.add(new Value.Input("x" + i, operands.get(i).type()));
      }
      return new Node("node", op, inputs, results);
    }

    @Override
    public String toString() {
      return op + " of " + types();
    }
  }

  /// The samples of an op on operands of a type; those that the op does not admit are left out.
  static List<Sample> of(String op, boolean custom, DType type) {
    List<Sample> samples = new ArrayList<>();
    List<String> forms = FORMS.get(op);
    if (forms != null) {
      forms.forEach(form -> samples.addAll(sample(op, custom, type, form)));
      return samples;
    }
    for (int count = 1; count <= 3; count++) {
      for (String extents : ALIKE) {
        String operands = String.join(" ", java.util.Collections.nCopies(count, extents));
        samples.addAll(sample(op, custom, type, operands));
      }
      if (!samples.isEmpty()) {
        break;
      }
    }
    return samples;
  }

  /// One or none.
  private static List<Sample> sample(String name, boolean custom, DType type, String form) {
    int split = form.indexOf('|');
    String extents = split < 0 ? form : form.substring(0, split);
    String attributes = split < 0 ? "" : form.substring(split + 1);
    SplittableRandom random = new SplittableRandom(SEED + form.hashCode());
    try {
      List<Tensor> operands =
          Stream.of(extents.split(" ", -1)).map(dims -> draw(random, type, dims)).toList();
      List<TensorType> types = operands.stream().map(Tensor::type).toList();
      Op op =
          custom
              ? OpAttribute.custom(name, attributes)
              : OpAttribute.parse(name, attributes, types);
      return List.of(new Sample(op, operands, ShapeRules.infer(op, types)));
    } catch (PluginException e) {
      if (e.code() == Code.INTERNAL.number()) {
        throw e;
      }
      return List.of();
    } catch (TensorException _) {
      return List.of();
    }
  }

  private static Tensor draw(SplittableRandom random, DType type, String text) {
    int[] dims =
        text.equals("[]")
            ? new int[0]
            : Arrays.stream(text.split("x", -1)).mapToInt(Integer::parseInt).toArray();
    Tensor tensor = Tensor.allocate(TensorType.of(type, dims));
    for (long i = 0; i < tensor.shape().size(); i++) {
      if (type.isFloat()) {
        Elements.setDouble(tensor.memory(), type, i, random.nextDouble(-4, 4));
      } else {
        long low = Math.max(-6, type.min());
        Elements.setLong(
            tensor.memory(), type, i, random.nextLong(low, Math.min(7, type.max()) + 1));
      }
    }
    return tensor;
  }
}
