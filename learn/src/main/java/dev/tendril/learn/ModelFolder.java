package dev.tendril.learn;

import java.nio.file.Path;

public final class ModelFolder {
  private ModelFolder() {}

  static Model load(Path folder) {
    throw new IllegalStateException(folder.toString());
  }
}
