package dev.tendril.plugin.pjrt;

import dev.tendril.core.Shape;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.plugin.PluginException;
import dev.tendril.plugin.layout.Code;
import dev.tendril.plugin.layout.Struct;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A client of a PJRT plug-in: devices, programs, buffers. What it gave is given back before it is
/// closed; after, nothing is called any more.
@SuppressWarnings("restricted")
final class PjrtClient implements AutoCloseable {
  private static final long MOST_DEVICES = 4096;
  private static final long MOST_OUTPUTS = 1 << 20;
  private static final long MOST_BYTES = 1L << 34;
  private static final byte[] FORMAT = "mlir".getBytes(StandardCharsets.US_ASCII);

  /// An `xla.CompileOptionsProto` that says: one replica, one partition, the usual device.
  private static final byte[] COMPILE_OPTIONS =
      HexFormat.of().parseHex("1a0f08ffffffffffffffffff0120012801");

  /// The same, and: not bound to a device.
  private static final byte[] PORTABLE_OPTIONS =
      HexFormat.of().parseHex("1a0f08ffffffffffffffffff01200128012001");

  private static final MethodHandle DELETER =
      Linker.nativeLinker().downcallHandle(FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

  private final PjrtApi api;
  private final MemorySegment client;
  private final List<Addressable> devices = new ArrayList<>();
  private final String platform;
  private final String version;
  private final Set<Long> buffers = ConcurrentHashMap.newKeySet();
  private final Set<Long> programs = ConcurrentHashMap.newKeySet();
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  /// A device that this process can use.
  ///
  /// @param kind such as the name of the product
  record Addressable(MemorySegment pointer, String kind) {}

  /// @param options by name; what a plug-in does not know it refuses
  PjrtClient(PjrtApi api, Map<String, String> options) {
    this.api = api;
    try (Arena arena = Arena.ofConfined()) {
      PjrtFrame create = new PjrtFrame(PjrtLayouts.CLIENT_CREATE, arena);
      PjrtOptions.write(options, create, arena);
      api.call(PjrtFunction.CLIENT_CREATE, create);
      client = api.notNull(PjrtFunction.CLIENT_CREATE, create, "client");
      platform =
          text(
              arena,
              PjrtFunction.CLIENT_PLATFORM_NAME,
              PjrtLayouts.CLIENT_PLATFORM_NAME,
              "client",
              client,
              "platform_name");
      version =
          text(
              arena,
              PjrtFunction.CLIENT_PLATFORM_VERSION,
              PjrtLayouts.CLIENT_PLATFORM_VERSION,
              "client",
              client,
              "platform_version");
      findDevices(arena);
    }
  }

  private String text(
      Arena arena,
      PjrtFunction function,
      Struct struct,
      String of,
      MemorySegment object,
      String field) {
    PjrtFrame frame = new PjrtFrame(struct, arena).set(of, object);
    api.call(function, frame);
    String text = api.text(frame, field, field + "_size");
    return text == null ? "" : text;
  }

  private void findDevices(Arena arena) {
    PjrtFunction function = PjrtFunction.CLIENT_ADDRESSABLE_DEVICES;
    PjrtFrame frame =
        new PjrtFrame(PjrtLayouts.CLIENT_ADDRESSABLE_DEVICES, arena).set("client", client);
    api.call(function, frame);
    long count = api.count(function, frame, "num_addressable_devices", MOST_DEVICES);
    if (count == 0) {
      return;
    }
    MemorySegment pointers =
        api.notNull(function, frame, "addressable_devices").reinterpret(8 * count);
    for (int i = 0; i < count; i++) {
      MemorySegment device = pointers.getAtIndex(ValueLayout.ADDRESS, i);
      if (device.address() == 0) {
        throw api.wrong(Code.INTERNAL, function.text() + " gave device " + i + ", which is null");
      }
      devices.add(new Addressable(device, kind(arena, device)));
    }
  }

  private String kind(Arena arena, MemorySegment device) {
    PjrtFrame frame =
        new PjrtFrame(PjrtLayouts.DEVICE_GET_DESCRIPTION, arena).set("device", device);
    api.call(PjrtFunction.DEVICE_GET_DESCRIPTION, frame);
    MemorySegment description =
        api.notNull(PjrtFunction.DEVICE_GET_DESCRIPTION, frame, "device_description");
    return text(
        arena,
        PjrtFunction.DEVICE_DESCRIPTION_KIND,
        PjrtLayouts.DEVICE_DESCRIPTION_KIND,
        "device_description",
        description,
        "device_kind");
  }

  PjrtApi api() {
    return api;
  }

  List<Addressable> devices() {
    return devices;
  }

  /// Such as `cuda`.
  String platform() {
    return platform;
  }

  String version() {
    return version;
  }

  /// Whether programs are for any device, which is then said at each run.
  boolean isPortable() {
    return devices.size() > 1;
  }

  byte[] compileOptions() {
    return isPortable() ? PORTABLE_OPTIONS : COMPILE_OPTIONS;
  }

  /// Does something that must not meet the end of the client.
  private <T> T open(Supplier<T> work) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new TensorException("the use of a device of " + api + ", which is closed");
      }
      return work.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  private static MemorySegment bytes(Arena arena, byte[] bytes) {
    return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
  }

