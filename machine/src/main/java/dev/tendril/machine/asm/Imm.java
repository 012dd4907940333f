package dev.tendril.machine.asm;

/// A number within an instruction.
public record Imm(long value) implements Operand {
  boolean fits8() {
    return value == (byte) value;
  }

  boolean fits32() {
    return value == (int) value;
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
