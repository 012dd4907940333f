package dev.tendril.core;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// An array of numbers of one type: [#type] and native [#memory], row-major and little-endian
/// without gaps, aligned to 64 bytes where Tendril allocated it.
///
/// The values may be in the memory of a [#device]; when they are read, the host gets a copy.
///
/// Its memory goes when it is closed, when a [TensorScope] around its making is closed, or when the
/// collector finds it unreachable; the use of a closed tensor is a [ClosedTensorException]. Values
/// are written once, by whoever makes the tensor, and not changed after: then it may be shared by
/// threads.
///
/// While a function is traced, tensors are [symbolic][#isSymbolic]: they have a type and no values.
public final class Tensor implements AutoCloseable {
  /// The device of tensors in the host's memory.
  public static final String HOST = "/device:CPU:0";

  private static final int SHOWN = 16;

  private final TensorType type;
  private final @Nullable Storage storage;
  private final long offset;
  private final boolean owner;

  private Tensor(TensorType type, @Nullable Storage storage, long offset, boolean owner) {
    this.type = type;
    this.storage = storage;
    this.offset = offset;
    this.owner = owner;
  }

  private static Tensor own(TensorType type, Storage storage) {
    Tensor tensor = new Tensor(type, storage, 0, true);
    TensorScope.register(tensor);
    return tensor;
  }

  /// A tensor whose values its maker must write; they are arbitrary until then.
  ///
  /// @throws ShapeException when an extent is not known
  /// @throws TensorException when there is not that much native memory
  public static Tensor allocate(TensorType type) {
    return own(type, Storage.allocate(type.bytes()));
  }

  public static Tensor zeros(TensorType type) {
    Tensor tensor = allocate(type);
    tensor.memory().fill((byte) 0);
    return tensor;
  }

  /// A tensor with type and no values, for tracing.
  public static Tensor symbolic(TensorType type) {
    return new Tensor(type, null, 0, false);
  }

  public static Tensor scalar(float value) {
    return of(new float[] {value});
  }

  public static Tensor scalar(int value) {
    return of(new int[] {value});
  }

  /// Copies 32-bit floats.
  ///
  /// @param dims the shape; a scalar when left out
  public static Tensor of(float[] values, int... dims) {
    return copy(DType.F32, MemorySegment.ofArray(values), values.length, dims);
  }

  public static Tensor of(double[] values, int... dims) {
    return copy(DType.F64, MemorySegment.ofArray(values), values.length, dims);
  }

  public static Tensor of(int[] values, int... dims) {
    return copy(DType.I32, MemorySegment.ofArray(values), values.length, dims);
  }

  public static Tensor of(long[] values, int... dims) {
    return copy(DType.I64, MemorySegment.ofArray(values), values.length, dims);
  }

  public static Tensor of(byte[] values, int... dims) {
    return copy(DType.I8, MemorySegment.ofArray(values), values.length, dims);
  }

