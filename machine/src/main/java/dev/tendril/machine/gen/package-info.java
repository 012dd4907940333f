/// The generator of kernels: targets, which are sets of instructions; and what is written once
/// against them.
package dev.tendril.machine.gen;
