package dev.tendril.core.cpu;

import dev.tendril.core.spi.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A concatenation along the outermost axis, of which some operands are in their place already:
/// copies the others.
///
/// @param operands the positions of those that are copied
record Join(List<Integer> operands) implements Kernel {
  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
    MemorySegment[] from = new MemorySegment[operands.size()];
    MemorySegment[] to = new MemorySegment[operands.size()];
    long begin = 0;
    int copied = 0;
    for (int i = 0; i < inputs.size(); i++) {
      MemorySegment input = inputs.get(i);
      if (operands.contains(i)) {
        from[copied] = input;
        to[copied++] = outputs.getFirst().asSlice(begin, input.byteSize());
      }
      begin += input.byteSize();
    }
    return () -> {
      for (int i = 0; i < from.length; i++) {
        to[i].copyFrom(from[i]);
      }
    };
  }
}
