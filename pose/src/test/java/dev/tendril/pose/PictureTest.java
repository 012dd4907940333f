package dev.tendril.pose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.pose.image.Picture;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_4BYTE_ABGR,
        BufferedImage.TYPE_BYTE_GRAY,
        BufferedImage.TYPE_BYTE_INDEXED
      })
  void colorsOfAllKindsOfImages(int type) {
    BufferedImage image = new BufferedImage(3, 2, type);
    int level = 0x33;
    for (int i = 0; i < 6; i++) {
      if (type == BufferedImage.TYPE_BYTE_GRAY) {
        image.getRaster().setSample(i % 3, i / 3, 0, level);
      } else {
        image.setRGB(i % 3, i / 3, 0xff333333);
      }
    }
    byte[] bytes = Pictures.bytes(Picture.of(image));
    for (byte b : bytes) {
      assertEquals(level, b);
    }
  }

  @Test
  void transparencyDoesNotCount() {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x20102030);
    assertArrayEquals(new byte[] {0x10, 0x20, 0x30}, Pictures.bytes(Picture.of(image)));
  }

  @Test
  void tensors() {
    Picture picture = Picture.of(Tensor.of(new float[] {0, 12.9f, 300, -4, 255, 1}, 1, 2, 3));
    byte[] expected = {0, 12, (byte) 255, 0, (byte) 255, 1};
    assertArrayEquals(expected, Pictures.bytes(picture));
    assertThrows(IllegalArgumentException.class, () -> Picture.of(Tensor.of(new float[4], 2, 2)));
  }

  /// A camera that was held upright writes a picture that lies, and says so.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void picturesAreUpright(int orientation) throws IOException {
    BufferedImage image = new BufferedImage(64, 32, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.RED);
    graphics.fillRect(0, 0, 16, 16);
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    ImageIO.write(image, "jpg", jpeg);
    Path file = folder.resolve("turned.jpg");
    Files.write(file, withOrientation(jpeg.toByteArray(), orientation));
    Picture picture = Picture.read(file);
    boolean aside = orientation >= 5;
    assertEquals(aside ? 32 : 64, picture.width());
    BufferedImage shown = picture.toImage();
    boolean right = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    boolean low = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
    int pixel = shown.getRGB(right ? picture.width() - 5 : 4, low ? picture.height() - 5 : 4);
    assertTrue((pixel >> 16 & 0xff) > 200, "the red corner of orientation " + orientation);
  }

  private static byte[] withOrientation(byte[] jpeg, int orientation) {
    byte[] exif = {
      (byte) 0xff,
      (byte) 0xe1,
      0,
      34,
      'E',
      'x',
      'i',
      'f',
      0,
      0,
      'M',
      'M',
      0,
      42,
      0,
      0,
      0,
      8,
      0,
      1,
      1,
      0x12,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      (byte) orientation,
      0,
      0,
      0,
      0,
      0,
      0
    };
    byte[] all = new byte[jpeg.length + exif.length];
    System.arraycopy(jpeg, 0, all, 0, 2);
    System.arraycopy(exif, 0, all, 2, exif.length);
    System.arraycopy(jpeg, 2, all, 2 + exif.length, jpeg.length - 2);
    return all;
  }

  @Test
  void whatIsNoPictureIsRefusedInOneLine() throws IOException {
    Path text = Files.writeString(folder.resolve("text.png"), "hello");
    Path empty = Files.write(folder.resolve("empty.jpg"), new byte[0]);
    Path cut = folder.resolve("cut.png");
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(50, 50, BufferedImage.TYPE_INT_RGB), "png", png);
    Files.write(cut, java.util.Arrays.copyOf(png.toByteArray(), 60));
    for (Path file : new Path[] {text, empty, cut, folder, folder.resolve("none.png")}) {
      String message = assertThrows(TensorException.class, () -> Picture.read(file)).getMessage();
      assertTrue(message.startsWith("reading the picture " + file), message);
      assertTrue(!message.contains("\n"), message);
    }
  }

  @Test
  void aPictureTooLargeIsRefusedBeforeItIsRead() throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", png);
    byte[] bytes = png.toByteArray();
    bytes[16] = 0x00;
    bytes[17] = 0x01;
    bytes[18] = 0x00;
    bytes[20] = 0x00;
    bytes[21] = 0x01;
    Path file = Files.write(folder.resolve("huge.png"), bytes);
    String message = assertThrows(TensorException.class, () -> Picture.read(file)).getMessage();
    assertTrue(message.contains("pixels") || message.contains("damaged"), message);
  }
}
