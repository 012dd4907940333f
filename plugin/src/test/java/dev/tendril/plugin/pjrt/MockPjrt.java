package dev.tendril.plugin.pjrt;

import dev.tendril.compile.text.StableHloModule;
import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorScope;
import dev.tendril.core.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// A PJRT plug-in made in Java: a table of functions in memory whose entries are upcalls. It reads
/// the StableHLO that it is given and runs it as the specification has it, so a client is tried
/// down to its bytes without a device.
///
/// It keeps the rules that real plug-ins keep: arguments that are too small are refused (of a
/// strict one, also those too large), results come later than the call, donated buffers are gone,
/// objects are given back before the client is.
@SuppressWarnings("restricted")
final class MockPjrt {
  private static final MemorySegment OK = MemorySegment.NULL;
  private static final int INVALID_ARGUMENT = 3;
  private static final int UNIMPLEMENTED = 12;
  private static final int INTERNAL = 13;

  /// Something that a plug-in does wrongly.
  enum Fault {
    NULL_CLIENT,
    NEGATIVE_DEVICES,
    NULL_BUFFER,
    NULL_OUTPUT,
    WRONG_OUTPUTS,
    HUGE_SIZE,
    NO_COMPILE,
    FAILING_COMPILE,
    FAILING_EXECUTE,
    FAILING_EVENT,
    NO_SERIALIZE,
    SIZE_WITHOUT_END
  }

  final int minor;
  final boolean strict;
  final Set<Fault> faults;
  final Arena arena = Arena.global();
  final MemorySegment table;
  final List<String> calls = new CopyOnWriteArrayList<>();
  final List<String> programs = new CopyOnWriteArrayList<>();
  final List<String> options = new CopyOnWriteArrayList<>();
  private final PjrtHeader header = PjrtHeader.NEWEST;
  private final Map<String, Long> older;
  private final Map<Long, Object> objects = new ConcurrentHashMap<>();
  private final List<MemorySegment> devices = new ArrayList<>();
  private final MemorySegment deviceList;
  private final MemorySegment platform;
  String platformName = "mock";

  private record Failure(int code, String message) {}

  private record Program(StableHloModule module, String text, boolean portable) {}

  private record Client() {}

  private record Serialized() {}

  private record Event(CompletableFuture<?> done) {}

  private static final class Buffer {
    final TensorType type;
    final CompletableFuture<Tensor> values;
    volatile boolean gone;

    Buffer(TensorType type, CompletableFuture<Tensor> values) {
      this.type = type;
      this.values = values;
    }
  }

  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    final int code;

