package dev.tendril.data;

import java.nio.file.Path;

final class Source {
  static Source parse(String text) {
    throw new IllegalStateException(text);
  }

  Frame read(ReadOptions options) {
    throw new IllegalStateException("" + options.threads);
  }

  void write(Frame frame, Path file) {
    throw new IllegalStateException(frame.toString() + file);
  }
}
