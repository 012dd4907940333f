/// Pointwise ops, one or many at once, as loops that are written as byte code when a graph is made
/// ready.
package dev.tendril.core.cpu.fused;
