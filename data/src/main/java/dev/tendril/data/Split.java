package dev.tendril.data;

/// Two parts of one table that share no row.
public record Split(Frame train, Frame test) {}
