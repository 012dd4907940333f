package dev.tendril.forest;

import dev.tendril.data.Field;
import dev.tendril.data.Nearest;
import dev.tendril.data.Semantic;
import dev.tendril.data.Vocabulary;
import dev.tendril.forest.engine.FrameFeed;
import dev.tendril.forest.engine.Layout;
import dev.tendril.forest.engine.Rows;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One row to predict, made by [ForestModel#row] and used again and again. Features keep their
/// values until they are set anew; [#clear] makes all missing. Features are named, or given by the
/// handle that [ForestModel#feature] finds once.
///
/// A category that the model never met is out of vocabulary, which is not an error. A name that is
/// no feature, and a value of the wrong kind, is an [IllegalArgumentException]. Mutable; for one
/// thread at a time.
public final class Row {
  private final Layout layout;
  private final Rows rows;
  private final Map<String, Integer> slots;
  private final List<String> features;

  Row(Layout layout, List<String> features) {
    this.layout = layout;
    this.rows = new Rows(layout, 1);
    this.features = features;
    this.slots = HashMap.newHashMap(features.size());
    for (int slot = 0; slot < features.size(); slot++) {
      slots.put(features.get(slot), slot);
    }
  }

  Rows rows() {
    return rows;
  }

  /// Makes every feature missing.
  public Row clear() {
    rows.clear();
    return this;
  }

  public Row setMissing(String feature) {
    return setMissing(slot(feature));
  }

  public Row setMissing(int feature) {
    rows.setMissing(0, feature);
    return this;
  }

  /// Sets a number; NaN is missing.
  public Row set(String feature, float value) {
    return set(slot(feature), value);
  }

  /// Sets a number; NaN is missing.
  public Row set(int feature, float value) {
    Field field = layout.field(feature);
    if (field.details() instanceof Field.Numerical) {
      rows.set(0, feature, value);
    } else if (Float.isNaN(value)) {
      rows.setMissing(0, feature);
    } else if (field.details() instanceof Field.Discretized discretized) {
      rows.set(0, feature, discretized.bin(value));
    } else {
      throw mismatch(feature, "the number " + value);
    }
    return this;
  }

  public Row set(String feature, boolean value) {
    return set(slot(feature), value);
  }

  public Row set(int feature, boolean value) {
    switch (layout.semantic(feature)) {
      case BOOLEAN -> rows.set(0, feature, value ? 1 : 0);
      case NUMERICAL -> rows.set(0, feature, value ? 1f : 0f);
      case CATEGORICAL,
          CATEGORICAL_SET,
          TEXT,
          HASH,
          DISCRETIZED_NUMERICAL,
          NUMERICAL_VECTOR_SEQUENCE ->
          throw mismatch(feature, "the truth value " + value);
    }
    return this;
  }

  /// Sets a category, or a set of one item.
  public Row set(String feature, String value) {
    return set(slot(feature), value);
  }

  /// Sets a category, or a set of one item.
  public Row set(int feature, String value) {
    switch (layout.semantic(feature)) {
      case CATEGORICAL -> rows.set(0, feature, vocabulary(feature).index(value));
      case CATEGORICAL_SET -> {
        rows.beginSet(0, feature, 1);
        rows.item(0, feature, vocabulary(feature).index(value));
      }
      case NUMERICAL, BOOLEAN, TEXT, HASH, DISCRETIZED_NUMERICAL, NUMERICAL_VECTOR_SEQUENCE ->
          throw mismatch(feature, "the text \"" + value + "\"");
    }
    return this;
  }

  /// Sets a set of items; none make the empty set, which is not missing.
  public Row set(String feature, String... items) {
    return set(slot(feature), items);
  }

  /// Sets a set of items; none make the empty set, which is not missing.
  public Row set(int feature, String... items) {
    if (layout.semantic(feature) != Semantic.CATEGORICAL_SET) {
      throw mismatch(feature, "a set of " + items.length + " texts");
    }
    rows.beginSet(0, feature, items.length);
    for (String item : items) {
      rows.item(0, feature, vocabulary(feature).index(item));
    }
    return this;
  }

  /// Sets a sequence of vectors of the feature's length; none make the empty sequence.
  public Row set(String feature, float[]... vectors) {
    return set(slot(feature), vectors);
  }

  /// Sets a sequence of vectors of the feature's length; none make the empty sequence.
  public Row set(int feature, float[]... vectors) {
    if (!(layout.field(feature).details() instanceof Field.VectorSequence(int length, _, _))) {
      throw mismatch(feature, "a sequence of " + vectors.length + " vectors");
    }
    for (float[] vector : vectors) {
      if (vector.length != length) {
        throw mismatch(feature, "a vector of length " + vector.length + " instead of " + length);
      }
    }
    int at = rows.beginVectors(0, feature, vectors.length, length);
    for (float[] vector : vectors) {
      System.arraycopy(vector, 0, rows.vectors(), at, length);
      at += length;
    }
    return this;
  }

  /// Sets a value of any of the kinds above; null is missing.
  void put(String feature, @Nullable Object value) {
    int slot = slot(feature);
    boolean named = layout.semantic(slot) == Semantic.CATEGORICAL;
    switch (value) {
      case null -> setMissing(slot);
      case Number number when named -> {
        String text = FrameFeed.text(number.floatValue());
        if (text == null) {
          setMissing(slot);
        } else {
          set(slot, text);
        }
      }
      case Number number -> set(slot, number.floatValue());
      case Boolean truth -> set(slot, truth.booleanValue());
      case String text -> set(slot, text);
      case float[][] vectors -> set(slot, vectors);
      case Collection<?> items ->
          set(slot, items.stream().map(String::valueOf).toArray(String[]::new));
      default -> throw mismatch(slot, "a " + value.getClass().getSimpleName());
    }
  }

  private Vocabulary vocabulary(int feature) {
    return layout.field(feature).vocabulary();
  }

  private int slot(String feature) {
    Integer slot = slots.get(feature);
    if (slot == null) {
      throw new IllegalArgumentException(
          "the model has no feature \""
              + feature
              + "\""
              + Nearest.hint(feature, features)
              + "; its features are "
              + String.join(", ", features));
    }
    return slot;
  }

  private IllegalArgumentException mismatch(int feature, String value) {
    Field field = layout.field(feature);
    return new IllegalArgumentException(
        "feature \""
            + field.name()
            + "\" cannot be "
            + value
            + ": it is "
            + field.semantic()
            + "; expected "
            + expected(field.semantic()));
  }

  private static String expected(Semantic semantic) {
    return switch (semantic) {
      case NUMERICAL, DISCRETIZED_NUMERICAL -> "a number";
      case CATEGORICAL -> "a text";
      case CATEGORICAL_SET -> "texts";
      case BOOLEAN -> "true or false";
      case NUMERICAL_VECTOR_SEQUENCE -> "vectors of one length";
      case TEXT, HASH -> "nothing";
    };
  }
}
