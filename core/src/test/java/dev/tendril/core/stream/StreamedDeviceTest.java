package dev.tendril.core.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.DeviceInfo;
import dev.tendril.core.spi.DeviceSettings;
import dev.tendril.core.spi.Executable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What kernels of a device hold, and when it is let go of.
class StreamedDeviceTest {
  private final HostAccelerator accelerator =
      new HostAccelerator(new DeviceInfo("TPX", 0, "a test's", Map.of()));
  private final StreamedDevice device =
      new StreamedDevice(accelerator, DeviceSettings.of(accelerator.info().deviceName()));

  private static Graph negations(UnaryKind last) {
    var builder = Graph.builder("g");
    var x = builder.input("x", TensorType.of(DType.F32, 3));
    var y = builder.add(new Pointwise.Unary(UnaryKind.NEG), List.of(x)).getFirst();
    var z = builder.add(new Pointwise.Unary(last), List.of(y)).getFirst();
    return builder.output("z", z).build();
  }

  private Executable compile(UnaryKind last) {
    return device.compile(negations(last), CompileOptions.DEFAULT.withRewrite(false));
  }

  @Test
  void kernelsAreLetGoOfBeforeTheDeviceIsClosed() {
    Executable executable = compile(UnaryKind.NEG);
    Tensor x = Tensor.vector(1f, -2f, 3f);
    assertArrayEquals(x.toFloatArray(), executable.run(List.of(x)).getFirst().toFloatArray());
    assertEquals(2, accelerator.openKernels());
    device.close();
    assertEquals(0, accelerator.openKernels());
    assertEquals(0, accelerator.closedTooLate());
  }

  @Test
  void kernelsOfGraphsThatNobodyHoldsAreLetGoOf() throws InterruptedException {
    for (int i = 0; i < 50; i++) {
      compile(UnaryKind.NEG).run(List.of(Tensor.vector(1f, 2f, 3f)));
    }
    for (int i = 0; i < 200 && accelerator.openKernels() > 10; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertEquals(0, accelerator.openKernels() / 10, "most of 100 kernels are open still");
    device.close();
    assertEquals(0, accelerator.openKernels());
  }

  @Test
  void whatWasPreparedBeforeAFailureIsLetGoOf() {
    assertThrows(TensorException.class, () -> compile(UnaryKind.ABS));
    assertEquals(0, accelerator.openKernels());
  }
}
