package dev.tendril.forest.train;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The innermost loop of training, written out by [ClassFile] for one group of features.
///
/// The loop adds a value to one sum of each feature. Where the number of features and the places of
/// their sums are constants, the compiler needs few registers and proves most accesses within
/// bounds; that takes 0.7 ns an addition where a loop over the features, even one that does 16 at a
/// time, takes 1.0 ns or more. So a class is made for every shape of group that occurs, once a
/// process.
final class HistogramLoops {
  private static final Map<Shape, Loop> LOOPS = new ConcurrentHashMap<>();

  private HistogramLoops() {}

  /// Adds rows to sums.
  interface Loop {
    /// @param entries whose lower halves are rows
    /// @param shift what the upper halves are shifted by before a one is added; unused where values
    ///     come from elsewhere
    /// @param bins of the group, row by row
    /// @param values by row, where they come from there
    void add(long[] entries, int from, int to, int shift, byte[] bins, int[] values, long[] sums);
  }

  /// @param width the number of features
  /// @param start the place of the sums of the first one
  /// @param packed whether the value is that of the entry with a one below, rather than from an
  ///     array
  private record Shape(int width, int start, boolean packed) {}

  static Loop of(BinnedTable.Group group, boolean packed) {
    return LOOPS.computeIfAbsent(
        new Shape(group.width(), group.start(), packed), HistogramLoops::make);
  }

  /// What [Loop#add] does, said plainly.
  static void plain(
      BinnedTable.Group group,
      boolean packed,
      long[] entries,
      int from,
      int to,
      int shift,
      int[] values,
      long[] sums) {
    for (int i = from; i < to; i++) {
      int row = (int) entries[i];
      long value = packed ? ((entries[i] >> 32) << shift) + 1 : values[row];
      for (int f = 0; f < group.width(); f++) {
        int bin = group.bins()[row * group.width() + f] & 255;
        sums[group.start() + f * BinnedTable.NARROW + bin] += value;
      }
    }
  }

  private static Loop make(Shape shape) {
    ClassDesc name = ClassDesc.of(HistogramLoops.class.getPackageName(), "WrittenOutLoop");
    ClassDesc longs = CD_long.arrayType();
    MethodTypeDesc add =
        MethodTypeDesc.of(
            CD_void,
            longs,
            CD_int,
            CD_int,
            CD_int,
            ClassDesc.ofDescriptor("[B"),
            CD_int.arrayType(),
            longs);
    byte[] bytes =
        ClassFile.of()
            .build(
                name,
                type ->
                    type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                        .withInterfaceSymbols(Loop.class.describeConstable().orElseThrow())
                        .withMethodBody(
                            INIT_NAME,
                            MTD_void,
                            0,
                            code ->
                                code.aload(0)
                                    .invokespecial(CD_Object, INIT_NAME, MTD_void)
                                    .return_())
                        .withMethodBody(
                            "add", add, ClassFile.ACC_PUBLIC, code -> loop(code, shape)));
    try {
      MethodHandles.Lookup made = MethodHandles.lookup().defineHiddenClass(bytes, true);
      return (Loop) made.lookupClass().getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void loop(CodeBuilder code, Shape shape) {
    int entries = code.parameterSlot(0);
    int row = code.parameterSlot(1);
    int to = code.parameterSlot(2);
    int entry = code.allocateLocal(TypeKind.LONG);
    int value = code.allocateLocal(TypeKind.LONG);
    int at = code.allocateLocal(TypeKind.INT);
    Label next = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(next).iload(row).iload(to).if_icmpge(end);
    code.aload(entries).iload(row).laload().lstore(entry);
    code.lload(entry).l2i().loadConstant(shape.width()).imul().istore(at);
    if (shape.packed()) {
      code.lload(entry).loadConstant(32).lshr().iload(code.parameterSlot(3)).lshl();
      code.lconst_1().ladd();
    } else {
      code.aload(code.parameterSlot(5)).lload(entry).l2i().iaload().i2l();
    }
    code.lstore(value);
    for (int f = 0; f < shape.width(); f++) {
      code.aload(code.parameterSlot(6)).aload(code.parameterSlot(4)).iload(at);
      code.loadConstant(f).iadd().baload().loadConstant(255).iand();
      code.loadConstant(shape.start() + f * BinnedTable.NARROW).iadd();
      code.dup2().laload().lload(value).ladd().lastore();
    }
    code.iinc(row, 1).goto_(next).labelBinding(end).return_();
  }
}
