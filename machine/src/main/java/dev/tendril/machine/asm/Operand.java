package dev.tendril.machine.asm;

/// What an instruction works on.
public sealed interface Operand permits Gpr, Vec, Mask, Mem, Imm, Label {}
