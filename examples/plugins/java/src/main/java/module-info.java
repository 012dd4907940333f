/// A device as a jar.
module com.example.npu {
  requires dev.tendril.core;

  provides dev.tendril.core.spi.DeviceProvider with
      com.example.npu.NpuProvider;
}
