package dev.tendril.core.spi;

/// The memory of a device, in bytes.
public record MemoryUse(long free, long total) {}
