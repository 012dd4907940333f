/// Graphs as StableHLO.
package dev.tendril.compile;
