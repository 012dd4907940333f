package dev.tendril.machine.kernel;

import dev.tendril.machine.host.Code;
import java.util.List;

/// Work in parts that may be done at the same time. A part is calls one after the other: a block of
/// an operand is brought into the form that the next call reads, while it is in the cache.
///
/// @param parts do not share results or working memory; there may be more than threads, so that
///     what each works on stays in the cache
/// @param threads how many threads may share them
public record Step(List<List<Call>> parts, int threads) {
  /// A call of a routine.
  public record Call(Code code, List<Argument> arguments) {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  public Step {
    parts = parts.stream().map(List::copyOf).toList();
  }

  /// Parts of one call each, of the same routine.
  static Step of(Code code, List<List<Argument>> parts, int threads) {
    return new Step(
        parts.stream().map(arguments -> List.of(new Call(code, arguments))).toList(), threads);
  }

  /// The routines, for people.
  String names() {
    return String.join(
        ", ",
        parts.stream().flatMap(List::stream).map(call -> call.code.name()).distinct().toList());
  }
}
