/// Kernels of 8-bit numbers, equal to the reference in every bit.
package dev.tendril.core.cpu.quantized;
