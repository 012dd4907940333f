package dev.tendril.pose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.pose.image.Cut;
import dev.tendril.pose.image.Picture;
import dev.tendril.pose.image.Region;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CutTest {
  private static final String FOLDER = "algorithms/image_to_tensor/";
  private static final int TOLERANCE = 7;

  /// The pictures that TensorFlow.js and MediaPipe expect; JPEG decoders differ by a few levels.
  @ParameterizedTest
  @CsvSource({
    "medium_sub_rect_keep_aspect, .65, .4, .5, .5, 256, true, 0",
    "medium_sub_rect_keep_aspect_with_rotation, .65, .4, .5, .5, 256, true, 90",
    "medium_sub_rect_with_rotation, .65, .4, .5, .5, 256, false, -45",
    "large_sub_rect, .5, .5, 1.5, 1.1, 128, false, 0",
    "large_sub_rect_keep_aspect, .5, .5, 1.5, 1.1, 128, true, 0",
    "large_sub_rect_keep_aspect_with_rotation, .5, .5, 1.5, 1.1, 128, true, -15"
  })
  void turnedRectangles(
      String name,
      double x,
      double y,
      double width,
      double height,
      int size,
      boolean keepAspect,
      double degrees) {
    Picture picture = Golden.picture(FOLDER + "image_to_tensor_input.jpg");
    Region region =
        new Region(
            x * picture.width(),
            y * picture.height(),
            width * picture.width(),
            height * picture.height(),
            Math.toRadians(degrees));
    Region shown = keepAspect ? region.padded(size, size) : region;
    for (boolean replicate : new boolean[] {true, false}) {
      byte[] expected =
          Pictures.bytes(
              Golden.picture(FOLDER + name + (replicate ? "" : "_border_zero") + ".png"));
      byte[] found = new Cut(size, size).turned(picture, shown, replicate);
      int farthest = Pictures.farthest(expected, found);
      assertTrue(farthest <= TOLERANCE, name + " " + replicate + ": differs by " + farthest);
    }
  }

  @Test
  void theWholePicture() {
    Picture picture = Golden.picture(FOLDER + "image_to_tensor_input.jpg");
    byte[] same =
        new Cut(picture.width(), picture.height()).turned(picture, Region.of(picture), true);
    assertArrayEquals(Pictures.bytes(picture), same);
  }

  @Test
  void onePixel() {
    Picture pixel = Picture.rgb(new byte[] {10, 20, 30}, 1, 1);
    byte[] aligned = new Cut(4, 4).axisAligned(pixel, 0, 0, 1, 1);
    byte[] small = new Cut(4, 4).resized(pixel, 2, 2);
    byte[] turned = new Cut(4, 4).turned(pixel, Region.of(pixel), true);
    for (int c = 0; c < 3; c++) {
      assertTrue(aligned[c] == 10 * (c + 1) && small[c] == aligned[c] && turned[c] == aligned[c]);
    }
    assertTrue(small[3 * 3] == 0, "black beside the picture");
  }
}
