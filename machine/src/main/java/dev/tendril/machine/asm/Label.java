package dev.tendril.machine.asm;

/// A place in the code that jumps go to, before or after it is known where it is. Told apart by
/// identity.
public final class Label implements Operand {
  private static final int OPEN = -1;

  private int instruction = OPEN;

  /// The instruction that it stands before.
  ///
  /// @throws AssemblyException when it was bound nowhere
  public int instruction() {
    if (instruction == OPEN) {
      throw new AssemblyException("a jump to a label that is bound nowhere");
    }
    return instruction;
  }

  void bind(int place) {
    if (instruction != OPEN) {
      throw new AssemblyException("a label that is bound twice, at instruction " + place);
    }
    instruction = place;
  }
}
