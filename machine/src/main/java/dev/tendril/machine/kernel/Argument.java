package dev.tendril.machine.kernel;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// An argument of a routine, as a kernel knows it before it is tied to memory: a number, or a place
/// in an operand, a result, working memory, or memory that the kernel owns.
public sealed interface Argument {
  /// A number.
  record Count(long value) implements Argument {}

  /// A place in an operand.
  ///
  /// @param at in bytes
  record Input(int index, long at) implements Argument {}

  /// A place in a result.
  record Output(int index, long at) implements Argument {}

  /// A place in working memory.
  record Scratch(long at) implements Argument {}

  /// A place in memory of the kernel's own.
  record Own(MemorySegment memory, long at) implements Argument {}

  /// This place, some bytes further.
  default Argument plus(long bytes) {
    return switch (this) {
      case Count number -> new Count(number.value + bytes);
      case Input input -> new Input(input.index, input.at + bytes);
      case Output output -> new Output(output.index, output.at + bytes);
      case Scratch scratch -> new Scratch(scratch.at + bytes);
      case Own own -> new Own(own.memory, own.at + bytes);
    };
  }

  /// What the routine gets.
  default long value(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
    return switch (this) {
      case Count number -> number.value;
      case Input input -> inputs.get(input.index).address() + input.at;
      case Output output -> outputs.get(output.index).address() + output.at;
      case Scratch working -> scratch.address() + working.at;
      case Own own -> own.memory.address() + own.at;
    };
  }
}