  public static Tensor of(boolean[] values, int... dims) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (values[i] ? 1 : 0);
    }
    return copy(DType.BOOL, MemorySegment.ofArray(bytes), values.length, dims);
  }

  /// A vector of 32-bit integers, such as axes or a shape.
  public static Tensor vector(int... values) {
    return of(values, values.length);
  }

  /// A vector of 32-bit floats.
  public static Tensor vector(float... values) {
    return of(values, values.length);
  }

  private static Tensor copy(DType dtype, MemorySegment values, int length, int[] dims) {
    TensorType type = new TensorType(dtype, Shape.of(dims));
    if (type.shape().size() != length) {
      throw new ShapeException(
          "a tensor of shape "
              + type.shape()
              + " from "
              + length
              + " values; expected "
              + type.shape().size());
    }
    Tensor tensor = allocate(type);
    tensor.memory().copyFrom(values);
    return tensor;
  }

  /// Real numbers, rounded and cut to any type as [Elements#setDouble] does.
  public static Tensor of(TensorType type, double... values) {
    if (type.shape().size() != values.length) {
      throw new ShapeException(
          "a tensor of type "
              + type
              + " from "
              + values.length
              + " values; expected "
              + type.shape().size());
    }
    Tensor tensor = allocate(type);
    for (int i = 0; i < values.length; i++) {
      Elements.setDouble(tensor.memory(), type.dtype(), i, values[i]);
    }
    return tensor;
  }

  /// The values of native memory, without a copy: of a column, a mapped file, another library.
  /// Closing the tensor does not free the memory, which must outlive it.
  ///
  /// @throws TensorException when the memory is on the Java heap or has another size than the type
  public static Tensor wrap(MemorySegment memory, TensorType type) {
    return wrap(memory, type, memory.scope().equals(Arena.global().scope()));
  }

  private static Tensor wrap(MemorySegment memory, TensorType type, boolean lasting) {
    if (!memory.isNative()) {
      throw new TensorException(
          "a tensor over memory of the Java heap; expected native memory: copy it by Tensor.of");
    }
    if (memory.byteSize() != type.bytes()) {
      throw new ShapeException(
          "a tensor of type "
              + type
              + " over "
              + memory.byteSize()
              + " bytes; expected "
              + type.bytes());
    }
    return own(type, Storage.of(memory, lasting));
  }

  /// A tensor in the memory of a device, which is freed when it is closed or unreachable. The
  /// values are those that are there or that work under way will write.
  public static Tensor on(RemoteMemory memory, TensorType type) {
    return own(type, Storage.of(memory, type.bytes()));
  }

  /// The values of a part of a file, without a copy.
  ///
  /// @param offset the byte of the file at which they begin
  /// @throws TensorException when the file cannot be read or ends before
  public static Tensor map(Path file, long offset, TensorType type) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (offset < 0 || type.bytes() > channel.size() - offset) {
        throw new TensorException(
            file
                + ": byte "
                + offset
                + ": a tensor of type "
                + type
                + " takes "
                + type.bytes()
                + " bytes; the file has "
                + channel.size());
      }
      return wrap(
          channel.map(FileChannel.MapMode.READ_ONLY, offset, type.bytes(), Arena.ofAuto()),
          type,
          true);
    } catch (IOException e) {
      throw new TensorException("mapping " + file + ": " + e.getMessage(), e);
    }
  }

  public TensorType type() {
    return type;
  }

  public DType dtype() {
    return type.dtype();
  }

  public Shape shape() {
    return type.shape();
  }

  /// The device that has its values, in full: `/device:CPU:0` for the host. Empty for a symbolic
  /// tensor, whose device is chosen when its function is made ready.
  public String device() {
    return storage == null ? "" : storage.device();
  }

  /// The device's memory of which this tensor is a part; null when it is in the host's.
  ///
  /// @throws ClosedTensorException when it is closed
  public @Nullable RemoteMemory remote() {
    return storage == null ? null : storage.remote();
  }

  /// The byte of [#remote] at which its values begin.
  public long remoteOffset() {
    return offset;
  }

  /// A tensor of the same values in the host's memory: itself, if that is where it is.
  public Tensor toHost() {
    return storage == null || !storage.isRemote() ? this : copy();
  }

  /// Overwrites its values, wherever they are: for results whose memory is there already.
  ///
  /// @param other of as many bytes
  public void copyFrom(Tensor other) {
    if (storage == null || other.type.bytes() != type.bytes()) {
      throw new ShapeException("values of " + other.type + " for a tensor of " + type);
    }
    storage.write(offset, other.memory());
  }

  /// Whether its memory cannot be gone while somebody refers to it: not so where it belongs to
  /// somebody else ([#wrap]), who may close it at any time.
  public boolean isLasting() {
    return storage == null || storage.isLasting();
  }

  /// Whether it stands for a value of a function that is traced, and has no values itself.
  public boolean isSymbolic() {
    return storage == null;
  }

  public boolean isClosed() {
    return storage != null && storage.isClosed();
  }

  /// The values: row-major, little-endian, without gaps.
  ///
  /// @throws ClosedTensorException when it is closed
  /// @throws TensorException when it is symbolic
  public MemorySegment memory() {
    if (storage == null) {
      throw new TensorException(
          "the values of a tensor of type "
              + type
              + " while a function is traced: they are not known until the function runs");
    }
    MemorySegment memory = storage.memory();
    return owner ? memory : memory.asSlice(offset, type.bytes());
  }

  /// The same values in memory of their own.
  public Tensor copy() {
    Tensor copy = allocate(type);
    copy.memory().copyFrom(memory());
    return copy;
  }

  /// The same memory as another type of as many bytes, such as another shape.
  public Tensor view(TensorType other) {
    if (other.bytes() != type.bytes()) {
      throw new ShapeException("a view of " + type + " as " + other + ", which has another size");
    }
    return new Tensor(other, storage, offset, false);
  }

  /// The part from `begin` to `end`, exclusively, along the first axis, without a copy.
  public Tensor rows(int begin, int end) {
    int all = shape().dim(0);
    if (begin < 0 || end < begin || end > all) {
      throw new ShapeException("rows " + begin + " to " + end + " of " + shape());
    }
    TensorType part = new TensorType(dtype(), shape().with(0, end - begin), type.quant());
    long before = (long) begin * shape().size(1, shape().rank());
    if (dtype().bits() < 8 && before % 2 != 0) {
      throw new ShapeException("rows " + begin + " of " + type + " begin within a byte");
    }
    return new Tensor(part, storage, offset + dtype().bytes(before), false);
  }

  /// The element at a position of the row-major order, as a real number.
  public double get(long index) {
    checkIndex(index);
    return Elements.getDouble(memory(), dtype(), index);
  }

  /// The element at a position of the row-major order, as an integer.
  public long getLong(long index) {
    checkIndex(index);
    return Elements.getLong(memory(), dtype(), index);
  }

  private void checkIndex(long index) {
    if (index < 0 || index >= shape().size()) {
      throw new ShapeException("element " + index + " of " + shape());
    }
  }

  public float[] toFloatArray() {
    if (dtype() == DType.F32) {
      return memory().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }
    float[] values = new float[length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) get(i);
    }
    return values;
  }

  public double[] toDoubleArray() {
    double[] values = new double[length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = get(i);
    }
    return values;
  }

  public int[] toIntArray() {
    int[] values = new int[length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) getLong(i);
    }
    return values;
  }

  public long[] toLongArray() {
    long[] values = new long[length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = getLong(i);
    }
    return values;
  }

  private int length() {
    if (shape().size() > Integer.MAX_VALUE - 8) {
      throw new TensorException("an array of the " + shape().size() + " elements of " + type);
    }
    return (int) shape().size();
  }

  /// Ends the memory's life, and that of all views. A view's own closing does nothing; nor does a
  /// second one.
  @Override
  public void close() {
    if (owner && storage != null) {
      storage.close();
    }
  }

  /// Type and first values, such as `f32[3] {1, 2, 3}`.
  @Override
  public String toString() {
    if (isSymbolic()) {
      return type + " (symbolic)";
    }
    if (isClosed()) {
      return type + " (closed)";
    }
    StringBuilder text = new StringBuilder(type.toString()).append(" {");
    long size = shape().size();
    for (long i = 0; i < Math.min(size, SHOWN); i++) {
      text.append(i == 0 ? "" : ", ");
      switch (dtype()) {
        case F64 -> text.append(get(i));
        case F32, F16, BF16 -> text.append((float) get(i));
        case BOOL -> text.append(getLong(i) != 0);
        case I4, I8, U8, I16, U16, I32, U32, I64 -> text.append(getLong(i));
      }
    }
    return text.append(size > SHOWN ? ", ...}" : "}").toString();
  }
}
