import org.jspecify.annotations.NullMarked;

/// Tables: typed columns, their schema and statistics, and the readers and writers that carry them
/// in and out.
@NullMarked
module dev.tendril.data {
  requires static transitive org.jspecify;
  requires transitive dev.tendril.core;
  requires de.siegmar.fastcsv;
  requires com.google.protobuf;
  requires tools.jackson.core;

  exports dev.tendril.data;
}
