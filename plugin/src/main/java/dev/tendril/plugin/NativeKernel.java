package dev.tendril.plugin;

import dev.tendril.core.DType;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.spi.OpKernel;
import dev.tendril.core.spi.ReadyKernel;
import dev.tendril.core.spi.Support;
import dev.tendril.plugin.layout.Code;
import dev.tendril.plugin.layout.Struct;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A kernel of a plug-in.
@SuppressWarnings("restricted")
final class NativeKernel implements OpKernel {
  private static final int MOST_CONSTRAINTS = 1000;

  final NativeTable table;
  final NativeAccelerator owner;
  private final MemorySegment struct;
  private final String op;
  private final int priority;
  private final long hostInputs;
  private final long hostOutputs;
  private final List<Constraint> constraints = new ArrayList<>();
  private final MemorySegment supports;
  private final MemorySegment create;
  private final MemorySegment compute;
  private final MemorySegment destroy;

  /// @param types a bit for each
  private record Constraint(int operand, int types) {
    boolean allows(TensorType type) {
      return (types >>> TypeNumber.of(type.dtype()) & 1) != 0;
    }

    String text() {
      return Stream.of(DType.values())
          .filter(type -> (types >>> TypeNumber.of(type) & 1) != 0)
          .map(DType::text)
          .collect(Collectors.joining(", "));
    }
  }

  NativeKernel(NativeTable table, NativeAccelerator owner, MemorySegment struct) {
    this.table = table;
    this.owner = owner;
    this.struct = struct;
    String name = Native.textAt(pointer("op"));
    if (name == null) {
      throw table.wrong("TpKernel.op is null");
    }
    this.op = name;
    this.priority = struct.get(ValueLayout.JAVA_INT, Abi.KERNEL.offset("priority"));
    this.hostInputs = struct.get(ValueLayout.JAVA_LONG, Abi.KERNEL.offset("host_inputs"));
    this.hostOutputs = struct.get(ValueLayout.JAVA_LONG, Abi.KERNEL.offset("host_outputs"));
    this.supports = pointer("supports");
    this.create = pointer("create");
    this.compute = pointer("compute");
    this.destroy = pointer("destroy");
    if (compute.address() == 0) {
      throw table.wrong("the kernel of " + op + ": compute is null");
    }
    readConstraints();
  }

  private MemorySegment pointer(String field) {
    return struct.get(ValueLayout.ADDRESS, Abi.KERNEL.offset(field));
  }

  private void readConstraints() {
    int count = struct.get(ValueLayout.JAVA_INT, Abi.KERNEL.offset("num_constraints"));
    MemorySegment list = pointer("constraints");
    if (count < 0 || count > MOST_CONSTRAINTS || (count > 0 && list.address() == 0)) {
      throw table.wrong(
          "the kernel of "
              + op
              + ": num_constraints is "
              + count
              + (list.address() == 0 ? " and constraints is null" : ""));
    }
    long size = Abi.TYPE_CONSTRAINT.size();
    MemorySegment all = list.reinterpret(count * size);
    for (int i = 0; i < count; i++) {
      constraints.add(
          new Constraint(
              all.get(ValueLayout.JAVA_INT, i * size),
              all.get(ValueLayout.JAVA_INT, i * size + 4)));
    }
  }

  @Override
  public String op() {
    return op;
  }

  @Override
  public int priority() {
    return priority;
  }

  @Override
  public boolean isHostInput(int operand) {
    return operand < 64 && (hostInputs >>> operand & 1) != 0;
  }

  @Override
  public boolean isHostOutput(int result) {
    return result < 64 && (hostOutputs >>> result & 1) != 0;
  }

  @Override
  public Support supports(Node node) {
    for (TensorType type :
        Stream.concat(node.inputTypes().stream(), node.outputs().stream()).toList()) {
      if (type.shape().rank() > Abi.MAX_RANK) {
        return Support.no("a rank of " + type.shape().rank() + ", above " + Abi.MAX_RANK);
      }
    }
    for (Constraint constraint : constraints) {
      String problem = problem(constraint, node);
      if (!problem.isEmpty()) {
        return Support.no(problem);
      }
    }
    if (supports.address() == 0) {
      return Support.YES;
    }
    MemorySegment frame = Native.frame(Abi.SUPPORTS);
    try (Arena arena = Arena.ofConfined()) {
      frame.set(ValueLayout.ADDRESS, Abi.SUPPORTS.offset("device"), owner.device());
      frame.set(ValueLayout.ADDRESS, Abi.SUPPORTS.offset("node"), NodeStruct.node(arena, node));
      int code = Native.call(supports, frame);
      if (code == 0) {
        return Support.YES;
      }
      String message = Native.message(frame);
      return Support.no(message == null ? Code.text(code) : message);
    } finally {
      Native.release(frame);
    }
  }

  private static String problem(Constraint constraint, Node node) {
    List<TensorType> operands = node.inputTypes();
    if (constraint.operand == Abi.ALL) {
      for (TensorType type : operands) {
        if (!constraint.allows(type)) {
          return type.dtype().text() + "; the kernel takes " + constraint.text();
        }
      }
      return "";
    }
    boolean isResult = constraint.operand < 0;
    int index = isResult ? -1 - constraint.operand : constraint.operand;
    List<TensorType> types = isResult ? node.outputs() : operands;
    if (index >= types.size() || constraint.allows(types.get(index))) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "%s %d is %s; the kernel takes %s",
        isResult ? "result" : "operand",
        index,
        types.get(index).dtype().text(),
        constraint.text());
  }

  @Override
  public ReadyKernel prepare(Node node) {
    Arena arena = Arena.ofAuto();
    MemorySegment state = MemorySegment.NULL;
    long scratch = 0;
    long inPlace = 0;
    if (create.address() != 0) {
      Struct args = Abi.CREATE_KERNEL;
      MemorySegment frame = Native.frame(args);
      try (Arena passing = Arena.ofConfined()) {
        frame.set(ValueLayout.ADDRESS, args.offset("device"), owner.device());
        frame.set(ValueLayout.ADDRESS, args.offset("node"), NodeStruct.node(passing, node));
        String function = "create of the kernel of " + op;
        table.check(function, Native.call(create, frame), frame);
        state = frame.get(ValueLayout.ADDRESS, args.offset("kernel"));
        scratch = owner.notNegative(function, args, frame, "scratch_bytes");
        inPlace = frame.get(ValueLayout.JAVA_LONG, args.offset("in_place"));
      } finally {
        Native.release(frame);
      }
    }
    return new NativeReady(
        this,
        new NativeReady.State(state, scratch, inPlace),
        node.inputTypes().stream().map(type -> NodeStruct.type(arena, type)).toList(),
        node.outputs().stream().map(type -> NodeStruct.type(arena, type)).toList());
  }

  MemorySegment compute() {
    return compute;
  }

  void destroy(MemorySegment state) {
    if (destroy.address() == 0) {
      return;
    }
    MemorySegment frame = Native.frame(Abi.DESTROY_KERNEL);
    try {
      frame.set(ValueLayout.ADDRESS, Abi.DESTROY_KERNEL.offset("device"), owner.device());
      frame.set(ValueLayout.ADDRESS, Abi.DESTROY_KERNEL.offset("kernel"), state);
      table.check("destroy of the kernel of " + op, Native.call(destroy, frame), frame);
    } finally {
      Native.release(frame);
    }
  }
}
