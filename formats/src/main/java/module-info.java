import org.jspecify.annotations.NullMarked;

/// Other people's files of tensors and graphs.
@NullMarked
module dev.tendril.formats {
  requires transitive dev.tendril.core;
  requires static transitive org.jspecify;
  requires flatbuffers.java;

  exports dev.tendril.formats;
  exports dev.tendril.formats.tflite;
}
