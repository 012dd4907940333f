package dev.tendril.pose.hub;

import dev.tendril.pose.hub.KnownModel.ModelFile;
import java.util.List;

/// The models that are known.
final class Catalog {
  private static final String APACHE = "Apache-2.0";
  private static final String CORAL =
      "https://raw.githubusercontent.com/google-coral/test_data/104342d2d3480b3e66203073dac24f4e2dbb4c41/";
  private static final String MEDIAPIPE =
      "https://cdn.jsdelivr.net/npm/@mediapipe/pose@0.5.1675469404/";
  private static final String GOOGLE = "Google, npm package @mediapipe/pose 0.5.1675469404";

  private static final ModelFile DETECTOR =
      new ModelFile(
          "pose_detection.tflite",
          "pose_solution_packed_assets.data",
          MEDIAPIPE + "pose_solution_packed_assets.data",
          2_962_288,
          "a63c614bef30d35947f13be361820b1e4e3bec9cfeebf4d11216a18373108e85");

  static final List<KnownModel> MODELS =
      List.of(
          new KnownModel(
              "movenet-lightning",
              "17 key points of one person, in 8-bit integers, at 192 x 192",
              APACHE,
              "Google, Coral test data (MoveNet SinglePose Lightning, version 4)",
              List.of(
                  new ModelFile(
                      "movenet_single_pose_lightning_ptq.tflite",
                      "movenet_single_pose_lightning_ptq.tflite",
                      CORAL + "movenet_single_pose_lightning_ptq.tflite",
                      2_894_840,
                      "cd7cc22fa946e5d146a7b98d496853e1923e22828d3972d579973f27f91bb105"))),
          blazepose(
              "lite",
              "the fastest",
              2_819_824,
              "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61"),
          blazepose(
              "full",
              "the default",
              6_440_512,
              "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f"),
          blazepose(
              "heavy",
              "the most exact",
              27_709_200,
              "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe"));

  private Catalog() {}

  private static KnownModel blazepose(String size, String how, long bytes, String sha256) {
    String file = "pose_landmark_" + size + ".tflite";
    return new KnownModel(
        "blazepose-" + size,
        "33 landmarks of persons, in pixels and metres; " + how,
        APACHE,
        GOOGLE,
        List.of(DETECTOR, new ModelFile(file, file, MEDIAPIPE + file, bytes, sha256)));
  }
}
