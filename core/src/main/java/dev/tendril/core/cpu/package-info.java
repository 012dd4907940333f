/// The CPU device: kernels, memory and threads.
package dev.tendril.core.cpu;
