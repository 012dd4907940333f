package dev.tendril.data;

import dev.tendril.core.Tensor;

/// One column of a [Frame]: a name, a semantic, and a value or nothing in every row. Values live in
/// primitive arrays; strings are stored once and referred to by code. Immutable.
public sealed interface Column
    permits NumericalColumn,
        CategoricalColumn,
        CategoricalSetColumn,
        BooleanColumn,
        TextColumn,
        HashColumn,
        DiscretizedColumn,
        VectorSequenceColumn {

  /// The name, semantic and statistics. A column that was read by a given schema carries that
  /// schema's field.
  Field field();

  int rows();

  boolean isMissing(int row);

  /// These rows in this order, repeats allowed, with statistics of their own. A vocabulary that was
  /// given, by a schema or as the classes of a label, stays; one that was inferred is made anew.
  Column select(int[] rows);

  /// The bytes that the values occupy.
  long bytes();

  /// The values as a vector: numbers as F32 with NaN for missing (of bins, a number that falls in
  /// the bin); categories as I32 indices in the vocabulary with 0 for out of vocabulary and -1 for
  /// missing; booleans as I32 0 or 1, with -1 for missing. A copy, since columns live on the Java
  /// heap and tensors do not.
  ///
  /// @throws DataException when a row has no single number: text, sets, hashes, sequences
  default Tensor tensor() {
    return ColumnTensor.of(this);
  }

  default String name() {
    return field().name();
  }

  default Semantic semantic() {
    return field().semantic();
  }
}
