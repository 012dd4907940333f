package dev.tendril.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelEvaluationTest {
  private final Model model =
      new StubModel(new Task.Classification("y"), List.of("no", "yes"), "word");
  private final Frame frame =
      Frame.of(
          NumericalColumn.of("x", 0.9f, 0.1f, 0.7f),
          TestFrames.yesNo(true, false, false),
          NumericalColumn.of("w", 1, 1, 2));

  @Test
  void predictsAndMeasures() {
    assertEquals(2 / 3.0, model.evaluate(frame).accuracy(), 1e-12);
    assertEquals(0.5, model.evaluate(frame, options -> options.weights = "w").accuracy(), 1e-12);
    assertEquals(4, model.evaluate(frame, options -> options.weights = "w").weight());
  }

  @Test
  void missingLabelColumnIsFoundBeforePredicting() {
    assertEquals(
        "evaluating needs the label column \"y\", which the table does not have; its columns are w",
        TestFrames.message(DataException.class, () -> model.evaluate(frame.select(List.of("w")))));
  }

  @Test
  void kindsWithoutGraphSaySo() {
    String expected =
        "a model of kind stub has no graph of tensor operations; predict with it instead";
    assertEquals(expected, TestFrames.message(ModelException.class, model::graph));
    assertEquals(expected, TestFrames.message(ModelException.class, () -> model.operands(frame)));
  }

  @Test
  void tableWithoutRows() {
    assertEquals(
        "evaluating: the table has no rows",
        TestFrames.message(DataException.class, () -> model.evaluate(frame.rows(new int[0]))));
  }
}
