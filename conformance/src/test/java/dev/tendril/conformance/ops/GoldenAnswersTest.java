package dev.tendril.conformance.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The reference against answers of NumPy and SciPy, which `src/test/python/golden.py` wrote.
class GoldenAnswersTest {
  private static final double TOLERANCE = 1e-12;

  /// Places between pixels are 32-bit numbers, as in TensorFlow Lite.
  private static final double RESIZE_TOLERANCE = 1e-6;

  private static final Activation NONE = Activation.NONE;

  /// @param operands and results, as NumPy has them
  private record Answer(List<Tensor> operands, List<Tensor> results) {}

  @TestFactory
  Stream<DynamicNode> referenceAnswersAsNumpyDoes() {
    return read().entrySet().stream()
        .map(entry -> dynamicTest(entry.getKey(), () -> check(entry.getKey(), entry.getValue())));
  }

  @Test
  void thereAreAnswersOfAllGroups() {
    assertEquals(55, read().size());
  }

  private static void check(String name, Answer answer) {
    OpCase one = new OpCase(op(name), answer.operands, List.of(), true);
    List<Tensor> results = one.expected();
    assertEquals(answer.results.size(), results.size());
    double tolerance = name.equals("resize") ? RESIZE_TOLERANCE : TOLERANCE;
    for (int i = 0; i < results.size(); i++) {
      Tensor expected = answer.results.get(i);
      Tensor actual = results.get(i);
      assertEquals(expected.type(), actual.type());
      for (long j = 0; j < expected.shape().size(); j++) {
        double e = expected.get(j);
        assertEquals(e, actual.get(j), tolerance * (1 + Math.abs(e)), name + " at " + j);
      }
    }
  }

  private static Op op(String name) {
    List<Integer> ones = List.of(1, 1);
    return switch (name) {
      case "gelu" -> new Pointwise.Gelu(false);
      case "mod_i32" -> new Pointwise.Binary(BinaryKind.MOD);
      case "floor_div_i32" -> new Pointwise.Binary(BinaryKind.FLOOR_DIV);
      case "add", "mod", "floor_div", "atan2", "max", "pow" ->
          new Pointwise.Binary(BinaryKind.valueOf(name.toUpperCase(Locale.ROOT)));
      case "reduce_sum", "reduce_mean", "reduce_prod", "reduce_max" ->
          new Reduce.Reduction(
              Reduce.Kind.valueOf(name.substring(7).toUpperCase(Locale.ROOT)),
              List.of(0, 2),
              false);
      case "arg_max" -> new Reduce.ArgExtreme(true, 1, DType.I32);
      case "cumulative_sum" -> new Reduce.Cumulative(Reduce.Kind.SUM, 1, false, false);
      case "cumulative_prod" -> new Reduce.Cumulative(Reduce.Kind.PROD, -1, false, false);
      case "sort" -> new Index.Sort(1, false);
      case "transpose" -> new Move.Transpose(List.of(2, 0, 1));
      case "tile" -> new Move.Tile(List.of(1, 2, 2));
      case "reflect" -> new Move.Pad(List.of(0, 2, 0), List.of(0, 1, 3), Move.Pad.Mode.REFLECT, 0);
      case "symmetric" ->
          new Move.Pad(List.of(2, 1, 0), List.of(0, 3, 0), Move.Pad.Mode.SYMMETRIC, 0);
      case "gather" -> new Index.Gather(1, 0);
      case "non_zero" -> new Index.NonZero();
      case "softmax" -> new Structured.Softmax(1, 0.5f);
      case "log_softmax" -> new Structured.LogSoftmax(-1);
      case "matmul" -> new Contract.MatMul(false, false, Activation.RELU);
      case "attention" -> new Contract.Attention(0.5f, false);
      case "conv" -> new Contract.Conv(ones, Padding.VALID, ones, 1, NONE);
      case "conv_strided" ->
          new Contract.Conv(
              List.of(2, 2), Padding.explicit(List.of(1, 0), List.of(0, 2)), ones, 1, NONE);
      case "conv_dilated" ->
          new Contract.Conv(
              ones, Padding.explicit(List.of(2, 1), List.of(1, 1)), List.of(2, 2), 1, NONE);
      case "conv_line" -> new Contract.Conv(List.of(1), Padding.VALID, List.of(1), 1, NONE);
      case "conv_transpose_line" ->
          new Contract.ConvTranspose(
              List.of(1), Padding.VALID, List.of(1), Shape.of(Shape.ANY), NONE);
      case "max_pool", "average_pool" ->
          new Contract.Pool(
              name.startsWith("max") ? Reduce.Kind.MAX : Reduce.Kind.MEAN,
              List.of(3, 2),
              ones,
              Padding.VALID,
              NONE);
      case "fft" -> new Structured.Fft(false);
      case "real_fft" -> new Structured.RealFft(12, false);
      case "inverse_real_fft" -> new Structured.RealFft(12, true);
      case "linear_filter" -> new Structured.LinearFilter(0);
      case "resize" -> new Structured.Resize(Structured.Resize.Method.BILINEAR, 5, 7, false, true);
      case "layer_norm" -> new Structured.LayerNorm(1, 0x1p-10f);
      default -> new Pointwise.Unary(UnaryKind.valueOf(name.toUpperCase(Locale.ROOT)));
    };
  }

  private static Map<String, Answer> read() {
    Map<String, Answer> answers = new LinkedHashMap<>();
    Answer last = new Answer(List.of(), List.of());
    for (String line : Resource.lines("golden.txt")) {
      List<String> words = List.of(line.split(" ", -1));
      switch (words.getFirst()) {
        case "case" -> {
          last = new Answer(new ArrayList<>(), new ArrayList<>());
          answers.put(words.get(1), last);
        }
        case "in" -> last.operands.add(tensor(words));
        default -> last.results.add(tensor(words));
      }
    }
    return answers;
  }

  /// @param words its part, type, extents and values
  private static Tensor tensor(List<String> words) {
    DType dtype = DType.valueOf(words.get(1).toUpperCase(Locale.ROOT));
    int[] dims =
        words.get(2).equals("-")
            ? new int[0]
            : Stream.of(words.get(2).split(",", -1)).mapToInt(Integer::parseInt).toArray();
    double[] values =
        words.subList(3, words.size()).stream().mapToDouble(Double::parseDouble).toArray();
    return Tensor.of(TensorType.of(dtype, dims), values);
  }
}
