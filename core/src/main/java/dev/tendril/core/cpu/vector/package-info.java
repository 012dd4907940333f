/// Kernels of the CPU device on vectors of 32-bit floats.
package dev.tendril.core.cpu.vector;
