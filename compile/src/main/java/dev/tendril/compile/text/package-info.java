/// Texts of StableHLO: reading them, and what they mean.
package dev.tendril.compile.text;
