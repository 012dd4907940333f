package dev.tendril.learn;

import java.nio.file.Path;

/// A kind of model folder, or of a model in one file, that can be read. Implementations are found
/// by [java.util.ServiceLoader].
public interface ModelFormat {
  /// What the format is called in messages.
  String name();

  /// Whether the folder or file looks like one of this format; reads as little as possible and
  /// never fails.
  boolean accepts(Path folder);

  /// @throws ModelException when the folder or file is damaged
  Model load(Path folder);
}
