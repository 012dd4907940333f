package dev.tendril.plugin;

import dev.tendril.core.spi.DeviceStream;
import dev.tendril.core.spi.OpCall;
import dev.tendril.core.spi.ReadyKernel;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A kernel of a plug-in, ready for a node.
final class NativeReady implements ReadyKernel {
  final NativeKernel kernel;
  final List<MemorySegment> inputs;
  final List<MemorySegment> outputs;
  final State state;

  /// What `create` gave.
  record State(MemorySegment kernel, long scratch, long inPlace) {}

  /// @param inputs the types of operands, in memory that lives as long as this
  NativeReady(
      NativeKernel kernel, State state, List<MemorySegment> inputs, List<MemorySegment> outputs) {
    this.kernel = kernel;
    this.state = state;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  @Override
  public long scratchBytes() {
    return state.scratch;
  }

  @Override
  public boolean isInPlace(int operand) {
    return operand < 64 && (state.inPlace >>> operand & 1) != 0;
  }

  @Override
  public OpCall bind(DeviceStream stream) {
    return new NativeCall(this, (NativeStream) stream);
  }

  @Override
  public void close() {
    kernel.destroy(state.kernel);
  }
}
