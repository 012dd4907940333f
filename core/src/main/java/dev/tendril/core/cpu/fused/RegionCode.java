package dev.tendril.core.cpu.fused;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.tendril.core.DType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Pointwise;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// Writes the loop of a region with [ClassFile]: loads the operands of an element (or of a vector
/// of them), calls the function of each op with what is in local variables, and stores the result.
/// What is between ops never goes through memory, and the compiler sees a plain loop of small
/// methods, all of which it inlines.
///
/// Operands that are the same for all elements, and constants, are loaded before the loop.
final class RegionCode {
  private static final ClassDesc SEGMENT = MemorySegment.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(
          CD_void, SEGMENT.arrayType(), CD_long.arrayType(), SEGMENT, CD_long, CD_int);

  private final Dialect dialect;
  private final Graph body;
  private final boolean[] spread;
  private final Map<Value, Integer> slots = new HashMap<>();

  private RegionCode(Dialect dialect, Graph body, boolean[] spread) {
    this.dialect = dialect;
    this.body = body;
    this.spread = spread;
  }

  /// @param body nodes of pointwise ops on 32-bit floats and, between them, booleans; one output
  /// @param spread which operands are one number for all elements
  static Region make(Dialect dialect, Graph body, boolean[] spread) {
    RegionCode writer = new RegionCode(dialect, body, spread);
    ClassDesc name = ClassDesc.of(dialect.math().packageName(), "WrittenRegion");
    byte[] bytes =
        ClassFile.of()
            .build(
                name,
                type ->
                    type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                        .withInterfaceSymbols(Region.class.describeConstable().orElseThrow())
                        .withMethodBody(
                            INIT_NAME,
                            MTD_void,
                            0,
                            code ->
                                code.aload(0)
                                    .invokespecial(CD_Object, INIT_NAME, MTD_void)
                                    .return_())
                        .withMethodBody("run", RUN, ClassFile.ACC_PUBLIC, writer::loop));
    try {
      return (Region)
          dialect
              .lookup()
              .defineHiddenClass(bytes, true)
              .lookupClass()
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private void loop(CodeBuilder code) {
    int operands = code.parameterSlot(0);
    int starts = code.parameterSlot(1);
    int result = code.parameterSlot(2);
    int to = code.parameterSlot(3);
    int count = code.parameterSlot(4);
    int[] segments = new int[spread.length];
    int[] offsets = new int[spread.length];
    for (int i = 0; i < spread.length; i++) {
      segments[i] = code.allocateLocal(TypeKind.REFERENCE);
      offsets[i] = code.allocateLocal(TypeKind.LONG);
      code.aload(operands).loadConstant(i).aaload().astore(segments[i]);
      code.aload(starts).loadConstant(i).laload().lstore(offsets[i]);
      if (spread[i]) {
        code.aload(segments[i]).lload(offsets[i]);
        call(code, "spread", dialect.value(), SEGMENT, CD_long);
        store(code, body.inputs().get(i));
      }
    }
    for (Value.Constant constant : body.constants()) {
      code.loadConstant((float) constant.tensor().get(0));
      call(code, "constant", dialect.value(), CD_float);
      store(code, constant);
    }
    int at = code.allocateLocal(TypeKind.INT);
    int byteAt = code.allocateLocal(TypeKind.LONG);
    Label next = code.newLabel();
    Label end = code.newLabel();
    code.iconst_0().istore(at);
    code.labelBinding(next).iload(at).iload(count).if_icmpge(end);
    code.iload(at).i2l().loadConstant(4L).lmul().lstore(byteAt);
    for (int i = 0; i < spread.length; i++) {
      if (!spread[i]) {
        code.aload(segments[i]).lload(offsets[i]).lload(byteAt).ladd();
        call(code, "load", dialect.value(), SEGMENT, CD_long);
        store(code, body.inputs().get(i));
      }
    }
    for (Node node : body.nodes()) {
      op(code, node);
      store(code, node.output());
    }
    load(code, body.outputs().getFirst());
    code.aload(result).lload(to).lload(byteAt).ladd();
    call(code, "store", CD_void, dialect.value(), SEGMENT, CD_long);
    code.iload(at).loadConstant(dialect.step()).iadd().istore(at);
    code.goto_(next).labelBinding(end).return_();
  }

  private void op(CodeBuilder code, Node node) {
    List<ClassDesc> types = new ArrayList<>();
    for (Value operand : node.inputs()) {
      load(code, operand);
      types.add(type(operand));
    }
    switch ((Pointwise) node.op()) {
      case Pointwise.Clamp clamp -> {
        code.loadConstant((float) clamp.low()).loadConstant((float) clamp.high());
        types.addAll(Collections.nCopies(2, CD_float));
      }
      case Pointwise.LeakyRelu leaky -> {
        code.loadConstant(leaky.alpha());
        types.add(CD_float);
      }
      case Pointwise.Elu elu -> {
        code.loadConstant(elu.alpha());
        types.add(CD_float);
      }
      case Pointwise.Unary _,
          Pointwise.Binary _,
          Pointwise.Select _,
          Pointwise.Gelu _,
          Pointwise.Cast _,
          Pointwise.Quantize _,
          Pointwise.Dequantize _ -> {}
    }
    call(code, function(node), type(node.output()), types.toArray(ClassDesc[]::new));
  }

  /// The name of the method of an op: the op's in camel case.
  static String function(Node node) {
    if (node.op() instanceof Pointwise.Gelu gelu && gelu.approximate()) {
      return "geluApproximate";
    }
    StringBuilder name = new StringBuilder();
    for (String word : node.op().name().split("_", -1)) {
      name.append(
          name.isEmpty()
              ? word
              : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return name.toString();
  }

  private ClassDesc type(Value value) {
    return value.type().dtype() == DType.BOOL ? dialect.flag() : dialect.value();
  }

  private void call(CodeBuilder code, String name, ClassDesc result, ClassDesc... operands) {
    code.invokestatic(dialect.math(), name, MethodTypeDesc.of(result, operands));
  }

  private void store(CodeBuilder code, Value value) {
    TypeKind kind = TypeKind.from(type(value));
    int slot = slots.computeIfAbsent(value, _ -> code.allocateLocal(kind));
    code.storeLocal(kind, slot);
  }

  private void load(CodeBuilder code, Value value) {
    code.loadLocal(TypeKind.from(type(value)), Objects.requireNonNull(slots.get(value)));
  }
}
