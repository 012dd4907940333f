package dev.tendril.cli;

import dev.tendril.learn.Evaluation;
import dev.tendril.learn.Model;

/// An evaluation as one HTML file.
final class HtmlReport {
  private HtmlReport() {}

  static String of(Evaluation evaluation, Model model, String folder, String data) {
    return evaluation.toText() + model + folder + data;
  }
}
