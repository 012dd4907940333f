/// Quantization after training: graphs of floats as graphs of integers, and how much they differ.
package dev.tendril.core.quantize;
