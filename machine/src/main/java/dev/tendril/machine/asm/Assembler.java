package dev.tendril.machine.asm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Collects instructions and writes them as machine code for x86-64.
///
/// An instruction is checked when it is added, so that a fault shows where it is made. Jumps are
/// two bytes where they reach, else six; since one jump's length moves others' targets, all begin
/// short and grow until nothing changes. Constants are kept once each, behind the code, and are
/// reached relative to it. Not thread-safe.
public final class Assembler {
  /// The most bytes of a routine: far beyond any kernel, and within reach of all displacements.
  private static final int LIMIT = 1 << 22;

  private static final int ALIGNMENT = 64;

  private final boolean wide;
  private final List<Instruction> instructions = new ArrayList<>();

  private final Map<ByteBuffer, Integer> places = new HashMap<>();
  private byte[] constants = new byte[256];
  private int constantsSize;

  /// @param wide whether AVX-512 is there; instructions that need it are refused otherwise
  public Assembler(boolean wide) {
    this.wide = wide;
  }

  /// @throws AssemblyException when there is no such instruction
  public void add(Op op, Operand... operands) {
    add(op, Instruction.ALL, false, operands);
  }

  /// An instruction on the elements that a mask has.
  ///
  /// @param zeroing whether the other elements become 0, rather than stay
  public void add(Op op, Mask predicate, boolean zeroing, Operand... operands) {
    Instruction instruction = Instruction.of(op, predicate, zeroing, List.of(operands));
    if (!wide && instruction.form().isVector() && instruction.needsEvex()) {
      throw new AssemblyException(instruction + " needs AVX-512");
    }
    instructions.add(instruction);
  }

  /// A label that stands here.
  public Label here() {
    Label label = new Label();
    bind(label);
    return label;
  }

  /// Lets a label stand here.
  public void bind(Label label) {
    label.bind(instructions.size());
  }

  /// 32-bit floats among the constants, aligned to their size up to that of a vector.
  public Mem floats(float... values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return ints(bits);
  }

  /// 32-bit numbers among the constants, aligned to their size up to that of a vector.
  public Mem ints(int... values) {
    ByteBuffer key = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      key.putInt(value);
    }
    return bytes(key.array());
  }

  /// Bytes among the constants, aligned to their number up to that of a vector.
  public Mem bytes(byte... values) {
    int alignment = Math.clamp(Integer.highestOneBit(Math.max(1, values.length)), 1, ALIGNMENT);
    return Mem.constant(
        places.computeIfAbsent(ByteBuffer.wrap(values.clone()), _ -> place(values, alignment)));
  }

  private int place(byte[] values, int alignment) {
    int at = (constantsSize + alignment - 1) & -alignment;
    if (at + values.length > constants.length) {
      constants = Arrays.copyOf(constants, 2 * (at + values.length));
    }
    System.arraycopy(values, 0, constants, at, values.length);
    constantsSize = at + values.length;
    return at;
  }

  /// The routine.
  ///
  /// @throws AssemblyException when a label is bound nowhere, or the code is too long
  public Routine assemble(String name) {
    Encoder encoder = new Encoder();
    int count = instructions.size();
    int[] starts = new int[count + 1];
    int[] fixups = new int[count];
    int[] sizes = new int[count];
    for (int i = 0; i < count; i++) {
      Instruction instruction = instructions.get(i);
      starts[i] = encoder.size();
      fixups[i] = -1;
      if (instruction.op().isJump()) {
        sizes[i] = 2;
      } else {
        encoder.write(instruction);
        sizes[i] = encoder.size() - starts[i];
        fixups[i] = encoder.fixup() < 0 ? -1 : encoder.fixup() - starts[i];
      }
    }
    int[] places = layOut(sizes);
    int constantsAt = (places[count] + ALIGNMENT - 1) & -ALIGNMENT;
    if (constantsAt + constantsSize > LIMIT) {
      throw new AssemblyException("a routine of " + constantsAt + " bytes; at most " + LIMIT);
    }
    byte[] code = new byte[constantsSize == 0 ? places[count] : constantsAt + constantsSize];
    ByteBuffer writer = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      Instruction instruction = instructions.get(i);
      if (instruction.op().isJump()) {
        jump(writer, places, i, sizes[i]);
      } else {
        System.arraycopy(encoder.bytes(), starts[i], code, places[i], sizes[i]);
        if (fixups[i] >= 0) {
          int at = places[i] + fixups[i];
          writer.putInt(at, writer.getInt(at) + constantsAt - places[i + 1]);
        }
      }
    }
    System.arraycopy(constants, 0, code, code.length - constantsSize, constantsSize);
    return new Routine(name, code, constantsAt, instructions);
  }

  /// Where each instruction begins, and the end of the last; jumps grow until all reach.
  private int[] layOut(int[] sizes) {
    int[] places = new int[sizes.length + 1];
    boolean grown = true;
    while (grown) {
      grown = false;
      for (int i = 0; i < sizes.length; i++) {
        places[i + 1] = places[i] + sizes[i];
      }
      for (int i = 0; i < sizes.length; i++) {
        if (instructions.get(i).op().isJump() && sizes[i] == 2) {
          int distance = places[target(i)] - places[i + 1];
          if (distance != (byte) distance) {
            sizes[i] = instructions.get(i).op() == Op.JMP ? 5 : 6;
            grown = true;
          }
        }
      }
    }
    return places;
  }

  private int target(int jump) {
    return ((Label) instructions.get(jump).operands().getFirst()).instruction();
  }

  private void jump(ByteBuffer writer, int[] places, int i, int size) {
    int opcode = instructions.get(i).form().opcode();
    int distance = places[target(i)] - places[i + 1];
    writer.position(places[i]);
    switch (size) {
      case 2 -> writer.put((byte) opcode).put((byte) distance);
      case 5 -> writer.put((byte) 0xe9).putInt(distance);
      default -> writer.put((byte) 0x0f).put((byte) (opcode + 0x10)).putInt(distance);
    }
  }
}
