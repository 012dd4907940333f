package dev.tendril.conformance.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.onnx.OnnxModel;
import dev.tendril.formats.tensorflow.SavedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every op, written in other people's formats and read again, means the same; what a format has
/// not is refused, and only that.
class FormatMatrixTest {
  @TempDir private Path folder;

  @Test
  void opsThatAreWrittenAsOnnxMeanTheSame() {
    assertEquals(
        "[cumulative_max, cumulative_min, cumulative_prod, custom, fft, linear_filter,"
            + " non_max_suppression, pool_arg_max, quantize, random, real_fft, svdf,"
            + " tree_ensemble, while]",
        refused(graph -> OnnxModel.of(OnnxModel.of(graph).toBytes()).graph()).toString());
  }

  @Test
  void opsThatAreWrittenAsSavedModelsMeanTheSame() {
    Path model = folder.resolve("model");
    assertEquals(
        "[cumulative_max, cumulative_min, custom, fft, if, linear_filter, non_max_suppression,"
            + " pool_arg_max, quantize, random, real_fft, shift_left, shift_right, svdf,"
            + " tree_ensemble, while]",
        refused(
                graph -> {
                  SavedModel.of(graph).write(model);
                  return SavedModel.read(model).graph();
                })
            .toString());
  }

  /// The ops of which all cases are refused.
  private static Set<String> refused(UnaryOperator<Graph> again) {
    Set<String> refused = new TreeSet<>();
    List<String> problems = new ArrayList<>();
    OpCases.byName()
        .forEach(
            (name, cases) -> {
              boolean any = false;
              for (OpCase one : cases) {
                if (isCommon(one)) {
                  any |= isWritten(one, again, problems);
                }
              }
              if (!any) {
                refused.add(name);
              }
            });
    assertEquals(List.of(), problems);
    return refused;
  }

  /// Formats differ in what they do with numbers that are none, and with types that are rare.
  private static boolean isCommon(OpCase one) {
    return one.usual()
        && !one.isQuantized()
        && one.operands().stream().noneMatch(operand -> operand.dtype() == DType.I4);
  }

  private static boolean isWritten(OpCase one, UnaryOperator<Graph> again, List<String> problems) {
    List<Tensor> found;
    try {
      Graph graph = again.apply(one.graph(Math.max(0, one.operands().size() - 1)));
      found = graph.evaluate(one.operands().subList(0, graph.inputs().size()));
    } catch (FormatException _) {
      return false;
    }
    List<Tensor> expected = one.expected();
    for (int i = 0; i < expected.size(); i++) {
      String problem = problem(expected.get(i), found.get(i));
      if (!problem.isEmpty() && problems.size() < 10) {
        problems.add(one + ", result " + i + problem);
      }
    }
    return true;
  }

  private static String problem(Tensor expected, Tensor found) {
    if (!expected.type().equals(found.type())) {
      return ": " + found.type();
    }
    double part =
        switch (expected.dtype()) {
          case F64 -> 1e-6;
          case F16 -> 5e-3;
          case BF16 -> 4e-2;
          case F32, I4, I8, U8, I16, U16, I32, U32, I64, BOOL -> 2e-5;
        };
    double greatest = expected.dtype().bits() == 16 ? 1 : 1e-2;
    for (long i = 0; i < expected.shape().size(); i++) {
      greatest = Math.max(greatest, Math.abs(expected.get(i)));
    }
    for (long i = 0; i < expected.shape().size(); i++) {
      double limit = expected.dtype().isFloat() ? part * greatest : 0;
      boolean same = Double.compare(expected.get(i), found.get(i)) == 0;
      if (!same && !(Math.abs(expected.get(i) - found.get(i)) <= limit)) {
        return ", element " + i + ": " + found.get(i) + "; expected " + expected.get(i);
      }
    }
    return "";
  }
}
