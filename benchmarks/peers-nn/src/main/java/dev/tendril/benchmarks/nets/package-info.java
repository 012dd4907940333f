/// Native libraries as [dev.tendril.benchmarks.GraphContestant]s, and what writes networks in their
/// formats.
@NullMarked
package dev.tendril.benchmarks.nets;

import org.jspecify.annotations.NullMarked;
