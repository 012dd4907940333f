/// Kernels of the CPU device in plain Java.
package dev.tendril.core.cpu.scalar;
