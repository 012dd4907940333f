package dev.tendril.forest.export;

/// What a node of an exported forest tests.
enum Kind {
  LEAF(0),
  AT_LEAST(2),
  IS_MISSING(4),
  IN_BITS(6),
  IN_LIST(8),
  WEIGHTED_SUM(10),
  SET_IS_MISSING(12),
  ANY_IN_BITS(14),
  ANY_IN_LIST(16),
  SEQUENCE_IS_MISSING(18),
  CLOSER_THAN(20),
  PROJECTED_MORE_THAN(22);

  private final int code;

  Kind(int code) {
    this.code = code;
  }

  /// The number in the exported tables: even, with 1 added when a missing value is positive.
  int code(boolean missingIsPositive) {
    return missingIsPositive ? code + 1 : code;
  }
}
