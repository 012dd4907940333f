package dev.tendril.forest;

import dev.tendril.forest.ydf.YdfReader;
import dev.tendril.learn.Model;
import dev.tendril.learn.ModelFormat;
import java.nio.file.Path;

/// The model folders of YDF and of TF-DF (inside a SavedModel), which are also ours.
public final class YdfFormat implements ModelFormat {
  @Override
  public String name() {
    return "YDF";
  }

  @Override
  public boolean accepts(Path folder) {
    return YdfReader.accepts(folder);
  }

  @Override
  public Model load(Path folder) {
    return YdfReader.holdsSeveral(folder) ? MultitaskModel.read(folder) : ForestModel.read(folder);
  }
}
