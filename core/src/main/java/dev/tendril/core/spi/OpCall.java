package dev.tendril.core.spi;

/// The call of a kernel that is made again and again: what changes is said anew, the rest stays.
/// For one thread at a time.
///
/// Places are a block of the device's memory and an offset in it; of operands and results in the
/// host's memory, the address and 0.
public interface OpCall extends AutoCloseable {
  void input(int operand, long block, long offset);

  void output(int result, long block, long offset);

  void scratch(long block, long offset);

  /// Gives the work to the stream.
  ///
  /// @throws dev.tendril.core.TensorException with the device's own words when that fails
  void run();

  @Override
  default void close() {}
}
