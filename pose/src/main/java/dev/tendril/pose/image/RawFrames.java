package dev.tendril.pose.image;

import dev.tendril.core.TensorException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// The frames of a video that another program decodes, as `ffmpeg -f rawvideo -pix_fmt rgb24` does:
/// one after the other, 3 bytes a pixel, without anything around them.
public final class RawFrames {
  private final InputStream in;
  private final int width;
  private final int height;
  private long count;

  /// @param width of every frame, in pixels
  /// @param height of every frame, in pixels
  public RawFrames(InputStream in, int width, int height) {
    if (width < 1 || height < 1 || (long) width * height > PictureFile.MOST_PIXELS) {
      throw new IllegalArgumentException(
          "frames of "
              + width
              + " x "
              + height
              + " pixels; expected 1 pixel or more each way, and at most "
              + PictureFile.MOST_PIXELS
              + " in all");
    }
    this.in = in;
    this.width = width;
    this.height = height;
  }

  /// The next frame; empty after the last.
  ///
  /// @throws TensorException when the stream ends within a frame, or cannot be read
  public Optional<Picture> next() {
    byte[] rgb = new byte[width * height * 3];
    int read;
    try {
      read = in.readNBytes(rgb, 0, rgb.length);
    } catch (IOException e) {
      throw new TensorException("reading frame " + (count + 1) + ": " + e.getMessage(), e);
    }
    if (read == 0) {
      return Optional.empty();
    }
    count++;
    if (read < rgb.length) {
      throw new TensorException(
          "reading frame "
              + count
              + ": the stream ends after "
              + read
              + " of "
              + rgb.length
              + " bytes; expected frames of "
              + width
              + " x "
              + height
              + " pixels in rgb24");
    }
    return Optional.of(Picture.rgb(rgb, width, height));
  }
}
