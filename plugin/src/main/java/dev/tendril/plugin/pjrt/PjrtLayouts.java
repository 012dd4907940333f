package dev.tendril.plugin.pjrt;

import dev.tendril.plugin.layout.Struct;
import java.util.List;

/// The structures of `pjrt_c_api.h` that a client needs, as version 0.114 has them. From version to
/// version fields are added at the end, so that older ones are beginnings of these.
final class PjrtLayouts {
  private PjrtLayouts() {}

  /// The oldest minor version whose structures are beginnings of these.
  static final int OLDEST_MINOR = 57;

  static final long API_FIRST_FUNCTION = 40;
  static final long API_MAJOR = 32;
  static final long API_MINOR = 36;

  private static Struct struct(String name) {
    return new Struct("PJRT_" + name).longs("struct_size").pointers("extension_start");
  }

  private static Struct arguments(String name) {
    return struct(name + "_Args");
  }

  private static Struct arguments(String name, String... pointers) {
    return arguments(name).pointers(pointers);
  }

  static final Struct ERROR_DESTROY = arguments("Error_Destroy", "error");
  static final Struct ERROR_MESSAGE =
      arguments("Error_Message", "error", "message", "message_size");
  static final Struct ERROR_GET_CODE = arguments("Error_GetCode", "error").ints("code");

  static final Struct NAMED_VALUE =
      struct("NamedValue")
          .pointers("name")
          .longs("name_size")
          .ints("type")
          .longs("int64_value", "value_size");

  static final Struct PLUGIN_INITIALIZE = arguments("Plugin_Initialize");
  static final Struct PLUGIN_ATTRIBUTES =
      arguments("Plugin_Attributes", "attributes", "num_attributes");

  static final Struct CLIENT_CREATE =
      arguments(
          "Client_Create",
          "create_options",
          "num_options",
          "kv_get_callback",
          "kv_get_user_arg",
          "kv_put_callback",
          "kv_put_user_arg",
          "client",
          "kv_try_get_callback",
          "kv_try_get_user_arg");
  static final Struct CLIENT_DESTROY = arguments("Client_Destroy", "client");
  static final Struct CLIENT_PLATFORM_NAME =
      arguments("Client_PlatformName", "client", "platform_name", "platform_name_size");
  static final Struct CLIENT_PLATFORM_VERSION =
      arguments("Client_PlatformVersion", "client", "platform_version", "platform_version_size");
  static final Struct CLIENT_ADDRESSABLE_DEVICES =
      arguments(
          "Client_AddressableDevices", "client", "addressable_devices", "num_addressable_devices");
  static final Struct DEVICE_GET_DESCRIPTION =
      arguments("Device_GetDescription", "device", "device_description");
  static final Struct DEVICE_DESCRIPTION_KIND =
      arguments("DeviceDescription_Kind", "device_description", "device_kind", "device_kind_size");
  static final Struct DEVICE_MEMORY_STATS = memoryStats();

  static final Struct PROGRAM =
      struct("Program").pointers("code", "code_size", "format", "format_size");
  static final Struct CLIENT_COMPILE =
      arguments(
          "Client_Compile",
          "client",
          "program",
          "compile_options",
          "compile_options_size",
          "executable");
  static final Struct LOADED_EXECUTABLE_GET_EXECUTABLE =
      arguments("LoadedExecutable_GetExecutable", "loaded_executable", "executable");
  static final Struct LOADED_EXECUTABLE_DESTROY =
      arguments("LoadedExecutable_Destroy", "executable");
  static final Struct EXECUTABLE_DESTROY = arguments("Executable_Destroy", "executable");
  static final Struct EXECUTABLE_NUM_OUTPUTS =
      arguments("Executable_NumOutputs", "executable", "num_outputs");
  static final Struct EXECUTABLE_SERIALIZE =
      arguments(
          "Executable_Serialize",
          "executable",
          "serialized_bytes",
          "serialized_bytes_size",
          "serialized_executable",
          "serialized_executable_deleter");
  static final Struct EXECUTABLE_DESERIALIZE_AND_LOAD =
      arguments(
          "Executable_DeserializeAndLoad",
          "client",
          "serialized_executable",
          "serialized_executable_size",
          "loaded_executable",
          "overridden_serialized_compile_options",
          "overridden_serialized_compile_options_size",
          "load_options");

