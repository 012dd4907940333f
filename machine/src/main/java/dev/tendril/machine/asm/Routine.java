package dev.tendril.machine.asm;

import java.util.List;

/// Finished code, which may stand at any address that is a multiple of 64.
///
/// @param name for profilers
/// @param bytes the code, and behind it the constants that it refers to
/// @param constantsAt where those begin
/// @param instructions what the code says, for readers and for tests
public record Routine(String name, byte[] bytes, int constantsAt, List<Instruction> instructions) {
  public Routine {
    instructions = List.copyOf(instructions);
  }
}
