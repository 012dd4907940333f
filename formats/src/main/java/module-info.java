import org.jspecify.annotations.NullMarked;

/// Other people's files of tensors and graphs.
@NullMarked
module dev.tendril.formats {
  requires transitive dev.tendril.core;
  requires static transitive org.jspecify;
  requires flatbuffers.java;
  requires com.google.protobuf;
  requires tools.jackson.databind;

  exports dev.tendril.formats;
  exports dev.tendril.formats.onnx;
  exports dev.tendril.formats.task;
  exports dev.tendril.formats.tensorflow;
  exports dev.tendril.formats.tflite;
}
