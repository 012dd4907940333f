/// The other libraries as [dev.tendril.benchmarks.Contestant]s.
@NullMarked
package dev.tendril.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
