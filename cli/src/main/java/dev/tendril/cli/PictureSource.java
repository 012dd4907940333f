package dev.tendril.cli;

import dev.tendril.core.TensorException;
import dev.tendril.pose.image.Picture;
import dev.tendril.pose.image.RawFrames;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where the pictures of a command come from.
abstract class PictureSource {
  private static final Pattern PICTURE =
      Pattern.compile(".*\\.(png|jpe?g|gif|bmp)", Pattern.CASE_INSENSITIVE);
  private static final Pattern VIDEO =
      Pattern.compile(".*\\.(mp4|mov|avi|mkv|webm|m4v)", Pattern.CASE_INSENSITIVE);
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,6})x([0-9]{1,6})");
  private static final double NANOS = 1e9;

  /// A picture.
  ///
  /// @param name that files made of it may have
  /// @param time of a frame of a video; null for a picture on its own
  record Frame(String name, Picture picture, @Nullable Duration time) {}

  /// The next picture; null after the last.
  abstract @Nullable Frame next();

  /// @param input a picture, a folder, or - for standard input
  /// @param size of frames on standard input
  static PictureSource of(String input, boolean video, double fps, @Nullable String size) {
    if (!(fps > 0 && fps <= 1000)) {
      throw new IllegalArgumentException("--fps cannot be " + fps + ": expected 0 to 1000");
    }
    if (input.equals("-")) {
      return frames(fps, size);
    }
    Path path = Path.of(input);
    if (VIDEO.matcher(input).matches() && Files.isRegularFile(path)) {
      throw new TensorException(
          "reading "
              + input
              + ": videos come decoded, on standard input: ffmpeg -i "
              + input
              + " -f rawvideo -pix_fmt rgb24 - | tendril pose - --size WxH --fps N");
    }
    List<Path> files = Files.isDirectory(path) ? pictures(path) : List.of(path);
    return files(files, video ? fps : 0);
  }

  private static List<Path> pictures(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> pictures =
          all.filter(file -> PICTURE.matcher(file.getFileName().toString()).matches())
              .sorted()
              .toList();
      if (pictures.isEmpty()) {
        throw new TensorException(
            "reading " + folder + ": no picture in it; expected PNG, JPEG, GIF or BMP files");
      }
      return pictures;
    } catch (IOException e) {
      throw new TensorException("reading " + folder + ": " + e.getMessage(), e);
    }
  }

  private static PictureSource files(List<Path> files, double fps) {
    Iterator<Path> iterator = files.iterator();
    return new PictureSource() {
      private int count;

      @Override
      @Nullable Frame next() {
        if (!iterator.hasNext()) {
          return null;
        }
        Path file = iterator.next();
        String name = file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
        return new Frame(name, Picture.read(file), fps > 0 ? time(count++, fps) : null);
      }
    };
  }

  private static PictureSource frames(double fps, @Nullable String size) {
    Matcher matcher = SIZE.matcher(size == null ? "" : size);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          size == null
              ? "frames on standard input have no size of their own: give it with --size, such as"
                  + " 640x480"
              : "--size cannot be " + size + ": expected width x height in pixels, as in 640x480");
    }
    RawFrames frames =
        new RawFrames(
            new BufferedInputStream(System.in, 1 << 20),
            Integer.parseInt(matcher.group(1)),
            Integer.parseInt(matcher.group(2)));
    return new PictureSource() {
      private int count;

      @Override
      @Nullable Frame next() {
        Picture picture = frames.next().orElse(null);
        return picture == null
            ? null
            : new Frame("frame%06d".formatted(count + 1), picture, time(count++, fps));
      }
    };
  }

  /// Frames begin at 1 / fps: a filter takes time 0 for none.
  private static Duration time(int frame, double fps) {
    return Duration.ofNanos(Math.round((frame + 1) / fps * NANOS));
  }
}
