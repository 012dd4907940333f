package dev.tendril.forest.export;

import dev.tendril.data.Field;
import dev.tendril.data.Vocabulary;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A feature as the exported code takes it.
///
/// @param constant the name of the constant that holds its position, such as `BILL_LENGTH_MM`
/// @param place the array that it is passed in
/// @param position in that array
record Input(Field field, String constant, Place place, int position) {

  /// The arrays that rows are passed in.
  enum Place {
    VALUES,
    SETS,
    SEQUENCES;

    /// The name of the array.
    String array() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// The categories of a feature that has some.
  @Nullable Vocabulary vocabulary() {
    return switch (field.details()) {
      case Field.Categorical(Vocabulary vocabulary) -> vocabulary;
      case Field.CategoricalSet(Vocabulary vocabulary, _, _) -> vocabulary;
      case Field.Numerical _,
          Field.Bool _,
          Field.Text _,
          Field.Hash _,
          Field.Discretized _,
          Field.VectorSequence _ ->
          null;
    };
  }

  static Place place(Field field) {
    return switch (field.details()) {
      case Field.CategoricalSet _ -> Place.SETS;
      case Field.VectorSequence _ -> Place.SEQUENCES;
      case Field.Numerical _,
          Field.Bool _,
          Field.Text _,
          Field.Hash _,
          Field.Discretized _,
          Field.Categorical _ ->
          Place.VALUES;
    };
  }
}
