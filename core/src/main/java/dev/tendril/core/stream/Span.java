package dev.tendril.core.stream;

/// A piece of a device's memory.
///
/// @param block as the accelerator knows it
/// @param offset the first byte in the block
/// @param bytes its size
record Span(long block, long offset, long bytes) {}