  /// Compiles a text of StableHLO.
  MemorySegment compile(String text) {
    return open(
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            byte[] code = text.getBytes(StandardCharsets.UTF_8);
            byte[] options = compileOptions();
            PjrtFrame program =
                new PjrtFrame(PjrtLayouts.PROGRAM, arena)
                    .set("code", bytes(arena, code))
                    .set("code_size", (long) code.length)
                    .set("format", bytes(arena, FORMAT))
                    .set("format_size", (long) FORMAT.length);
            PjrtFrame frame =
                new PjrtFrame(PjrtLayouts.CLIENT_COMPILE, arena)
                    .set("client", client)
                    .set("program", program)
                    .set("compile_options", bytes(arena, options))
                    .set("compile_options_size", (long) options.length);
            api.call(PjrtFunction.CLIENT_COMPILE, frame, program);
            return keep(api.notNull(PjrtFunction.CLIENT_COMPILE, frame, "executable"));
          }
        });
  }

  private MemorySegment keep(MemorySegment program) {
    programs.add(program.address());
    return program;
  }

  /// Asks something of the program that was loaded.
  private <T> T describe(MemorySegment program, BiFunction<Arena, MemorySegment, T> question) {
    return open(
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            PjrtFunction function = PjrtFunction.LOADED_EXECUTABLE_GET_EXECUTABLE;
            PjrtFrame frame =
                new PjrtFrame(PjrtLayouts.LOADED_EXECUTABLE_GET_EXECUTABLE, arena)
                    .set("loaded_executable", program);
            api.call(function, frame);
            MemorySegment executable = api.notNull(function, frame, "executable");
            try {
              return question.apply(arena, executable);
            } finally {
              api.call(
                  PjrtFunction.EXECUTABLE_DESTROY,
                  new PjrtFrame(PjrtLayouts.EXECUTABLE_DESTROY, arena)
                      .set("executable", executable));
            }
          }
        });
  }

  /// The number of results of a program.
  int outputs(MemorySegment program) {
    return describe(
        program,
        (arena, executable) -> {
          PjrtFrame frame =
              new PjrtFrame(PjrtLayouts.EXECUTABLE_NUM_OUTPUTS, arena)
                  .set("executable", executable);
          api.call(PjrtFunction.EXECUTABLE_NUM_OUTPUTS, frame);
          return (int)
              api.count(PjrtFunction.EXECUTABLE_NUM_OUTPUTS, frame, "num_outputs", MOST_OUTPUTS);
        });
  }

  /// A program as bytes, for a file; null where the plug-in does not offer that.
  byte @Nullable [] serialize(MemorySegment program) {
    if (!api.has(PjrtFunction.EXECUTABLE_SERIALIZE)
        || !api.has(PjrtFunction.EXECUTABLE_DESERIALIZE_AND_LOAD)) {
      return null;
    }
    try {
      return describe(program, this::serialized);
    } catch (PluginException e) {
      if (e.code() == Code.UNIMPLEMENTED.number()) {
        return null;
      }
      throw e;
    }
  }

  private byte[] serialized(Arena arena, MemorySegment executable) {
    PjrtFunction function = PjrtFunction.EXECUTABLE_SERIALIZE;
    PjrtFrame frame =
        new PjrtFrame(PjrtLayouts.EXECUTABLE_SERIALIZE, arena).set("executable", executable);
    api.call(function, frame);
    try {
      long size = api.count(function, frame, "serialized_bytes_size", Integer.MAX_VALUE - 8);
      MemorySegment bytes = api.notNull(function, frame, "serialized_bytes");
      return bytes.reinterpret(size).toArray(ValueLayout.JAVA_BYTE);
    } finally {
      delete(
          frame.pointer("serialized_executable_deleter"), frame.pointer("serialized_executable"));
    }
  }

  private static void delete(MemorySegment deleter, MemorySegment object) {
    if (deleter.address() == 0) {
      return;
    }
    try {
      DELETER.invokeExact(deleter, object);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /// A program from the bytes that [#serialize] gave.
  MemorySegment deserialize(byte[] bytes) {
    return open(
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            PjrtFunction function = PjrtFunction.EXECUTABLE_DESERIALIZE_AND_LOAD;
            PjrtFrame frame =
                new PjrtFrame(PjrtLayouts.EXECUTABLE_DESERIALIZE_AND_LOAD, arena)
                    .set("client", client)
                    .set("serialized_executable", bytes(arena, bytes))
                    .set("serialized_executable_size", (long) bytes.length);
            api.call(function, frame);
            return keep(api.notNull(function, frame, "loaded_executable"));
          }
        });
  }

  /// Runs a program; the results may still be under way.
  ///
  /// @param kept the numbers of operands whose memory stays theirs
  /// @return new buffers
  List<MemorySegment> execute(
      MemorySegment program,
      Addressable device,
      List<MemorySegment> operands,
      long[] kept,
      int outputs) {
    return open(
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            PjrtFrame options =
                new PjrtFrame(PjrtLayouts.EXECUTE_OPTIONS, arena)
                    .set(
                        "non_donatable_input_indices",
                        kept.length == 0
                            ? MemorySegment.NULL
                            : arena.allocateFrom(ValueLayout.JAVA_LONG, kept))
                    .set("num_non_donatable_input_indices", (long) kept.length);
            MemorySegment results = pointers(arena, outputs);
            PjrtFrame frame =
                new PjrtFrame(PjrtLayouts.LOADED_EXECUTABLE_EXECUTE, arena)
                    .set("executable", program)
                    .set("options", options)
                    .set("argument_lists", list(arena, pointers(arena, operands)))
                    .set("num_devices", 1L)
                    .set("num_args", (long) operands.size())
                    .set("output_lists", list(arena, results))
                    .set("execute_device", isPortable() ? device.pointer : MemorySegment.NULL);
            api.call(PjrtFunction.LOADED_EXECUTABLE_EXECUTE, frame, options);
            List<MemorySegment> made = new ArrayList<>();
            for (int i = 0; i < outputs; i++) {
              MemorySegment buffer = results.getAtIndex(ValueLayout.ADDRESS, i);
              if (buffer.address() != 0) {
                buffers.add(buffer.address());
              }
              made.add(buffer);
            }
            for (int i = 0; i < outputs; i++) {
              if (made.get(i).address() == 0) {
                made.forEach(this::destroyBuffer);
                throw api.wrong(
                    Code.INTERNAL,
                    PjrtFunction.LOADED_EXECUTABLE_EXECUTE.text()
                        + " returned OK, and output "
                        + i
                        + " is null");
              }
            }
            return made;
          }
        });
  }

  private static MemorySegment pointers(Arena arena, int count) {
    return arena.allocate(8L * Math.max(1, count), 8);
  }

  private static MemorySegment pointers(Arena arena, List<MemorySegment> values) {
    MemorySegment pointers = pointers(arena, values.size());
    for (int i = 0; i < values.size(); i++) {
      pointers.setAtIndex(ValueLayout.ADDRESS, i, values.get(i));
    }
    return pointers;
  }

  private static MemorySegment list(Arena arena, MemorySegment one) {
    return pointers(arena, List.of(one));
  }

  /// Copies values of the host to a device; they are taken before it returns.
  MemorySegment upload(MemorySegment host, TensorType type, Addressable device) {
    return open(
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            PjrtFunction function = PjrtFunction.CLIENT_BUFFER_FROM_HOST_BUFFER;
            Shape shape = type.shape();
            PjrtFrame frame =
                new PjrtFrame(PjrtLayouts.CLIENT_BUFFER_FROM_HOST_BUFFER, arena)
                    .set("client", client)
                    .set("data", host.byteSize() == 0 ? arena.allocate(8) : host)
                    .set("type", PjrtTypes.number(type.dtype()))
                    .set("dims", longs(arena, shape.dims()))
                    .set("num_dims", (long) shape.rank())
                    .set("device", device.pointer);
            api.call(function, frame);
            MemorySegment buffer = api.notNull(function, frame, "buffer");
            buffers.add(buffer.address());
            await(arena, frame.pointer("done_with_host_buffer"));
            return buffer;
          }
        });
  }

  private static MemorySegment longs(Arena arena, int... values) {
    MemorySegment longs = arena.allocate(8L * Math.max(1, values.length), 8);
    for (int i = 0; i < values.length; i++) {
      longs.setAtIndex(ValueLayout.JAVA_LONG, i, values[i]);
    }
    return longs;
  }

  /// Copies all values of a buffer to the host, once they are there.
  void download(MemorySegment buffer, TensorType type, MemorySegment host) {
    open(
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            PjrtFunction function = PjrtFunction.BUFFER_TO_HOST_BUFFER;
            PjrtFrame layout = rowMajor(arena, type.shape().rank());
            PjrtFrame asked =
                new PjrtFrame(PjrtLayouts.BUFFER_TO_HOST_BUFFER, arena)
                    .set("src", buffer)
                    .set("host_layout", layout);
            api.call(function, asked, layout);
            long size = api.count(function, asked, "dst_size", MOST_BYTES);
            if (size != host.byteSize()) {
              throw api.wrong(
                  Code.INTERNAL,
                  function.text()
                      + " gave dst_size = "
                      + size
                      + " for "
                      + type
                      + "; expected "
                      + host.byteSize());
            }
            PjrtFrame frame =
                new PjrtFrame(PjrtLayouts.BUFFER_TO_HOST_BUFFER, arena)
                    .set("src", buffer)
                    .set("host_layout", layout)
                    .set("dst", host.byteSize() == 0 ? arena.allocate(8) : host)
                    .set("dst_size", size);
            api.call(function, frame, layout);
            await(arena, api.notNull(function, frame, "event"));
            return true;
          }
        });
  }

  private PjrtFrame rowMajor(Arena arena, int rank) {
    int[] order = new int[rank];
    for (int i = 0; i < rank; i++) {
      order[i] = rank - 1 - i;
    }
    PjrtFrame layout = new PjrtFrame(PjrtLayouts.BUFFER_MEMORY_LAYOUT, arena);
    PjrtFrame tiled =
        new PjrtFrame(PjrtLayouts.BUFFER_MEMORY_LAYOUT_TILED, arena)
            .set("minor_to_major", longs(arena, order))
            .set("minor_to_major_size", (long) rank);
    tiled.size(tiled.struct().end());
    MemorySegment.copy(
        tiled.memory(), 0, layout.memory(), layout.struct().offset("tiled"), tiled.struct().size());
    return layout;
  }

  /// Waits for an event, which is given back; none is one that has come.
  private void await(Arena arena, MemorySegment event) {
    if (event.address() == 0) {
      return;
    }
    try {
      api.call(
          PjrtFunction.EVENT_AWAIT,
          new PjrtFrame(PjrtLayouts.EVENT_AWAIT, arena).set("event", event));
    } finally {
      api.call(
          PjrtFunction.EVENT_DESTROY,
          new PjrtFrame(PjrtLayouts.EVENT_DESTROY, arena).set("event", event));
    }
  }

  /// Waits until a buffer has its values.
  void awaitReady(MemorySegment buffer) {
    open(
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            PjrtFunction function = PjrtFunction.BUFFER_READY_EVENT;
            PjrtFrame frame =
                new PjrtFrame(PjrtLayouts.BUFFER_READY_EVENT, arena).set("buffer", buffer);
            api.call(function, frame);
            await(arena, api.notNull(function, frame, "event"));
            return true;
          }
        });
  }

  /// What a device says of its memory; null when nothing.
  @Nullable PjrtFrame memoryStats(Addressable device, Arena arena) {
    if (!api.has(PjrtFunction.DEVICE_MEMORY_STATS)) {
      return null;
    }
    return open(
        () -> {
          PjrtFrame frame =
              new PjrtFrame(PjrtLayouts.DEVICE_MEMORY_STATS, arena).set("device", device.pointer);
          try {
            api.call(PjrtFunction.DEVICE_MEMORY_STATS, frame);
            return frame;
          } catch (PluginException e) {
            if (e.code() == Code.UNIMPLEMENTED.number()) {
              return null;
            }
            throw e;
          }
        });
  }

  /// Gives a buffer back, once; nothing after the client's end.
  void destroyBuffer(MemorySegment buffer) {
    destroy(buffers, buffer, PjrtFunction.BUFFER_DESTROY, PjrtLayouts.BUFFER_DESTROY, "buffer");
  }

  /// Gives a program back, once; nothing after the client's end.
  void destroyProgram(MemorySegment program) {
    destroy(
        programs,
        program,
        PjrtFunction.LOADED_EXECUTABLE_DESTROY,
        PjrtLayouts.LOADED_EXECUTABLE_DESTROY,
        "executable");
  }

  private void destroy(
      Set<Long> known, MemorySegment object, PjrtFunction function, Struct struct, String field) {
    lock.readLock().lock();
    try {
      if (known.remove(object.address())) {
        try (Arena arena = Arena.ofConfined()) {
          api.call(function, new PjrtFrame(struct, arena).set(field, object));
        }
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /// The number of buffers that are not given back.
  int openBuffers() {
    return buffers.size();
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      List.copyOf(buffers).forEach(address -> destroyBuffer(MemorySegment.ofAddress(address)));
      List.copyOf(programs).forEach(address -> destroyProgram(MemorySegment.ofAddress(address)));
      try (Arena arena = Arena.ofConfined()) {
        api.call(
            PjrtFunction.CLIENT_DESTROY,
            new PjrtFrame(PjrtLayouts.CLIENT_DESTROY, arena).set("client", client));
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
