package dev.tendril.data;

/// Takes the values of one column, or of a part of its rows, in row order. Parts that were read
/// side by side are joined when the column is finished. Not thread-safe.
abstract sealed class ColumnBuilder
    permits BooleanBuilder, HashBuilder, NumberBuilder, SetBuilder, TextBuilder, VectorBuilder {

  /// Adds a value given as text, of which nothing is kept by reference.
  ///
  /// @return whether the text is a value of this kind; if not, the column is of no further use
  abstract boolean add(char[] text, int offset, int length);

  /// Adds a value of a structured file.
  ///
  /// @return whether it is a value of this kind
  abstract boolean add(Cell cell);

  abstract void addMissing();

  final boolean addText(String text) {
    return add(text.toCharArray(), 0, text.length());
  }
}
