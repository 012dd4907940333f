package dev.tendril.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;

/// The rows of one structured file, each a map from names to values.
interface RowSource extends Closeable {
  /// Reads the next row into an empty map, in column order.
  ///
  /// @return whether there was one
  boolean next(Map<String, Cell> row) throws IOException;

  /// A failure at the row that was read last.
  DataException failure(String message);
}
