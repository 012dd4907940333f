package dev.tendril.machine.asm;

/// An instruction that cannot be: a fault of the generator, never of the user.
public final class AssemblyException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  public AssemblyException(String message) {
    super(message);
  }
}
