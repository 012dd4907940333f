/// A device made of what an accelerator offers: memory, streams, kernels for single ops.
package dev.tendril.core.stream;
