/// An assembler for x86-64: general registers and vectors (AVX2, FMA, AVX-512), as a table of
/// instructions ([Op]) and the rules by which they become bytes ([Encoder]).
package dev.tendril.machine.asm;
