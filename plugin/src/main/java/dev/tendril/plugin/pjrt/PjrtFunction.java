package dev.tendril.plugin.pjrt;

/// The functions of a `PJRT_Api` that a client calls, and where in the table they are.
enum PjrtFunction {
  ERROR_DESTROY("PJRT_Error_Destroy", 40),
  ERROR_MESSAGE("PJRT_Error_Message", 48),
  ERROR_GET_CODE("PJRT_Error_GetCode", 56),
  PLUGIN_INITIALIZE("PJRT_Plugin_Initialize", 64),
  PLUGIN_ATTRIBUTES("PJRT_Plugin_Attributes", 72),
  EVENT_DESTROY("PJRT_Event_Destroy", 80),
  EVENT_AWAIT("PJRT_Event_Await", 104),
  CLIENT_CREATE("PJRT_Client_Create", 120),
  CLIENT_DESTROY("PJRT_Client_Destroy", 128),
  CLIENT_PLATFORM_NAME("PJRT_Client_PlatformName", 136),
  CLIENT_PLATFORM_VERSION("PJRT_Client_PlatformVersion", 152),
  CLIENT_ADDRESSABLE_DEVICES("PJRT_Client_AddressableDevices", 168),
  CLIENT_COMPILE("PJRT_Client_Compile", 200),
  CLIENT_BUFFER_FROM_HOST_BUFFER("PJRT_Client_BufferFromHostBuffer", 216),
  DEVICE_DESCRIPTION_KIND("PJRT_DeviceDescription_Kind", 248),
  DEVICE_GET_DESCRIPTION("PJRT_Device_GetDescription", 272),
  DEVICE_MEMORY_STATS("PJRT_Device_MemoryStats", 312),
  EXECUTABLE_DESTROY("PJRT_Executable_Destroy", 360),
  EXECUTABLE_NUM_OUTPUTS("PJRT_Executable_NumOutputs", 392),
  EXECUTABLE_SERIALIZE("PJRT_Executable_Serialize", 432),
  LOADED_EXECUTABLE_DESTROY("PJRT_LoadedExecutable_Destroy", 440),
  LOADED_EXECUTABLE_GET_EXECUTABLE("PJRT_LoadedExecutable_GetExecutable", 448),
  LOADED_EXECUTABLE_EXECUTE("PJRT_LoadedExecutable_Execute", 480),
  EXECUTABLE_DESERIALIZE_AND_LOAD("PJRT_Executable_DeserializeAndLoad", 488),
  BUFFER_DESTROY("PJRT_Buffer_Destroy", 504),
  BUFFER_TO_HOST_BUFFER("PJRT_Buffer_ToHostBuffer", 600),
  BUFFER_READY_EVENT("PJRT_Buffer_ReadyEvent", 616);

  private final String text;
  private final long offset;

  PjrtFunction(String text, long offset) {
    this.text = text;
    this.offset = offset;
  }

  String text() {
    return text;
  }

  /// The byte of the table at which its address is.
  long offset() {
    return offset;
  }
}