    Refused(int code, String message) {
      super(message);
      this.code = code;
    }
  }

  MockPjrt(int minor, boolean strict, int deviceCount, Fault... faults) {
    this.minor = minor;
    this.strict = strict;
    this.faults = Set.of(faults);
    this.older = PjrtHeader.older(minor);
    this.platform = arena.allocateFrom("mock_platform");
    this.deviceList = arena.allocate(8L * deviceCount, 8);
    for (int i = 0; i < deviceCount; i++) {
      MemorySegment device = handle("device " + i);
      devices.add(device);
      deviceList.setAtIndex(ValueLayout.ADDRESS, i, device);
    }
    long size = minor <= 81 ? 984 : minor <= 104 ? 1120 : header.size("PJRT_Api");
    table = arena.allocate(size, 8);
    table.set(ValueLayout.JAVA_LONG, 0, size);
    table.set(ValueLayout.JAVA_LONG, 16, 24);
    table.set(ValueLayout.JAVA_INT, 36, minor);
    header.functions.forEach(this::install);
  }

  private void install(String function, long offset) {
    boolean isVoid = function.equals("PJRT_Error_Destroy") || function.equals("PJRT_Error_Message");
    if ((has(Fault.NO_COMPILE) && function.equals("PJRT_Client_Compile"))
        || (has(Fault.NO_SERIALIZE) && function.equals("PJRT_Executable_Serialize"))) {
      return;
    }
    try {
      MethodType type =
          MethodType.methodType(MemorySegment.class, String.class, MemorySegment.class);
      MethodHandle handle = MethodHandles.lookup().bind(this, "call", type).bindTo(function);
      FunctionDescriptor descriptor =
          FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS);
      if (isVoid) {
        handle = handle.asType(MethodType.methodType(void.class, MemorySegment.class));
        descriptor = FunctionDescriptor.ofVoid(ValueLayout.ADDRESS);
      }
      table.set(
          ValueLayout.ADDRESS, offset, Linker.nativeLinker().upcallStub(handle, descriptor, arena));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean has(Fault fault) {
    return faults.contains(fault);
  }

  /// The objects that were given out and not given back, by kind.
  List<String> leaks() {
    return objects.values().stream()
        .filter(o -> !(o instanceof String))
        .map(o -> o.getClass().getSimpleName())
        .sorted()
        .toList();
  }

  private MemorySegment handle(Object object) {
    MemorySegment handle = Arena.global().allocate(16);
    objects.put(handle.address(), object);
    return handle;
  }

  private <T> T object(Class<T> type, MemorySegment handle) {
    Object object = objects.get(handle.address());
    if (!type.isInstance(object)) {
      throw new Refused(INTERNAL, "a handle that is no " + type.getSimpleName() + ": " + object);
    }
    return type.cast(object);
  }

  private <T> T gone(Class<T> type, MemorySegment handle) {
    T object = object(type, handle);
    objects.remove(handle.address());
    return object;
  }

  /// Arguments as the header has them.
  private final class Arguments {
    final String struct;
    final MemorySegment memory;

    Arguments(String struct, MemorySegment address) {
      this.struct = struct;
      this.memory = address.reinterpret(header.size(struct));
      long size = memory.get(ValueLayout.JAVA_LONG, 0);
      long expected = Objects.requireNonNull(older.getOrDefault(struct, header.size(struct)));
      boolean isSelfTyped = struct.equals("PJRT_NamedValue");
      if (has(Fault.SIZE_WITHOUT_END) && struct.equals("PJRT_Client_Compile_Args")) {
        expected = size + 1000;
      }
      if (!isSelfTyped && (size < expected || (strict && size != expected))) {
        throw new Refused(
            INVALID_ARGUMENT,
            "Unexpected "
                + struct
                + " size: expected "
                + expected
                + ", got "
                + size
                + ". Check installed software versions.");
      }
      if (memory.get(ValueLayout.JAVA_LONG, 8) != 0) {
        throw new Refused(INVALID_ARGUMENT, "an extension, where there is none");
      }
    }

    MemorySegment pointer(String field) {
      return memory.get(ValueLayout.ADDRESS, header.offset(struct, field));
    }

    long whole(String field) {
      return memory.get(ValueLayout.JAVA_LONG, header.offset(struct, field));
    }

    int number(String field) {
      return memory.get(ValueLayout.JAVA_INT, header.offset(struct, field));
    }

    void set(String field, MemorySegment value) {
      memory.set(ValueLayout.ADDRESS, header.offset(struct, field), value);
    }

    void set(String field, long value) {
      memory.set(ValueLayout.JAVA_LONG, header.offset(struct, field), value);
    }

    byte[] bytes(String field, String size) {
      return pointer(field).reinterpret(whole(size)).toArray(ValueLayout.JAVA_BYTE);
    }

    String text(String field, String size) {
      return new String(bytes(field, size), StandardCharsets.UTF_8);
    }
  }

  /// All functions come here.
  MemorySegment call(String function, MemorySegment address) {
    calls.add(function);
    try {
      run(function, new Arguments(function + "_Args", address));
      return OK;
    } catch (Refused e) {
      return handle(new Failure(e.code, String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      return handle(new Failure(INTERNAL, e.toString()));
    }
  }

  private void run(String function, Arguments a) {
    switch (function) {
      case "PJRT_Error_Destroy" -> gone(Failure.class, a.pointer("error"));
      case "PJRT_Error_Message" -> {
        byte[] text =
            object(Failure.class, a.pointer("error")).message.getBytes(StandardCharsets.UTF_8);
        a.set("message", arena.allocateFrom(ValueLayout.JAVA_BYTE, text));
        a.set("message_size", text.length);
      }
      case "PJRT_Error_GetCode" ->
          a.memory.set(
              ValueLayout.JAVA_INT,
              header.offset(a.struct, "code"),
              object(Failure.class, a.pointer("error")).code);
      case "PJRT_Plugin_Initialize" -> {}
      case "PJRT_Client_Create" -> {
        readOptions(a);
        a.set("client", has(Fault.NULL_CLIENT) ? OK : handle(new Client()));
      }
      case "PJRT_Client_Destroy" -> {
        gone(Client.class, a.pointer("client"));
        if (!leaks().isEmpty()) {
          calls.add("destroyed before " + leaks());
        }
      }
      case "PJRT_Client_PlatformName" -> {
        MemorySegment name = arena.allocateFrom(platformName);
        a.set("platform_name", name);
        a.set("platform_name_size", name.byteSize() - 1);
      }
      case "PJRT_Client_PlatformVersion" -> {
        a.set("platform_version", platform);
        a.set("platform_version_size", platform.byteSize() - 1);
      }
      case "PJRT_Client_AddressableDevices" -> {
        a.set("addressable_devices", deviceList);
        a.set("num_addressable_devices", has(Fault.NEGATIVE_DEVICES) ? -2 : devices.size());
      }
      case "PJRT_Device_GetDescription" -> a.set("device_description", a.pointer("device"));
      case "PJRT_DeviceDescription_Kind" -> {
        MemorySegment kind = arena.allocateFrom("Mock Unit 3000");
        a.set("device_kind", kind);
        a.set("device_kind_size", kind.byteSize() - 1);
      }
      case "PJRT_Device_MemoryStats" -> {
        a.set("bytes_in_use", bytesInUse());
        a.set("bytes_limit", 1 << 30);
        a.memory.set(
            ValueLayout.JAVA_BYTE, header.offset(a.struct, "bytes_limit_is_set"), (byte) 1);
      }
      case "PJRT_Client_Compile" -> compile(a);
      case "PJRT_LoadedExecutable_GetExecutable" ->
          a.set(
              "executable", handle(List.of(object(Program.class, a.pointer("loaded_executable")))));
      case "PJRT_Executable_Destroy" -> gone(List.class, a.pointer("executable"));
      case "PJRT_LoadedExecutable_Destroy" -> gone(Program.class, a.pointer("executable"));
      case "PJRT_Executable_NumOutputs" -> {
        int outputs = program(a.pointer("executable")).module.outputs().size();
        a.set("num_outputs", has(Fault.WRONG_OUTPUTS) ? outputs + 1 : outputs);
      }
      case "PJRT_Executable_Serialize" -> serialize(a);
      case "PJRT_Executable_DeserializeAndLoad" -> {
        String text = a.text("serialized_executable", "serialized_executable_size");
        if (!text.startsWith("MOCK")) {
          throw new Refused(INVALID_ARGUMENT, "bytes that are no program");
        }
        boolean portable = text.charAt(4) == 'p';
        a.set("loaded_executable", handle(read(text.substring(5), portable)));
      }
      case "PJRT_LoadedExecutable_Execute" -> execute(a);
      case "PJRT_Client_BufferFromHostBuffer" -> upload(a);
      case "PJRT_Buffer_ToHostBuffer" -> download(a);
      case "PJRT_Buffer_Destroy" -> gone(Buffer.class, a.pointer("buffer"));
      case "PJRT_Buffer_ReadyEvent" ->
          a.set("event", handle(new Event(object(Buffer.class, a.pointer("buffer")).values)));
      case "PJRT_Event_Await" -> await(object(Event.class, a.pointer("event")).done);
      case "PJRT_Event_Destroy" -> gone(Event.class, a.pointer("event"));
      default -> throw new Refused(UNIMPLEMENTED, function + " is not there");
    }
  }

  private long bytesInUse() {
    return objects.values().stream()
        .mapToLong(o -> o instanceof Buffer buffer ? buffer.type.bytes() : 0)
        .sum();
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (java.util.concurrent.CompletionException e) {
      throw new Refused(
          INTERNAL, String.valueOf(Objects.requireNonNull(e.getCause()).getMessage()));
    }
  }

  private void readOptions(Arguments a) {
    long stride = header.size("PJRT_NamedValue");
    for (int i = 0; i < a.whole("num_options"); i++) {
      MemorySegment at =
          a.pointer("create_options").reinterpret(stride * (i + 1)).asSlice(stride * i);
      Arguments option = new Arguments("PJRT_NamedValue", at);
      String value =
          switch (option.number("type")) {
            case 0 -> option.text("string_value", "value_size");
            case 1 -> "i64 " + option.whole("int64_value");
            case 3 -> "f32 " + Float.intBitsToFloat((int) option.whole("int64_value"));
            default -> "bool " + option.whole("int64_value");
          };
      String name = option.text("name", "name_size");
      if (name.equals("nonsense")) {
        throw new Refused(INVALID_ARGUMENT, "the option nonsense is not known");
      }
      options.add(name + " = " + value);
    }
  }

  private Program program(MemorySegment executable) {
    return (Program) object(List.class, executable).getFirst();
  }

  private void compile(Arguments a) {
    object(Client.class, a.pointer("client"));
    Arguments program = new Arguments("PJRT_Program", a.pointer("program"));
    if (!program.text("format", "format_size").equals("mlir")) {
      throw new Refused(INVALID_ARGUMENT, "a format that is not known");
    }
    byte[] said = a.bytes("compile_options", "compile_options_size");
    if (said.length < 17 || said[0] != 0x1a || said[1] != 15) {
      throw new Refused(INVALID_ARGUMENT, "compile options " + Arrays.toString(said));
    }
    if (has(Fault.FAILING_COMPILE)) {
      throw new Refused(UNIMPLEMENTED, "the compiler is on holiday");
    }
    String text = program.text("code", "code_size");
    programs.add(text);
    a.set("executable", handle(read(text, said.length > 17)));
  }

  private Program read(String text, boolean portable) {
    try {
      return new Program(StableHloModule.parse(text), text, portable);
    } catch (TensorException e) {
      throw new Refused(INVALID_ARGUMENT, String.valueOf(e.getMessage()));
    }
  }

  private void serialize(Arguments a) {
    Program program = program(a.pointer("executable"));
    byte[] bytes =
        ("MOCK" + (program.portable ? 'p' : 'b') + program.text).getBytes(StandardCharsets.UTF_8);
    MemorySegment memory = handle(new Serialized());
    a.set("serialized_bytes", arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes));
    a.set("serialized_bytes_size", bytes.length);
    a.set("serialized_executable", memory);
    try {
      MethodHandle delete =
          MethodHandles.lookup()
              .bind(this, "delete", MethodType.methodType(void.class, MemorySegment.class));
      a.set(
          "serialized_executable_deleter",
          Linker.nativeLinker()
              .upcallStub(delete, FunctionDescriptor.ofVoid(ValueLayout.ADDRESS), arena));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  void delete(MemorySegment serialized) {
    gone(Serialized.class, serialized);
  }

  private static DType dtype(int number) {
    return Arrays.stream(DType.values())
        .filter(d -> d != DType.I4 && PjrtTypes.number(d) == number)
        .findFirst()
        .orElseThrow(() -> new Refused(INVALID_ARGUMENT, "the type " + number));
  }

  private void upload(Arguments a) {
    int rank = (int) a.whole("num_dims");
    int[] dims = new int[rank];
    MemorySegment extents = a.pointer("dims").reinterpret(8L * rank);
    for (int i = 0; i < rank; i++) {
      dims[i] = (int) extents.getAtIndex(ValueLayout.JAVA_LONG, i);
    }
    if (!devices.contains(a.pointer("device"))) {
      throw new Refused(INVALID_ARGUMENT, "no device");
    }
    if (a.number("host_buffer_semantics") != 0 || a.whole("num_byte_strides") != 0) {
      throw new Refused(UNIMPLEMENTED, "semantics or strides");
    }
    TensorType type = new TensorType(dtype(a.number("type")), Shape.of(dims));
    Tensor values = TensorScope.outside(() -> Tensor.allocate(type));
    values.memory().copyFrom(a.pointer("data").reinterpret(type.bytes()));
    CompletableFuture<Tensor> now = CompletableFuture.completedFuture(values);
    a.set("buffer", has(Fault.NULL_BUFFER) ? OK : handle(new Buffer(type, now)));
    a.set("done_with_host_buffer", handle(new Event(now)));
  }

  private void download(Arguments a) {
    Buffer buffer = object(Buffer.class, a.pointer("src"));
    if (buffer.gone) {
      throw new Refused(INVALID_ARGUMENT, "the buffer was deleted or donated");
    }
    checkLayout(a.pointer("host_layout"), buffer.type.shape().rank());
    if (a.pointer("dst").address() == 0) {
      a.set("dst_size", has(Fault.HUGE_SIZE) ? -1 : buffer.type.bytes());
      return;
    }
    MemorySegment to = a.pointer("dst").reinterpret(a.whole("dst_size"));
    CompletableFuture<Boolean> done =
        CompletableFuture.supplyAsync(
            () -> {
              to.copyFrom(await(buffer.values).memory());
              return true;
            },
            Executors.newVirtualThreadPerTaskExecutor());
    a.set("event", handle(new Event(done)));
  }

  private void checkLayout(MemorySegment address, int rank) {
    Arguments layout = new Arguments("PJRT_Buffer_MemoryLayout", address);
    Arguments tiled =
        new Arguments(
            "PJRT_Buffer_MemoryLayout_Tiled",
            layout.memory.asSlice(header.offset("PJRT_Buffer_MemoryLayout", "tiled")));
    if (layout.number("type") != 0 || tiled.whole("minor_to_major_size") != rank) {
      throw new Refused(INVALID_ARGUMENT, "a layout of another rank");
    }
    MemorySegment order = tiled.pointer("minor_to_major").reinterpret(8L * rank);
    for (int i = 0; i < rank; i++) {
      if (order.getAtIndex(ValueLayout.JAVA_LONG, i) != rank - 1 - i) {
        throw new Refused(UNIMPLEMENTED, "a layout that is not row by row");
      }
    }
  }

  private void execute(Arguments a) {
    Program program = object(Program.class, a.pointer("executable"));
    Arguments said = new Arguments("PJRT_ExecuteOptions", a.pointer("options"));
    boolean isNamed = devices.contains(a.pointer("execute_device"));
    if (program.portable != isNamed || a.whole("num_devices") != 1) {
      throw new Refused(INVALID_ARGUMENT, "a device must be named for portable programs alone");
    }
    if (has(Fault.FAILING_EXECUTE)) {
      throw new Refused(8, "no room at the inn");
    }
    int count = (int) a.whole("num_args");
    MemorySegment arguments =
        a.pointer("argument_lists")
            .reinterpret(8)
            .get(ValueLayout.ADDRESS, 0)
            .reinterpret(8L * count);
    List<Buffer> operands = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Buffer buffer = object(Buffer.class, arguments.getAtIndex(ValueLayout.ADDRESS, i));
      if (buffer.gone) {
        throw new Refused(INVALID_ARGUMENT, "the buffer was deleted or donated");
      }
      operands.add(buffer);
    }
    List<TensorType> types = operands.stream().map(b -> b.type).toList();
    if (!types.equals(program.module.inputs())) {
      throw new Refused(INVALID_ARGUMENT, types + " for a program of " + program.module.inputs());
    }
    CompletableFuture<List<Tensor>> results =
        CompletableFuture.supplyAsync(
            () -> {
              if (has(Fault.FAILING_EVENT)) {
                throw new TensorException("a cosmic ray");
              }
              return TensorScope.outside(
                  () -> program.module.run(operands.stream().map(b -> await(b.values)).toList()));
            },
            Executors.newVirtualThreadPerTaskExecutor());
    donate(program, operands, said);
    List<TensorType> outputs = program.module.outputs();
    MemorySegment made =
        a.pointer("output_lists")
            .reinterpret(8)
            .get(ValueLayout.ADDRESS, 0)
            .reinterpret(8L * outputs.size());
    for (int i = 0; i < outputs.size(); i++) {
      int number = i;
      made.setAtIndex(
          ValueLayout.ADDRESS,
          i,
          has(Fault.NULL_OUTPUT)
              ? OK
              : handle(new Buffer(outputs.get(i), results.thenApply(all -> all.get(number)))));
    }
  }

  private void donate(Program program, List<Buffer> operands, Arguments options) {
    int count = (int) options.whole("num_non_donatable_input_indices");
    long[] kept =
        count == 0
            ? new long[0]
            : options
                .pointer("non_donatable_input_indices")
                .reinterpret(8L * count)
                .toArray(ValueLayout.JAVA_LONG);
    for (int i = 0; i < operands.size(); i++) {
      int number = i;
      if (program.module.isDonated(i) && Arrays.stream(kept).noneMatch(k -> k == number)) {
        operands.get(i).gone = true;
      }
    }
  }
}
