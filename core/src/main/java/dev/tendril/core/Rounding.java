package dev.tendril.core;

/// How the results of ops of quantized numbers are rounded to whole numbers. Libraries and devices
/// do it in different ways, so results differ in the last place, seldom and by one.
public enum Rounding {
  /// In two steps, ties of the second away from zero, as TensorFlow Lite specifies and devices do
  /// it: the same bits as theirs.
  EXACT,

  /// The same but for convolutions, whose ties of the second step go up: the same bits as
  /// TensorFlow Lite's own kernels on a desktop.
  DESKTOP,

  /// In whatever way is the fastest, as long as results differ from the exact ones by one at most.
  FAST
}
