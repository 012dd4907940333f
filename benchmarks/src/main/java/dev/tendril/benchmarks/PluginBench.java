package dev.tendril.benchmarks;

import static dev.tendril.core.run.Ops.relu;

import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.core.run.Devices;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Device;
import dev.tendril.core.spi.DeviceProvider;
import dev.tendril.core.spi.Executable;
import dev.tendril.plugin.PluginFolder;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/// What an op on a device of a plug-in costs above the plug-in's own time: ReLU of 16 numbers on
/// the sample device, once and 65 times in a graph, and at once from Java. An op of a graph is a
/// 64th of what the longer graph takes more; the kernel's own time is measured in C, by calls
/// through a pointer.
final class PluginBench {
  private static final int COUNT = 16;
  private static final int MORE = 64;

  private PluginBench() {}

  /// @param library the sample device with `own_time`, in the folder of plug-ins
  static void measure(Path library, Result result) throws Exception {
    double own = own(library);
    Tensor x = Tensor.of(Numbers.random(5, COUNT), COUNT);
    DeviceProvider provider = new PluginFolder().find().providers().getFirst();
    Timing one;
    Timing many;
    try (Device device = provider.open(provider.discover().getFirst())) {
      one = run(device, device.receive(x), 1);
      many = run(device, device.receive(x), 1 + MORE);
    }
    Tensor there = Devices.copy(x, "APU:0");
    Timing eager = Timing.of(() -> relu(there).close());
    double op = (many.wallNanos() - one.wallNanos()) / MORE;
    System.out.println(
        many.into(result.put("n", COUNT))
            .put("own_ns", own)
            .put("op_ns", op)
            .put("above_ns", op - own)
            .put("run_ns", one.wallNanos())
            .put("eager_ns", eager.wallNanos()));
  }

  private static Timing run(Device device, Tensor x, int ops) throws Exception {
    GraphBuilder builder = Graph.builder("chain");
    Value value = builder.input("x", x.type());
    for (int i = 0; i < ops; i++) {
      value = builder.add(new Pointwise.Unary(UnaryKind.RELU), value);
    }
    builder.output("y", value);
    Tensor y = device.receive(Tensor.zeros(x.type()));
    try (Executable executable =
        device.compile(builder.build(), CompileOptions.DEFAULT.withRewrite(false))) {
      List<Tensor> inputs = List.of(x);
      List<Tensor> outputs = List.of(y);
      return Timing.of(() -> executable.run(inputs, outputs));
    }
  }

  @SuppressWarnings("restricted")
  private static double own(Path library) {
    MemorySegment function =
        SymbolLookup.libraryLookup(library, Arena.global()).findOrThrow("own_time");
    try {
      return (double)
          Linker.nativeLinker()
              .downcallHandle(
                  function, FunctionDescriptor.of(ValueLayout.JAVA_DOUBLE, ValueLayout.JAVA_LONG))
              .invokeExact((long) COUNT);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
