package dev.tendril.learn;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VocabularyLimits;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.function.Executable;

/// Small tables and predictions for tests.
final class TestFrames {
  private TestFrames() {}

  static CategoricalColumn labels(String name, @Nullable String... values) {
    return CategoricalColumn.of(name, Arrays.asList(values), VocabularyLimits.NONE);
  }

  static Predictions classification(List<String> classes, float... values) {
    return new Predictions(new Task.Classification("y"), classes, values);
  }

  /// A binary classification into `no` and `yes`.
  ///
  /// @param scores the probability of `yes`
  static Predictions binary(float... scores) {
    float[] values = new float[2 * scores.length];
    for (int i = 0; i < scores.length; i++) {
      values[2 * i] = 1 - scores[i];
      values[2 * i + 1] = scores[i];
    }
    return classification(List.of("no", "yes"), values);
  }

  static CategoricalColumn yesNo(boolean... positive) {
    String[] texts = new String[positive.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = positive[i] ? "yes" : "no";
    }
    return labels("y", texts);
  }

  static Evaluation binary(float[] scores, boolean[] positive, Consumer<EvaluationOptions> more) {
    return Evaluation.of(binary(scores), Frame.of(yesNo(positive)), more);
  }

  static Evaluation regression(float[] truth, float[] predicted, Consumer<EvaluationOptions> more) {
    return Evaluation.of(
        new Predictions(new Task.Regression("y"), List.of(), predicted),
        Frame.of(NumericalColumn.of("y", truth)),
        more);
  }

  /// The message of the exception that an action must throw.
  static String message(Class<? extends Throwable> type, Executable action) {
    return String.valueOf(Assertions.assertThrows(type, action).getMessage());
  }
}
