/// Kernels for nodes of graphs: which there are, how their work is cut into calls of routines, and
/// how operands are arranged for them.
package dev.tendril.machine.kernel;
