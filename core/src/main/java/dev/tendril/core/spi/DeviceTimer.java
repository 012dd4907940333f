package dev.tendril.core.spi;

/// A clock of a device: the time from one point of a stream to another.
public interface DeviceTimer extends AutoCloseable {
  void start(DeviceStream stream);

  void stop(DeviceStream stream);

  /// The time, once the stream has passed the second point.
  long nanos();

  @Override
  void close();
}
