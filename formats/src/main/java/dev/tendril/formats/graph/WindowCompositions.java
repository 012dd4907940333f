package dev.tendril.formats.graph;

import dev.tendril.core.Shape;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Padding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Convolutions and pools as those that most formats have: over two or three axes, in one group,
/// with the usual paddings. Activations are not theirs any more.
public final class WindowCompositions {
  private WindowCompositions() {}

  static @Nullable Value conv(GraphDraft d, Contract.Conv op, List<Value> x) {
    if (op.padding().kind() == Padding.Kind.EXPLICIT) {
      Contract.Conv inside =
          new Contract.Conv(
              op.strides(), Padding.VALID, op.dilations(), op.groups(), Activation.NONE);
      return again(d, inside, padded(d, op.padding(), x.getFirst()), x);
    }
    if (op.groups() > 1) {
      return grouped(d, op, x);
    }
    if (op.strides().size() > 1) {
      return null;
    }
    Contract.Conv picture =
        new Contract.Conv(
            List.of(1, op.strides().getFirst()),
            op.padding(),
            List.of(1, op.dilations().getFirst()),
            1,
            Activation.NONE);
    List<Value> rows = new ArrayList<>(x);
    rows.set(1, d.reshape(x.get(1), x.get(1).type().shape().inserted(1, 1)));
    return line(d, again(d, picture, row(d, x.getFirst()), rows));
  }

  private static Value row(GraphDraft d, Value x) {
    return d.reshape(x, x.type().shape().inserted(1, 1));
  }

  private static Value line(GraphDraft d, Value x) {
    return d.reshape(x, x.type().shape().without(1));
  }

  /// The op on another first operand.
  private static Value again(GraphDraft d, Contract op, Value first, List<Value> x) {
    Value[] operands = x.toArray(Value[]::new);
    operands[0] = first;
    return d.add(op, operands);
  }

  /// Explicit padding of the spatial axes as an op of its own, with zeros.
  public static Value padded(GraphDraft d, Padding padding, Value x) {
    List<Integer> before = new ArrayList<>(List.of(0));
    List<Integer> after = new ArrayList<>(List.of(0));
    before.addAll(padding.before());
    after.addAll(padding.after());
    before.add(0);
    after.add(0);
    return d.add(new Move.Pad(before, after, Move.Pad.Mode.CONSTANT, 0), x);
  }

  /// Each group by itself.
  private static Value grouped(GraphDraft d, Contract.Conv op, List<Value> x) {
    Contract.Conv single =
        new Contract.Conv(op.strides(), op.padding(), op.dilations(), 1, Activation.NONE);
    int groups = op.groups();
    List<Value> inputs = parts(d, x.get(0), -1, groups);
    List<Value> filters = parts(d, x.get(1), 0, groups);
    List<Value> biases = x.size() > 2 ? parts(d, x.get(2), 0, groups) : List.of();
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < groups; i++) {
      results.add(
          biases.isEmpty()
              ? d.add(single, inputs.get(i), filters.get(i))
              : d.add(single, inputs.get(i), filters.get(i), biases.get(i)));
    }
    return d.concat(x.getFirst().type().shape().rank() - 1, results);
  }

  private static List<Value> parts(GraphDraft d, Value x, int axis, int count) {
    int[] extents = new int[count];
    Arrays.fill(extents, x.type().shape().dim(axis) / count);
    return d.split(x, axis, extents);
  }

  static @Nullable Value depthwise(GraphDraft d, Contract.DepthwiseConv op, List<Value> x) {
    if (op.padding().kind() != Padding.Kind.EXPLICIT) {
      return null;
    }
    Contract.DepthwiseConv inside =
        new Contract.DepthwiseConv(op.strides(), Padding.VALID, op.dilations(), Activation.NONE);
    return again(d, inside, padded(d, op.padding(), x.getFirst()), x);
  }

  /// What explicit padding takes away is cut off after.
  static @Nullable Value transposed(
      GraphDraft d, Contract.ConvTranspose op, List<Value> x, Node node) {
    Shape result = node.outputs().getFirst().shape();
    if (op.padding().kind() != Padding.Kind.EXPLICIT || !result.isKnown()) {
      return null;
    }
    int axes = op.strides().size();
    int[] whole = new int[axes];
    for (int i = 0; i < axes; i++) {
      whole[i] = result.dim(i + 1) + op.padding().before().get(i) + op.padding().after().get(i);
    }
    Contract.ConvTranspose all =
        new Contract.ConvTranspose(
            op.strides(), Padding.VALID, op.dilations(), Shape.of(whole), Activation.NONE);
    Value value = again(d, all, x.getFirst(), x);
    for (int i = 0; i < axes; i++) {
      int before = op.padding().before().get(i);
      if (whole[i] != result.dim(i + 1)) {
        value = d.slice(value, i + 1, before, before + result.dim(i + 1));
      }
    }
    return value;
  }

  static @Nullable Value pool(GraphDraft d, Contract.Pool op, Value x) {
    if (op.window().size() > 1) {
      return null;
    }
    Contract.Pool picture =
        new Contract.Pool(
            op.kind(),
            List.of(1, op.window().getFirst()),
            List.of(1, op.strides().getFirst()),
            op.padding(),
            Activation.NONE);
    return line(d, d.add(picture, row(d, x)));
  }
}
