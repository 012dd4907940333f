/// Whole-process timings of Tendril side by side with other libraries: the same data, the same
/// hyper-parameters, the same Java options, one fresh process a measurement.
@NullMarked
package dev.tendril.benchmarks;

import org.jspecify.annotations.NullMarked;
