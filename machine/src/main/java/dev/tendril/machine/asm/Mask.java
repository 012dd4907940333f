package dev.tendril.machine.asm;

/// A mask register of AVX-512, `k0` to `k7`. As the predicate of an instruction, `k0` stands for
/// none.
public record Mask(int number) implements Operand {
  public Mask {
    if (number < 0 || number > 7) {
      throw new AssemblyException("mask register " + number + "; there are 0 to 7");
    }
  }

  @Override
  public String toString() {
    return "k" + number;
  }
}
