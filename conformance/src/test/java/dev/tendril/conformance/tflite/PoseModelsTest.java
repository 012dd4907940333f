package dev.tendril.conformance.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.conformance.Shared;
import dev.tendril.core.Rounding;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.formats.tflite.TfliteModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Published models that find poses.
class PoseModelsTest {
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+\\.?[0-9]*(e-?[0-9]+)?");

  @Test
  void theDetectorOfPosesGivesTheAnswersOfTheReference() throws IOException {
    TfliteModel model = TfliteModel.read(Shared.file("pose/models/pose_detection.tflite"));
    for (String picture : List.of("pose", "squat")) {
      Path folder = Shared.file("pose/blazepose/" + picture + ".det_input224.png");
      List<Tensor> results = Models.run(model, List.of(picture(folder, 224, 127.5f, -1)));
      for (int i = 0; i < 2; i++) {
        String name = i == 0 ? ".det_boxes_2254x12.f32.gz" : ".det_logits_2254.f32.gz";
        float[] expected = Models.floats(folder.resolveSibling(picture + name));
        Tensor tensor = Tensor.of(expected, results.get(i).shape().dims());
        Models.compare(picture + name, tensor, results.get(i), 1e-5);
      }
    }
  }

  @Test
  void theLandmarkModelsGiveTheAnswersOfTheReference() throws IOException {
    for (String size : List.of("lite", "full")) {
      TfliteModel model =
          TfliteModel.read(Shared.file("pose/models/pose_landmark_" + size + ".tflite"));
      Path folder = Shared.file("pose/blazepose/squat." + size + ".0.input256.png");
      List<Tensor> results = Models.run(model, List.of(picture(folder, 256, 255, 0)));
      String name = "squat." + size + ".0.heatmap_logits_64x64x39.f32.gz";
      float[] expected = Models.floats(folder.resolveSibling(name));
      Models.compare(name, Tensor.of(expected, 1, 64, 64, 39), results.get(3), 1e-5);
    }
  }

  private static Tensor picture(Path file, int size, float divisor, float shift)
      throws IOException {
    double[] pixels = Models.pixels(file);
    float[] values = new float[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) pixels[i] / divisor + shift;
    }
    return Tensor.of(values, 1, size, size, 3);
  }

  /// The answers for MoveNet come from kernels for the desktop, and so are rounded.
  @Test
  void moveNetGivesTheAnswersOfTheDesktop() throws IOException {
    TfliteModel model =
        TfliteModel.read(Shared.file("pose/models/movenet_single_pose_lightning_ptq.tflite"));
    TensorType type = model.graph().inputs().getFirst().type();
    for (String picture : List.of("pose_center", "pose_pad", "squat_center", "squat_pad")) {
      Path file = Shared.file("pose/movenet/" + picture + ".input192.png");
      Tensor input = Tensor.of(type, Models.pixels(file));
      Tensor found = Models.run(model, List.of(input), Rounding.DESKTOP).getFirst();
      String text = Files.readString(file.resolveSibling(picture + ".out.json"));
      Matcher numbers = NUMBER.matcher(text);
      numbers.region(text.indexOf("\"tflite_builtin_kernels\"") + 24, text.length());
      for (int i = 0; i < 51; i++) {
        numbers.find();
        assertEquals(Double.parseDouble(numbers.group()), found.get(i), 1e-6, picture + " " + i);
      }
    }
  }
}
