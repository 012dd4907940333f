package dev.tendril.core.stream;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorScope;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Custom;
import dev.tendril.core.plan.Views;
import dev.tendril.core.spi.Accelerator;
import dev.tendril.core.spi.AllocatorStatistics;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Device;
import dev.tendril.core.spi.DeviceEvent;
import dev.tendril.core.spi.DeviceInfo;
import dev.tendril.core.spi.DeviceSettings;
import dev.tendril.core.spi.DeviceStream;
import dev.tendril.core.spi.Executable;
import dev.tendril.core.spi.MemoryUse;
import dev.tendril.core.spi.OpKernel;
import dev.tendril.core.spi.Support;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.Stream;

/// A device that runs graphs node by node with the kernels of an [Accelerator].
///
/// There are three streams. All kernels go to one, so that they need not be told to wait for each
/// other; copies from and to the host go to one each, and events tie them to the kernels: a copy in
/// begins after the kernels given before, which may still use the memory it writes to, and the
/// kernels given after wait for it. The host waits for its copies only.
public final class StreamedDevice implements Device {
  private final Accelerator accelerator;
  private final DeviceInfo info;
  private final String logicalName;
  private final Map<String, List<OpKernel>> kernels = new HashMap<>();
  private final DeviceStream compute;
  private final DeviceStream in;
  private final DeviceStream out;
  private final ConcurrentLinkedDeque<DeviceEvent> events = new ConcurrentLinkedDeque<>();
  private final Spans spans;
  private final KernelRelease releases = new KernelRelease(this::finish);

  /// The device of an accelerator, which it owns.
  ///
  /// @throws TensorException when streams or the memory that was asked for cannot be had
  public StreamedDevice(Accelerator accelerator, DeviceSettings settings) {
    this.accelerator = accelerator;
    this.info = accelerator.info().as(settings.name());
    this.logicalName = settings.name().logical();
    for (OpKernel kernel : accelerator.kernels()) {
      kernels.computeIfAbsent(kernel.op(), _ -> new ArrayList<>()).add(kernel);
    }
    kernels
        .values()
        .forEach(list -> list.sort(Comparator.comparingInt(OpKernel::priority).reversed()));
    compute = accelerator.openStream();
    in = accelerator.openStream();
    out = accelerator.openStream();
    spans =
        accelerator.isCached()
            ? new CachingSpans(accelerator, this::finish, settings.growth(), settings.limit())
            : new DirectSpans(accelerator, this::finish, settings.limit());
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  String logicalName() {
    return logicalName;
  }

  Accelerator accelerator() {
    return accelerator;
  }

  Spans spans() {
    return spans;
  }

  KernelRelease releases() {
    return releases;
  }

  /// What it has kernels for.
  public List<OpKernel> kernels() {
    return kernels.values().stream().flatMap(List::stream).toList();
  }

  /// The stream of kernels.
  DeviceStream compute() {
    return compute;
  }

  static String opName(Node node) {
    return node.op() instanceof Custom custom ? custom.op() : node.op().name();
  }

  /// Ops whose result is their operand's memory need no kernel.
  @Override
  public Support supports(Node node) {
    if (!isKnown(node)) {
      return Support.no("extents that are not known before it runs");
    }
    if (Views.isWhole(node)) {
      return Support.YES;
    }
    List<OpKernel> offered = kernels.get(opName(node));
    if (offered == null) {
      return Support.no("no kernel for " + opName(node));
    }
    Support first = Support.YES;
    for (OpKernel kernel : offered) {
      Support support = kernel.supports(node);
      if (support.isYes()) {
        return support;
      }
      first = first.isYes() ? support : first;
    }
    return first;
  }

  private static boolean isKnown(Node node) {
    return Stream.concat(node.inputTypes().stream(), node.outputs().stream())
        .map(TensorType::shape)
        .allMatch(Shape::isKnown);
  }

  /// The best kernel for a node that is supported and no view.
  OpKernel kernel(Node node) {
    return kernels.getOrDefault(opName(node), List.of()).stream()
        .filter(kernel -> kernel.supports(node).isYes())
        .findFirst()
        .orElseThrow(
            () ->
                new TensorException(
                    "node " + node.name() + " on " + info.name() + ": " + supports(node).reason()));
  }

  @Override
  public boolean isHostOperand(Node node, int operand) {
    return !Views.isWhole(node) && kernel(node).isHostInput(operand);
  }

  @Override
  public Executable compile(Graph graph, CompileOptions options) {
    for (Node node : graph.nodes()) {
      String reason = supports(node).reason();
      if (reason != null) {
        throw new TensorException("node " + node.name() + " on " + info.name() + ": " + reason);
      }
    }
    return TensorScope.outside(() -> StreamedGraph.compile(this, graph, options));
  }

  /// New memory of this device.
  DeviceBlock allocate(long bytes) {
    return new DeviceBlock(this, spans.allocate(bytes));
  }

  boolean owns(Tensor tensor) {
    return tensor.remote() instanceof DeviceBlock block && block.device == this;
  }

  @Override
  public Tensor receive(Tensor tensor) {
    if (owns(tensor)) {
      return tensor;
    }
    MemorySegment host = tensor.memory();
    DeviceBlock block = allocate(host.byteSize());
    Tensor moved = Tensor.on(block, tensor.type());
    copyIn(host, block.span.block(), block.span.offset());
    return moved;
  }

  /// Copies from the host, and returns when the host's memory is not needed any more.
  void copyIn(MemorySegment host, long block, long offset) {
    if (host.byteSize() == 0) {
      return;
    }
    DeviceEvent before = takeEvent();
    DeviceEvent after = takeEvent();
    compute.record(before);
    in.await(before);
    in.copyIn(host, block, offset);
    in.record(after);
    compute.await(after);
    after.await();
    events.addFirst(before);
    events.addFirst(after);
  }

  /// Copies to the host, and returns when the values are there. Work before that failed says so at
  /// the event of its own stream.
  void copyOut(long block, long offset, MemorySegment host) {
    if (host.byteSize() == 0) {
      return;
    }
    DeviceEvent before = takeEvent();
    DeviceEvent after = takeEvent();
    compute.record(before);
    out.await(before);
    out.copyOut(block, offset, host);
    out.record(after);
    after.await();
    before.await();
    events.addFirst(before);
    events.addFirst(after);
  }

  private DeviceEvent takeEvent() {
    DeviceEvent event = events.pollFirst();
    return event == null ? accelerator.openEvent() : event;
  }

  /// Waits for all work.
  private void finish() {
    compute.finish();
    in.finish();
    out.finish();
  }

  @Override
  public Optional<AllocatorStatistics> statistics() {
    return Optional.of(spans.statistics());
  }

  @Override
  public Optional<MemoryUse> memory() {
    return accelerator.memory();
  }

  /// The values of constants on the device, which live as long as somebody holds them.
  Map<Value.Constant, Tensor> upload(List<Value.Constant> constants) {
    Map<Value.Constant, Tensor> uploaded = new HashMap<>();
    constants.forEach(constant -> uploaded.put(constant, receive(constant.tensor())));
    return uploaded;
  }

  @Override
  public void close() {
    releases.close();
    spans.close();
    events.forEach(DeviceEvent::close);
    events.clear();
    compute.close();
    in.close();
    out.close();
    accelerator.close();
  }
}
