import org.jspecify.annotations.NullMarked;

/// Graphs as programs of other compilers. Uses the JDK and the core alone.
@NullMarked
module dev.tendril.compile {
  requires static transitive org.jspecify;
  requires transitive dev.tendril.core;

  exports dev.tendril.compile;
  exports dev.tendril.compile.text;
}
