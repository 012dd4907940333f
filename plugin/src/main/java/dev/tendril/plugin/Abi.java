package dev.tendril.plugin;

import dev.tendril.plugin.layout.Struct;
import java.util.List;

/// The structures of `tendril_plugin.h`, in its order.
final class Abi {
  static final int MAJOR = 1;
  static final int MINOR = 0;
  static final int MAX_RANK = 16;
  static final int MAX_RESULTS = 16;
  static final int ALL = 1000;

  static final Struct TENSOR_TYPE =
      Struct.sized("TpTensorType")
          .ints("type", "rank")
          .longArray("dims", MAX_RANK)
          .longs("bytes")
          .ints("quantized", "reserved");
  static final Struct ATTRIBUTE =
      Struct.sized("TpAttribute")
          .pointers("name")
          .ints("kind", "num_ints")
          .pointers("text")
          .longs("int_value")
          .doubles("float_value")
          .pointers("ints");
  static final Struct NODE =
      Struct.sized("TpNode")
          .pointers("name", "op")
          .ints("num_attributes", "num_inputs", "num_outputs", "reserved")
          .pointers("attributes", "inputs", "outputs", "constants");
  static final Struct HOST = Struct.sized("TpHost").pointers("log", "add_node", "replace");
  static final Struct DEVICE_COUNT = Struct.arguments("TpDeviceCount").ints("count", "reserved");
  static final Struct OPEN_DEVICE =
      Struct.arguments("TpOpenDevice").ints("ordinal", "reserved").pointers("device");
  static final Struct DESCRIBE_DEVICE =
      Struct.arguments("TpDescribeDevice")
          .ints("ordinal", "numa_node")
          .pointers("hardware_name", "vendor", "bus_id")
          .longs("memory_bandwidth")
          .doubles("gflops");
  static final Struct DESTROY = Struct.arguments("TpDestroy").pointers("device", "object");
  static final Struct ALLOCATE =
      Struct.arguments("TpAllocate").pointers("device").longs("bytes").pointers("block");
  static final Struct FREE = Struct.arguments("TpFree").pointers("device", "block").longs("bytes");
  static final Struct MEMORY_INFO =
      Struct.arguments("TpMemoryInfo").pointers("device").longs("free_bytes", "total_bytes");
  static final Struct ALLOCATOR_STATISTICS =
      Struct.arguments("TpAllocatorStatistics")
          .pointers("device")
          .longs(
              "allocations",
              "bytes_in_use",
              "peak_bytes_in_use",
              "largest_allocation",
              "bytes_reserved",
              "bytes_limit");
  static final Struct COPY =
      Struct.arguments("TpCopy")
          .pointers("device", "stream", "host", "block")
          .longs("offset")
          .pointers("to_block")
          .longs("to_offset", "bytes");
  static final Struct CREATE = Struct.arguments("TpCreate").pointers("device", "object");
  static final Struct STREAM_CALL =
      Struct.arguments("TpStreamCall").pointers("device", "stream", "event", "timer");
  static final Struct EVENT_CALL =
      Struct.arguments("TpEventCall").pointers("device", "event").ints("state", "reserved");
  static final Struct TIMER_READ =
      Struct.arguments("TpTimerRead").pointers("device", "timer").longs("nanoseconds");
  static final Struct TYPE_CONSTRAINT = new Struct("TpTypeConstraint").ints("operand", "types");
  static final Struct SUPPORTS = Struct.arguments("TpSupports").pointers("device", "node");
  static final Struct CREATE_KERNEL =
      Struct.arguments("TpCreateKernel")
          .pointers("device", "node", "kernel")
          .longs("scratch_bytes", "in_place");
  static final Struct TENSOR =
      Struct.sized("TpTensor").pointers("block").longs("offset").pointers("type");
  static final Struct COMPUTE =
      Struct.arguments("TpCompute")
          .pointers("device", "stream", "kernel")
          .ints("num_inputs", "num_outputs")
          .pointers("inputs", "outputs", "scratch_block")
          .longs("scratch_offset");
  static final Struct DESTROY_KERNEL =
      Struct.arguments("TpDestroyKernel").pointers("device", "kernel");
  static final Struct KERNEL =
      Struct.sized("TpKernel")
          .pointers("op")
          .ints("priority", "num_constraints")
          .pointers("constraints")
          .longs("host_inputs", "host_outputs")
          .pointers("supports", "create", "compute", "destroy");
  static final Struct INFER =
      Struct.arguments("TpInfer")
          .pointers("node")
          .ints("num_outputs", "reserved")
          .pointers("outputs");
  static final Struct OP = Struct.sized("TpOp").pointers("name", "summary", "infer");
  static final Struct PASS_NODE =
      Struct.sized("TpPassNode").pointers("node", "inputs").longs("first_output").pointers("uses");
  static final Struct PASS_ARGS =
      Struct.arguments("TpPassArgs")
          .pointers("device")
          .longs("num_nodes")
          .pointers("nodes", "edit");
  static final Struct PASS =
      Struct.sized("TpPass").pointers("name").ints("switched_off", "reserved").pointers("apply");
  static final Struct SHUTDOWN = Struct.arguments("TpShutdown");

  /// The functions of a plug-in that must be there.
  static final List<String> REQUIRED =
      List.of(
          "device_count",
          "open_device",
          "close_device",
          "allocate",
          "free",
          "copy_in",
          "copy_out",
          "copy_within",
          "create_stream",
          "destroy_stream",
          "synchronize_stream",
          "create_event",
          "destroy_event",
          "record_event",
          "wait_event",
          "event_state",
          "await_event");

  /// Those of timers: all or none.
  static final List<String> TIMERS =
      List.of("create_timer", "destroy_timer", "start_timer", "stop_timer", "read_timer");

  static final Struct PLUGIN =
      Struct.sized("TpPlugin")
          .ints("abi_major", "abi_minor")
          .pointers("name", "version", "type", "subtype")
          .ints("priority", "flags")
          .longs("num_kernels")
          .pointers("kernels")
          .longs("num_ops")
          .pointers("ops", "pass")
          .pointers("device_count", "describe_device", "open_device", "close_device")
          .pointers("allocate", "free", "memory_info", "allocator_statistics")
          .pointers("copy_in", "copy_out", "copy_within")
          .pointers("create_stream", "destroy_stream", "synchronize_stream")
          .pointers("create_event", "destroy_event", "record_event", "wait_event")
          .pointers("event_state", "await_event")
          .pointers("create_timer", "destroy_timer", "start_timer", "stop_timer", "read_timer")
          .pointers("shutdown");
  static final Struct INIT =
      Struct.arguments("TpInit").ints("abi_major", "abi_minor").pointers("host", "plugin");

  /// All of them, for the test.
  static final List<Struct> STRUCTS =
      List.of(
          TENSOR_TYPE,
          ATTRIBUTE,
          NODE,
          HOST,
          DEVICE_COUNT,
          OPEN_DEVICE,
          DESCRIBE_DEVICE,
          DESTROY,
          ALLOCATE,
          FREE,
          MEMORY_INFO,
          ALLOCATOR_STATISTICS,
          COPY,
          CREATE,
          STREAM_CALL,
          EVENT_CALL,
          TIMER_READ,
          TYPE_CONSTRAINT,
          SUPPORTS,
          CREATE_KERNEL,
          TENSOR,
          COMPUTE,
          DESTROY_KERNEL,
          KERNEL,
          INFER,
          OP,
          PASS_NODE,
          PASS_ARGS,
          PASS,
          SHUTDOWN,
          PLUGIN,
          INIT);

  private Abi() {}
}