  static final Struct EXECUTE_OPTIONS =
      struct("ExecuteOptions")
          .pointers("send_callbacks", "recv_callbacks", "num_send_ops", "num_recv_ops")
          .ints("launch_id")
          .pointers(
              "non_donatable_input_indices",
              "num_non_donatable_input_indices",
              "context",
              "call_location",
              "num_tasks",
              "task_ids",
              "incarnation_ids",
              "multi_slice_config")
          .bytes("use_major_to_minor_data_layout_for_callbacks")
          .pointers("hlo_output_callbacks", "num_hlo_output_callbacks");
  static final Struct LOADED_EXECUTABLE_EXECUTE =
      arguments(
          "LoadedExecutable_Execute",
          "executable",
          "options",
          "argument_lists",
          "num_devices",
          "num_args",
          "output_lists",
          "device_complete_events",
          "execute_device");

  static final Struct CLIENT_BUFFER_FROM_HOST_BUFFER =
      arguments("Client_BufferFromHostBuffer", "client", "data")
          .ints("type")
          .pointers("dims", "num_dims", "byte_strides", "num_byte_strides")
          .ints("host_buffer_semantics")
          .pointers("device", "memory", "device_layout", "done_with_host_buffer", "buffer");
  static final Struct BUFFER_MEMORY_LAYOUT_TILED =
      struct("Buffer_MemoryLayout_Tiled")
          .pointers(
              "minor_to_major", "minor_to_major_size", "tile_dims", "tile_dim_sizes", "num_tiles");
  static final Struct BUFFER_MEMORY_LAYOUT =
      struct("Buffer_MemoryLayout").longArray("tiled", 7).ints("type");
  static final Struct BUFFER_TO_HOST_BUFFER =
      arguments("Buffer_ToHostBuffer", "src", "host_layout", "dst", "dst_size", "event");
  static final Struct BUFFER_DESTROY = arguments("Buffer_Destroy", "buffer");
  static final Struct BUFFER_READY_EVENT = arguments("Buffer_ReadyEvent", "buffer", "event");

  static final Struct EVENT_AWAIT = arguments("Event_Await", "event");
  static final Struct EVENT_DESTROY = arguments("Event_Destroy", "event");

  private static Struct memoryStats() {
    Struct stats = arguments("Device_MemoryStats", "device").longs("bytes_in_use");
    for (String field :
        List.of(
            "peak_bytes_in_use",
            "num_allocs",
            "largest_alloc_size",
            "bytes_limit",
            "bytes_reserved",
            "peak_bytes_reserved",
            "bytes_reservable_limit",
            "largest_free_block_bytes",
            "pool_bytes",
            "peak_pool_bytes",
            "peak_allocated_bytes")) {
      stats.longs(field).bytes(field + "_is_set");
    }
    return stats;
  }

  /// The size that a plug-in of a minor version expects, which is where the last field ends. In
  /// between versions whose structures are known the later one is taken: plug-ins mind arguments
  /// that are too small.
  static long size(Struct struct, int minor) {
    return switch (struct.name()) {
      case "PJRT_ExecuteOptions" -> minor <= 81 ? 112 : minor <= 104 ? 120 : struct.end();
      case "PJRT_Device_MemoryStats_Args" -> minor <= 81 ? 185 : struct.end();
      case "PJRT_Executable_DeserializeAndLoad_Args" -> minor <= 81 ? 64 : struct.end();
      default -> struct.end();
    };
  }
}
