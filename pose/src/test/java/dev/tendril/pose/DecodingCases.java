package dev.tendril.pose;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Pointwise;
import dev.tendril.pose.movenet.Decoding;
import dev.tendril.pose.movenet.Heads;
import java.util.Arrays;

/// Heads that say where two persons are.
final class DecodingCases {
  private static final int SIZE = 16;

  /// Where the nose of the surer person is, y and x.
  static final float[] LEFT = {(3 + 0.25f) / SIZE, (4 + 0.5f) / SIZE};

  /// Where the nose of the other is.
  static final float[] RIGHT = {9f / SIZE, 12f / SIZE};

  private DecodingCases() {}

  static Graph two() {
    float[] center = filled(1, -9);
    float[] heat = filled(17, -9);
    float[] regress = filled(34, 0);
    float[] offset = filled(34, 0);
    float[] size = filled(2, 5);
    float[] place = filled(2, 0);
    center[4 * SIZE + 4] = 4;
    center[9 * SIZE + 12] = 2;
    heat[(3 * SIZE + 4) * 17] = 3;
    heat[(9 * SIZE + 12) * 17] = 3;
    offset[(3 * SIZE + 4) * 34] = 0.25f;
    offset[(3 * SIZE + 4) * 34 + 1] = 0.5f;
    GraphBuilder builder = Graph.builder("two");
    Value zero = builder.input("zero", new TensorType(DType.F32, Shape.scalar()));
    Heads heads =
        new Heads(
            SIZE,
            SIZE,
            value(builder, zero, center, 1),
            value(builder, zero, heat, 17),
            value(builder, zero, regress, 34),
            value(builder, zero, offset, 34),
            value(builder, zero, size, 2),
            value(builder, zero, place, 2));
    builder.output("persons", Decoding.multi(builder, heads));
    return builder.build();
  }

  private static float[] filled(int channels, float number) {
    float[] numbers = new float[SIZE * SIZE * channels];
    Arrays.fill(numbers, number);
    return numbers;
  }

  private static Value value(GraphBuilder builder, Value zero, float[] numbers, int channels) {
    Value constant = builder.constant(Tensor.of(numbers, 1, SIZE, SIZE, channels));
    return builder.add(new Pointwise.Binary(BinaryKind.ADD), constant, zero);
  }
}
