package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.data.Frame;
import dev.tendril.learn.Predictions;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Models that YDF trained predict here what they predict there.
class GoldenModelsTest {
  @ParameterizedTest
  @EnumSource
  void predictsWhatYdfPredicts(Golden golden) throws IOException {
    ForestModel model = ForestModel.load(golden.folder());
    Frame frame = golden.frame(model);
    Predictions predictions = model.predict(frame);
    check(golden, model, predictions);
    assertArrayEquals(
        model.predictByReference(frame).values(),
        predictions.values(),
        "the flat engine differs from the reference");
  }

  static void check(Golden golden, ForestModel model, Predictions predictions) throws IOException {
    List<List<String>> lines = golden.expected();
    assertEquals(lines.size() - 1, predictions.rows());
    List<String> header = lines.getFirst();
    for (int column = 0; column < header.size(); column++) {
      String name = header.get(column);
      boolean probability = name.startsWith("probability_of_");
      String wanted = name.replace("probability_of_", "");
      int at = !probability ? 0 : header.size() == 1 ? 1 : model.classes().indexOf(wanted);
      for (int row = 0; row < predictions.rows(); row++) {
        float expected = Float.parseFloat(lines.get(row + 1).get(column));
        float actual = probability ? predictions.probability(row, at) : predictions.value(row);
        float tolerance = probability ? 1e-5f : 1e-5f * Math.max(1, Math.abs(expected));
        assertEquals(expected, actual, tolerance, golden + " row " + row + " " + name);
      }
    }
  }
}
