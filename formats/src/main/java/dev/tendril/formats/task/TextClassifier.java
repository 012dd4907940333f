package dev.tendril.formats.task;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.tflite.TfliteMetadata.TensorNotes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Says what a text is of, by a model of TensorFlow Lite that takes numbers of words `[1, length]`
/// and gives a score for each class. How text is cut into words and which number a word has is as
/// the model says: a regular expression of separators and a file with a word and its number a line.
/// Special words are `<START>` in front, `<PAD>` after the last, `<UNKNOWN>` for all others.
///
/// Thread-safe.
public final class TextClassifier {
  private static final int LONGEST = 1 << 20;

  private final TaskModel model;
  private final Pattern separators;
  private final Map<String, Integer> words = new HashMap<>();

  private TextClassifier(TaskModel model) {
    this.model = model;
    TensorNotes notes = model.inputNotes();
    if (notes.vocabulary().isEmpty()) {
      throw new FormatException(
          "a model that does not say how text is cut into words; expected a tokenizer by regular"
              + " expression");
    }
    try {
      separators = Pattern.compile(notes.separators());
    } catch (PatternSyntaxException e) {
      throw new FormatException("the regular expression of separators: " + e.getDescription());
    }
    String text = new String(model.file(notes.vocabulary()), StandardCharsets.UTF_8);
    for (String line : text.lines().toList()) {
      String[] parts = line.strip().split("\\s+", 2);
      if (parts.length == 2 && parts[1].matches("[0-9]{1,9}")) {
        words.put(parts[0], Integer.parseInt(parts[1]));
      }
    }
  }

  /// @throws dev.tendril.core.TensorException when the file is none, or of another kind of model
  public static TextClassifier read(Path file) {
    return new TextClassifier(new TaskModel(file));
  }

  /// The classes, the surest first.
  ///
  /// @param text of at most 1,048,576 characters
  /// @param most how many
  public List<Category> classify(String text, int most) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "a text of " + text.length() + " characters; expected at most " + LONGEST);
    }
    return model.categories(0, model.run(numbers(text)).getFirst(), most);
  }

  private Tensor numbers(String text) {
    TensorType type = model.input();
    int length = type.shape().dim(-1);
    double[] numbers = new double[Math.toIntExact(type.shape().size())];
    java.util.Arrays.fill(numbers, words.getOrDefault("<PAD>", 0));
    int at = 0;
    Integer start = words.get("<START>");
    if (start != null) {
      numbers[at++] = start;
    }
    int unknown = words.getOrDefault("<UNKNOWN>", 0);
    for (String word : separators.split(text, -1)) {
      if (at == length) {
        break;
      }
      if (!word.isEmpty()) {
        numbers[at++] = words.getOrDefault(word, unknown);
      }
    }
    return Tensor.of(type, numbers);
  }
}
