package dev.tendril.data;

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

  default String name() {
    return field().name();
  }

  default Semantic semantic() {
    return field().semantic();
  }
}
