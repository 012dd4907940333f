package dev.tendril.plugin;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// What the host offers to plug-ins, as functions in memory. None of them lets an exception
/// through, which would end the process.
@SuppressWarnings("restricted")
final class HostTable {
  static final MemorySegment TABLE = make();

  private static final System.Logger LOG = System.getLogger("dev.tendril.plugin");

  private HostTable() {}

  private static MemorySegment make() {
    MemorySegment table = Arena.global().allocate(Abi.HOST.size(), 8);
    table.set(ValueLayout.JAVA_LONG, 0, Abi.HOST.size());
    stub(
        table,
        "log",
        MethodType.methodType(void.class, int.class, MemorySegment.class),
        FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    stub(
        table,
        "add_node",
        MethodType.methodType(
            long.class,
            MemorySegment.class,
            MemorySegment.class,
            int.class,
            MemorySegment.class,
            MemorySegment.class,
            int.class),
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT));
    stub(
        table,
        "replace",
        MethodType.methodType(int.class, MemorySegment.class, long.class, long.class),
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG));
    return table;
  }

  private static void stub(
      MemorySegment table, String function, MethodType type, FunctionDescriptor descriptor) {
    try {
      MemorySegment stub =
          Linker.nativeLinker()
              .upcallStub(
                  MethodHandles.lookup().findStatic(HostTable.class, method(function), type),
                  descriptor,
                  Arena.global());
      table.set(ValueLayout.ADDRESS, Abi.HOST.offset(function), stub);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String method(String function) {
    return function.equals("add_node") ? "addNode" : function;
  }

  static void log(int level, MemorySegment text) {
    try {
      Level[] levels = {Level.DEBUG, Level.INFO, Level.WARNING, Level.ERROR};
      LOG.log(levels[Math.clamp(level, 0, 3)], String.valueOf(Native.textAt(text)));
    } catch (RuntimeException | Error _) {
      // A line of a log is not worth the process.
    }
  }

  static long addNode(
      MemorySegment edit,
      MemorySegment op,
      int custom,
      MemorySegment attributes,
      MemorySegment inputs,
      int count) {
    GraphEdit known = GraphEdit.of(edit.address());
    if (known == null) {
      return -1;
    }
    try {
      String name = Native.textAt(op);
      String text = Native.textAt(attributes);
      long[] values = new long[Math.clamp(count, 0, 1 << 16)];
      MemorySegment from = inputs.reinterpret(8L * values.length);
      for (int i = 0; i < values.length; i++) {
        values[i] = from.getAtIndex(ValueLayout.JAVA_LONG, i);
      }
      return known.add(String.valueOf(name), custom != 0, text == null ? "" : text, values);
    } catch (RuntimeException | Error e) {
      known.fail(e);
      return -1;
    }
  }

  static int replace(MemorySegment edit, long value, long by) {
    GraphEdit known = GraphEdit.of(edit.address());
    if (known == null) {
      return -1;
    }
    try {
      known.replace(value, by);
      return 0;
    } catch (RuntimeException | Error e) {
      known.fail(e);
      return -1;
    }
  }
}
