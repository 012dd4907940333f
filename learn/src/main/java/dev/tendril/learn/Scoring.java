package dev.tendril.learn;

import dev.tendril.data.Frame;

/// How candidates are measured when the best of several configurations is sought.
public sealed interface Scoring {

  /// By what training measures on rows that it did not learn from: rows held out, out of bag, or
  /// [TrainOptions#validation]. The fastest.
  record SelfEvaluation() implements Scoring {
    @Override
    public String text() {
      return "self-evaluation";
    }
  }

  /// On a table of its own, which serves as [TrainOptions#validation] as well.
  record Validation(Frame rows) implements Scoring {
    @Override
    public String text() {
      return "validation rows";
    }
  }

  /// By cross-validation: slower by the number of folds, and less a matter of luck on few rows. The
  /// folds of a ranking keep groups whole.
  record Folds(int count) implements Scoring {
    public Folds {
      if (count < 2) {
        throw new IllegalArgumentException(
            "cross-validation cannot have " + count + " folds: expected at least 2");
      }
    }

    @Override
    public String text() {
      return "cross-validation in " + count + " folds";
    }
  }

  /// In words.
  String text();
}
