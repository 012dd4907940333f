package dev.tendril.learn;

import dev.tendril.data.Frame;

public record Evaluation(Task task, long rows) {
  static Evaluation of(Model model, Frame frame) {
    throw new IllegalStateException(model.toString() + frame);
  }
}
