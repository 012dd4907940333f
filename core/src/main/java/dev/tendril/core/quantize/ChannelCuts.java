package dev.tendril.core.quantize;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Channels that are taken out of a graph, each with all that makes it and all that reads it.
final class ChannelCuts {
  private final Graph graph;
  private final Map<Value, List<Node>> users = new HashMap<>();
  private final Map<Node, List<Cut>> cuts = new HashMap<>();
  private final Map<Node, Op> ops = new HashMap<>();

  /// What stays of a constant operand along an axis.
  ///
  /// @param repeats how often the channels follow each other along the axis
  private record Cut(int operand, int axis, int channels, int repeats, int[] kept) {}

  /// A cut whose channels are not chosen yet, and a reshape whose extents are not.
  private record Effect(Node node, int operand, int axis, int repeats) {}

  ChannelCuts(Graph graph) {
    this.graph = graph;
    for (Node node : graph.nodes()) {
      new HashSet<>(node.inputs())
          .forEach(v -> users.computeIfAbsent(v, _ -> new ArrayList<>()).add(node));
    }
  }

  /// Takes a share of the output channels of a node out, where all that read them allow it.
  void cut(Node node, double share) {
    int axis =
        switch (node.op()) {
          case Contract.Conv conv when conv.groups() == 1 -> 0;
          case Contract.MatMul product when isLayer(node) -> product.transposeB() ? 0 : 1;
          case Op _ -> -1;
        };
    Value.Constant weights = Pruner.weights(node);
    if (axis < 0 || weights == null || !isConstant(node, 2)) {
      return;
    }
    int channels = weights.type().shape().dim(axis);
    int gone = Math.min((int) (share * channels), channels - 1);
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect(node, 1, axis, 1));
    if (node.inputs().size() > 2) {
      effects.add(new Effect(node, 2, 0, 1));
    }
    if (gone < 1 || !follow(node.output(), channels, 1, effects)) {
      return;
    }
    int[] kept = strongest(weights.tensor(), axis, channels - gone);
    for (Effect effect : effects) {
      if (effect.operand < 0) {
        Shape shape = effect.node.outputs().getFirst().shape();
        Shape smaller = shape.with(-1, effect.repeats * kept.length);
        ops.put(effect.node, new Move.Reshape(smaller));
      } else {
        cuts.computeIfAbsent(effect.node, _ -> new ArrayList<>())
            .add(new Cut(effect.operand, effect.axis, channels, effect.repeats, kept));
      }
    }
  }

  private static boolean isConstant(Node node, int operand) {
    return node.inputs().size() <= operand || node.inputs().get(operand) instanceof Value.Constant;
  }

  private static boolean isLayer(Node node) {
    return node.op() instanceof Contract.MatMul product
        && !product.transposeA()
        && node.inputs().get(1) instanceof Value.Constant
        && node.inputs().get(1).type().shape().rank() == 2;
  }

  /// The channels whose weights have the greatest sum of magnitudes, in their order.
  private static int[] strongest(Tensor weights, int axis, int count) {
    Shape shape = weights.shape();
    int channels = shape.dim(axis);
    int inner = Math.toIntExact(shape.size(axis + 1, shape.rank()));
    double[] sums = new double[channels];
    float[] values = weights.toFloatArray();
    for (int i = 0; i < values.length; i++) {
      sums[i / inner % channels] += Math.abs(values[i]);
    }
    return IntStream.range(0, channels)
        .boxed()
        .sorted((a, b) -> Double.compare(sums[b], sums[a]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  /// Whether all that read a value do without some of its channels, and what changes then.
  ///
  /// @param repeats how often the channels follow each other along the last axis
  private boolean follow(Value value, int channels, int repeats, List<Effect> effects) {
    List<Node> readers = users.getOrDefault(value, List.of());
    if (graph.outputs().contains(value) || readers.isEmpty()) {
      return false;
    }
    for (Node reader : readers) {
      if (!read(reader, value, channels, repeats, effects)) {
        return false;
      }
    }
    return true;
  }

  private boolean read(Node reader, Value value, int channels, int repeats, List<Effect> effects) {
    if (reader.outputs().size() != 1) {
      return false;
    }
    boolean first = reader.inputs().getFirst().equals(value);
    return switch (reader.op()) {
      case Pointwise.Unary _,
          Pointwise.Clamp _,
          Pointwise.LeakyRelu _,
          Pointwise.Elu _,
          Pointwise.Gelu _ ->
          follow(reader.output(), channels, repeats, effects);
      case Pointwise.Binary _ -> {
        int other = first ? 1 : 0;
        Value constant = reader.inputs().get(other);
        Shape shape = constant.type().shape();
        boolean scalar = shape.size() == 1;
        boolean vector =
            repeats == 1
                && shape.rank() > 0
                && shape.size() == channels
                && shape.dim(-1) == channels;
        if (!(constant instanceof Value.Constant) || !(scalar || vector)) {
          yield false;
        }
        if (!scalar) {
          effects.add(new Effect(reader, other, shape.rank() - 1, 1));
        }
        yield follow(reader.output(), channels, repeats, effects);
      }
      case Contract.DepthwiseConv _ -> {
        boolean apart =
            first
                && repeats == 1
                && Pruner.weights(reader) != null
                && isConstant(reader, 2)
                && reader.inputs().get(1).type().shape().dim(-1) == channels;
        if (!apart) {
          yield false;
        }
        effects.add(new Effect(reader, 1, 2, 1));
        if (reader.inputs().size() > 2) {
          effects.add(new Effect(reader, 2, 0, 1));
        }
        yield follow(reader.output(), channels, 1, effects);
      }
      case Contract.Pool _, Structured.Resize _ ->
          repeats == 1 && follow(reader.output(), channels, 1, effects);
      case Move.Pad pad ->
          repeats == 1
              && pad.before().getLast() == 0
              && pad.after().getLast() == 0
              && follow(reader.output(), channels, 1, effects);
      case Reduce.Reduction reduction -> {
        Shape shape = value.type().shape();
        int last = shape.rank() - 1;
        boolean apart =
            repeats == 1
                && !reduction.axes().isEmpty()
                && reduction.axes().stream().noneMatch(axis -> shape.axis(axis) == last);
        yield apart && follow(reader.output(), channels, 1, effects);
      }
      case Move.Reshape _ -> {
        Shape to = reader.outputs().getFirst().shape();
        int wide = to.rank() == 0 ? 0 : to.dim(-1);
        boolean flat = to.rank() == 2 && wide > 0 && wide % channels == 0;
        if (!(wide == channels || flat) || repeats != 1) {
          yield false;
        }
        effects.add(new Effect(reader, -1, 0, wide / channels));
        yield follow(reader.output(), channels, wide / channels, effects);
      }
      case Contract.Conv conv -> {
        if (!first || repeats != 1 || conv.groups() != 1 || Pruner.weights(reader) == null) {
          yield false;
        }
        effects.add(new Effect(reader, 1, conv.strides().size() + 1, 1));
        yield true;
      }
      case Contract.MatMul product -> {
        if (!first || !isLayer(reader) || Pruner.weights(reader) == null) {
          yield false;
        }
        effects.add(new Effect(reader, 1, product.transposeB() ? 1 : 0, repeats));
        yield true;
      }
      case Op _ -> false;
    };
  }

  /// The graph without the channels.
  ///
  /// @param made gets what nodes' first results have become, by name
  Graph apply(Map<String, Value> made) {
    return new Rebuild(graph)
        .write(this::constant, node -> ops.getOrDefault(node, node.op()), made);
  }

  private @Nullable Tensor constant(Node node, int operand) {
    if (!(node.inputs().get(operand) instanceof Value.Constant constant)) {
      return null;
    }
    Tensor tensor = constant.tensor();
    for (Cut cut : cuts.getOrDefault(node, List.of())) {
      tensor = cut.operand == operand ? kept(tensor, cut) : tensor;
    }
    return tensor;
  }

  private static Tensor kept(Tensor tensor, Cut cut) {
    Shape shape = tensor.shape();
    int inner = Math.toIntExact(shape.size(cut.axis + 1, shape.rank()));
    int extent = shape.dim(cut.axis);
    boolean[] stays = new boolean[extent];
    for (int repeat = 0; repeat < cut.repeats; repeat++) {
      for (int channel : cut.kept) {
        stays[repeat * cut.channels + channel] = true;
      }
    }
    float[] values = tensor.toFloatArray();
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      if (stays[i / inner % extent]) {
        values[count++] = values[i];
      }
    }
    int[] dims = shape.with(cut.axis, cut.repeats * cut.kept.length).dims();
    return Tensor.of(Arrays.copyOf(values, count), dims);
  }
}
