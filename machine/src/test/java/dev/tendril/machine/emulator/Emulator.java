package dev.tendril.machine.emulator;

import dev.tendril.machine.asm.Gpr;
import dev.tendril.machine.asm.Imm;
import dev.tendril.machine.asm.Instruction;
import dev.tendril.machine.asm.Label;
import dev.tendril.machine.asm.Mask;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Operand;
import dev.tendril.machine.asm.Routine;
import dev.tendril.machine.asm.Vec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/// Executes the instructions of routines, one by one, over plain memory: how code for processors
/// that are not there is tested. [EmulatorTest] compares it with the processor that is there.
///
/// Memory is that of [Regions]: a byte outside of the operands fails, also where a mask would hide
/// it from the processor's own checks only by luck.
public final class Emulator {
  private static final int MOST_STEPS = 50_000_000;

  final long[] gpr = new long[16];
  final byte[][] vec = new byte[32][64];
  final long[] mask = new long[8];
  private final Regions memory = new Regions();
  private long compared;
  private boolean below;
  private long constants;

  /// Memory that may be used.
  public void allow(MemorySegment segment) {
    memory.add(segment);
  }

  /// Runs a routine to its end.
  public void run(Routine routine, MemorySegment arguments) {
    Arena arena = Arena.ofAuto();
    int size = routine.bytes().length - routine.constantsAt();
    MemorySegment pool = arena.allocate(Math.max(64, size), 64);
    if (size > 0) {
      MemorySegment.copy(
          routine.bytes(), routine.constantsAt(), pool, ValueLayout.JAVA_BYTE, 0, size);
    }
    constants = pool.address();
    MemorySegment stack = arena.allocate(4096, 64);
    allow(pool);
    allow(stack);
    allow(arguments);
    gpr[Gpr.RSP.number()] = stack.address() + 2048;
    gpr[Gpr.RDI.number()] = arguments.address();
    List<Instruction> code = routine.instructions();
    int at = 0;
    for (int steps = 0; steps < MOST_STEPS; steps++) {
      Instruction i = code.get(at++);
      if (i.op() == Op.RET) {
        return;
      }
      if (i.operands().size() == 1 && i.operands().getFirst() instanceof Label label) {
        at = jumps(i.op()) ? label.instruction() : at;
      } else {
        step(i);
      }
    }
    throw new AssertionError(routine.name() + " does not end");
  }

  private boolean jumps(Op op) {
    return switch (op) {
      case JMP -> true;
      case JZ -> compared == 0;
      case JNZ -> compared != 0;
      case JL -> compared < 0;
      case JGE -> compared >= 0;
      case JLE -> compared <= 0;
      case JG -> compared > 0;
      case JB -> below;
      case JAE -> !below;
      default -> throw new AssertionError(op);
    };
  }

  /// Executes one instruction that is no jump.
  void step(Instruction i) {
    boolean masks = false;
    for (Operand operand : i.operands()) {
      if (operand instanceof Vec) {
        vectors(i);
        return;
      }
      masks |= operand instanceof Mask;
    }
    if (masks) {
      masks(i);
    } else {
      general(i);
    }
  }

  private void general(Instruction i) {
    List<Operand> o = i.operands();
    switch (i.op()) {
      case MOV -> set(o.get(0), value(o.get(1)));
      case MOVL -> {
        if (o.get(0) instanceof Mem mem) {
          byte[] bytes = new byte[8];
          Bits.set(bytes, 8, 0, value(o.get(1)));
          memory.write(address(mem), bytes, 0, 4);
        } else {
          set(o.get(0), value(o.get(1)) & 0xffff_ffffL);
        }
      }
      case MOVZX -> {
        byte[] one = new byte[1];
        memory.read(address((Mem) o.get(1)), one, 0, 1);
        set(o.get(0), one[0] & 0xff);
      }
      case MOVSXD -> set(o.get(0), value(o.get(1)) << 32 >> 32);
      case LEA -> set(o.get(0), address((Mem) o.get(1)));
      case ADD -> result(o.get(0), value(o.get(0)) + value(o.get(1)));
      case AND -> result(o.get(0), value(o.get(0)) & value(o.get(1)));
      case OR -> result(o.get(0), value(o.get(0)) | value(o.get(1)));
      case XOR -> result(o.get(0), value(o.get(0)) ^ value(o.get(1)));
      case SUB, CMP -> {
        long a = value(o.get(0));
        long b = value(o.get(1));
        below = Long.compareUnsigned(a, b) < 0;
        compared = i.op() == Op.CMP ? Long.compare(a, b) : a - b;
        if (i.op() == Op.SUB) {
          set(o.get(0), a - b);
        }
      }
      case TEST -> compared = value(o.get(0)) & value(o.get(1));
      case IMUL -> set(o.get(0), value(o.get(o.size() - 2)) * value(o.getLast()));
      case INC -> result(o.get(0), value(o.get(0)) + 1);
      case DEC -> result(o.get(0), value(o.get(0)) - 1);
      case NEG -> result(o.get(0), -value(o.get(0)));
      case SHL -> set(o.get(0), value(o.get(0)) << value(o.get(1)));
      case SHR -> set(o.get(0), value(o.get(0)) >>> value(o.get(1)));
      case SAR -> set(o.get(0), value(o.get(0)) >> value(o.get(1)));
      case PUSH -> {
        gpr[Gpr.RSP.number()] -= 8;
        set(Mem.at(Gpr.RSP), value(o.get(0)));
      }
      case POP -> {
        set(o.get(0), value(Mem.at(Gpr.RSP)));
        gpr[Gpr.RSP.number()] += 8;
      }
      case REP_MOVSB, REP_STOSB -> repeat(i.op() == Op.REP_MOVSB);
      case VZEROUPPER -> {
        for (int n = 0; n < 16; n++) {
          Arrays.fill(vec[n], 16, 64, (byte) 0);
        }
      }
      case PREFETCHT0 -> {}
      default -> throw new AssertionError("no meaning of " + i);
    }
  }

  private void result(Operand place, long value) {
    compared = value;
    set(place, value);
  }

  private void repeat(boolean copying) {
    byte[] one = {(byte) gpr[0]};
    for (; gpr[1] > 0; gpr[1]--) {
      if (copying) {
        memory.read(gpr[6]++, one, 0, 1);
      }
      memory.write(gpr[7]++, one, 0, 1);
    }
  }

  private long address(Mem mem) {
    if (mem.base() == null) {
      return constants + mem.displacement();
    }
    long index = mem.index() == null ? 0 : gpr[mem.index().number()] * mem.scale();
    return gpr[mem.base().number()] + index + mem.displacement();
  }

  private long value(Operand operand) {
    return switch (operand) {
      case Gpr g -> gpr[g.number()];
      case Imm imm -> imm.value();
      case Mask k -> mask[k.number()];
      case Mem mem -> {
        byte[] bytes = new byte[8];
        memory.read(address(mem), bytes, 0, 8);
        yield Bits.get(bytes, 8, 0);
      }
      case Vec _, Label _ -> throw new AssertionError(operand);
    };
  }

  private void set(Operand operand, long value) {
    switch (operand) {
      case Gpr g -> gpr[g.number()] = value;
      case Mask k -> mask[k.number()] = value;
      case Mem mem -> {
        byte[] bytes = new byte[8];
        Bits.set(bytes, 8, 0, value);
        memory.write(address(mem), bytes, 0, 8);
      }
      case Vec _, Imm _, Label _ -> throw new AssertionError(operand);
    }
  }

  private void masks(Instruction i) {
    List<Operand> o = i.operands();
    long last = value(o.getLast());
    long first = value(o.get(o.size() - 2));
    set(
        o.get(0),
        switch (i.op()) {
          case KMOVW -> last & 0xffff;
          case KMOVD -> last & 0xffff_ffffL;
          case KMOVQ -> last;
          case KNOTW -> ~last & 0xffff;
          case KANDW -> first & last & 0xffff;
          case KANDNW -> ~first & last & 0xffff;
          case KORW -> (first | last) & 0xffff;
          case KXORW -> (first ^ last) & 0xffff;
          case KXNORW -> ~(first ^ last) & 0xffff;
          default -> throw new AssertionError("no meaning of " + i);
        });
  }

  private boolean isOn(Instruction i, int element) {
    int predicate = i.predicate().number();
    return predicate == 0 || (mask[predicate] >> element & 1) != 0;
  }

  /// An operand's bytes; in memory, only the elements that the mask has.
  private byte[] bytes(Instruction i, Operand operand, int bytes, int size) {
    byte[] all = new byte[64];
    switch (operand) {
      case Vec v -> System.arraycopy(vec[v.number()], 0, all, 0, 64);
      case Gpr g -> Bits.set(all, 8, 0, gpr[g.number()]);
      case Mem mem when mem.broadcast() -> {
        for (int e = 0; e < bytes / size; e++) {
          if (isOn(i, e)) {
            memory.read(address(mem), all, e * size, size);
          }
        }
      }
      case Mem mem -> {
        for (int e = 0; e < bytes / size; e++) {
          if (isOn(i, e)) {
            memory.read(address(mem) + (long) e * size, all, e * size, size);
          }
        }
      }
      default -> throw new AssertionError(i);
    }
    return all;
  }

  private void vectors(Instruction i) {
    List<Operand> o = i.operands();
    int bytes = 0;
    for (Operand operand : o) {
      bytes = operand instanceof Vec v ? Math.max(bytes, v.bytes()) : bytes;
    }
    int imm = o.getLast() instanceof Imm number ? (int) number.value() & 0xff : 0;
    int count = o.getLast() instanceof Imm ? o.size() - 1 : o.size();
    Operand a = o.get(count == 2 ? 1 : count - 2);
    Operand b = o.get(count - 1);
    Elementwise each = Elementwise.of(i.op());
    each = each == null ? Elementwise.shift(i.op(), imm) : each;
    if (each != null) {
      byte[] d = o.get(0) instanceof Vec ? bytes(i, o.get(0), bytes, 4) : new byte[64];
      byte[] x = bytes(i, a, bytes, each.size());
      byte[] y = bytes(i, b, bytes, each.size());
      byte[] to = new byte[64];
      for (int e = 0; e < bytes / each.size(); e++) {
        long value =
            each.function()
                .of(
                    Bits.get(d, each.size(), e),
                    Bits.get(x, each.size(), e),
                    Bits.get(y, each.size(), e));
        Bits.set(to, each.size(), e, value);
      }
      put(i, o.get(0), to, bytes, each.size());
      return;
    }
    if (single(i, o, imm)) {
      return;
    }
    int part = partBytes(i.op(), bytes);
    byte[] x = a instanceof Vec ? bytes(i, a, bytes, 4) : new byte[64];
    byte[] y = readWhole(b, part);
    byte[] shuffled = Shuffles.of(i.op(), x, y, imm, bytes);
    if (shuffled == null) {
      throw new AssertionError("no meaning of " + i);
    }
    put(i, o.get(0), shuffled, bytes, elementBytes(i.op()));
  }

  private byte[] readWhole(Operand operand, int bytes) {
    byte[] all = new byte[64];
    switch (operand) {
      case Vec v -> System.arraycopy(vec[v.number()], 0, all, 0, 64);
      case Gpr g -> Bits.set(all, 8, 0, gpr[g.number()]);
      case Mem mem when mem.broadcast() -> {
        for (int at = 0; at < bytes; at += 4) {
          memory.read(address(mem), all, at, 4);
        }
      }
      case Mem mem -> memory.read(address(mem), all, 0, bytes);
      default -> throw new AssertionError(operand);
    }
    return all;
  }

  /// How much of a vector an instruction of [Shuffles] reads.
  private static int partBytes(Op op, int bytes) {
    return switch (op) {
      case VBROADCASTSS, VPBROADCASTD -> 4;
      case VPBROADCASTB -> 1;
      case VPBROADCASTW -> 2;
      case VPBROADCASTQ -> 8;
      case VBROADCASTF128, VINSERTF128, VINSERTF32X4 -> 16;
      case VPMOVSXBW, VPMOVZXBW, VPMOVSXWD, VPMOVZXWD, VPMOVSXDQ, VCVTPH2PS -> bytes / 2;
      case VPMOVSXBD, VPMOVZXBD -> bytes / 4;
      case VPMOVSXBQ -> bytes / 8;
      default -> bytes;
    };
  }

  /// The elements that a mask counts in.
  private static int elementBytes(Op op) {
    return switch (op) {
      case VPUNPCKLBW, VPUNPCKHBW, VPACKSSWB, VPACKUSWB, VPSHUFB, VPBROADCASTB -> 1;
      case VPUNPCKLWD, VPUNPCKHWD, VPACKSSDW, VPMOVSXBW, VPMOVZXBW, VPBROADCASTW -> 2;
      case VPERMQ, VUNPCKLPD, VUNPCKHPD, VPMOVSXBQ, VPMOVSXDQ, VPBROADCASTQ -> 8;
      default -> 4;
    };
  }

  /// Instructions that are like no others; whether it was one.
  private boolean single(Instruction i, List<Operand> o, int imm) {
    switch (i.op()) {
      case VMASKMOVPS -> {
        byte[] flags = vec[((Vec) o.get(1)).number()];
        byte[] to = new byte[64];
        boolean store = o.get(0) instanceof Mem;
        Operand place = store ? o.get(0) : o.get(2);
        int count = ((Vec) o.get(1)).bytes() / 4;
        for (int e = 0; e < count; e++) {
          if (Bits.get(flags, 4, e) < 0) {
            long at = address((Mem) place) + 4L * e;
            if (store) {
              memory.write(at, vec[((Vec) o.get(2)).number()], 4 * e, 4);
            } else {
              memory.read(at, to, 4 * e, 4);
            }
          }
        }
        if (!store) {
          put(i, o.get(0), to, 64, 4);
        }
      }
      case VMOVSS, VMOVD -> move(o, 4, i.op() == Op.VMOVSS && o.size() == 3);
      case VMOVQ -> move(o, 8, false);
      case VMOVLPS -> {
        if (o.size() == 2) {
          move(o, 8, false);
        } else {
          byte[] to = new byte[64];
          System.arraycopy(vec[((Vec) o.get(1)).number()], 0, to, 0, 16);
          memory.read(address((Mem) o.get(2)), to, 0, 8);
          put(i, o.get(0), to, 64, 4);
        }
      }
      case VADDSS, VSUBSS, VMULSS, VDIVSS, VMAXSS, VFMADD231SS -> {
        byte[] to = new byte[64];
        System.arraycopy(
            vec[((Vec) o.get(i.op() == Op.VFMADD231SS ? 0 : 1)).number()], 0, to, 0, 16);
        float d = Bits.f(Bits.get(vec[((Vec) o.get(0)).number()], 4, 0));
        float a = Bits.f(Bits.get(vec[((Vec) o.get(1)).number()], 4, 0));
        float b = Bits.f(Bits.get(readWhole(o.get(2), 4), 4, 0));
        float value =
            switch (i.op()) {
              case VADDSS -> a + b;
              case VSUBSS -> a - b;
              case VMULSS -> a * b;
              case VDIVSS -> a / b;
              case VMAXSS -> a > b ? a : b;
              default -> Math.fma(a, b, d);
            };
        Bits.set(to, 4, 0, Bits.f(value));
        put(i, o.get(0), to, 64, 4);
      }
      case VCMPPS -> compare(i, o, imm);
      case VBLENDVPS -> {
        int bytes = ((Vec) o.get(0)).bytes();
        byte[] to = new byte[64];
        byte[] b = readWhole(o.get(2), bytes);
        for (int e = 0; e < bytes / 4; e++) {
          boolean other = Bits.get(vec[((Vec) o.get(3)).number()], 4, e) < 0;
          byte[] from = other ? b : vec[((Vec) o.get(1)).number()];
          Bits.set(to, 4, e, Bits.get(from, 4, e));
        }
        put(i, o.get(0), to, 64, 4);
      }
      case VPBLENDD -> {
        int bytes = ((Vec) o.get(0)).bytes();
        byte[] to = new byte[64];
        byte[] b = readWhole(o.get(2), bytes);
        for (int e = 0; e < bytes / 4; e++) {
          byte[] from = (imm >> e & 1) != 0 ? b : vec[((Vec) o.get(1)).number()];
          Bits.set(to, 4, e, Bits.get(from, 4, e));
        }
        put(i, o.get(0), to, 64, 4);
      }
      case VPINSRB, VPINSRW, VPINSRD -> {
        int size = i.op() == Op.VPINSRB ? 1 : i.op() == Op.VPINSRW ? 2 : 4;
        byte[] to = new byte[64];
        System.arraycopy(vec[((Vec) o.get(1)).number()], 0, to, 0, 16);
        memory.read(address((Mem) o.get(2)), to, size * (imm & (16 / size - 1)), size);
        put(i, o.get(0), to, 64, 4);
      }
      case VPEXTRB, VPEXTRW, VPEXTRD, VPEXTRQ -> {
        int size =
            switch (i.op()) {
              case VPEXTRB -> 1;
              case VPEXTRW -> 2;
              case VPEXTRD -> 4;
              default -> 8;
            };
        byte[] from = vec[((Vec) o.get(1)).number()];
        memory.write(address((Mem) o.get(0)), from, size * (imm & (16 / size - 1)), size);
      }
      case VBLENDMPS, VPBLENDMD -> {
        int bytes = ((Vec) o.get(0)).bytes();
        byte[] to = new byte[64];
        byte[] b = bytes(i, o.get(2), bytes, 4);
        for (int e = 0; e < bytes / 4; e++) {
          byte[] from = isOn(i, e) ? b : vec[((Vec) o.get(1)).number()];
          Bits.set(to, 4, e, Bits.get(from, 4, e));
        }
        vec[((Vec) o.get(0)).number()] = to;
      }
      case VEXTRACTF128, VEXTRACTF32X4, VEXTRACTF64X4 -> {
        int size = i.op() == Op.VEXTRACTF64X4 ? 32 : 16;
        byte[] from = vec[((Vec) o.get(1)).number()];
        int parts = ((Vec) o.get(1)).bytes() / size;
        byte[] to = new byte[64];
        System.arraycopy(from, size * (imm & (parts - 1)), to, 0, size);
        put(i, o.get(0), to, size, i.op() == Op.VEXTRACTF64X4 ? 8 : 4);
      }
      case VCVTPS2PH -> {
        int count = ((Vec) o.get(1)).bytes() / 4;
        byte[] to = new byte[64];
        for (int e = 0; e < count; e++) {
          float value = Bits.f(Bits.get(vec[((Vec) o.get(1)).number()], 4, e));
          Bits.set(to, 2, e, Float.floatToFloat16(value));
        }
        put(i, o.get(0), to, 2 * count, 2);
      }
      case VPMOVUSDB, VPMOVSDB -> {
        byte[] from = vec[((Vec) o.get(1)).number()];
        int count = ((Vec) o.get(1)).bytes() / 4;
        byte[] to = new byte[64];
        for (int e = 0; e < count; e++) {
          long value = Bits.get(from, 4, e);
          to[e] =
              (byte)
                  (i.op() == Op.VPMOVSDB
                      ? Math.clamp(value, -128, 127)
                      : Math.min(value & 0xffff_ffffL, 255));
        }
        put(i, o.get(0), to, count, 1);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void move(List<Operand> o, int bytes, boolean merging) {
    byte[] to = new byte[64];
    if (merging) {
      System.arraycopy(vec[((Vec) o.get(1)).number()], 0, to, 0, 16);
    }
    System.arraycopy(readWhole(o.getLast(), bytes), 0, to, 0, bytes);
    switch (o.get(0)) {
      case Vec v -> vec[v.number()] = to;
      case Gpr g -> gpr[g.number()] = Bits.get(to, 8, 0) & (bytes == 4 ? 0xffff_ffffL : -1);
      case Mem mem -> memory.write(address(mem), to, 0, bytes);
      default -> throw new AssertionError(o);
    }
  }

  private void compare(Instruction i, List<Operand> o, int kind) {
    int bytes = ((Vec) o.get(1)).bytes();
    byte[] b = bytes(i, o.get(2), bytes, 4);
    byte[] to = new byte[64];
    long bits = 0;
    for (int e = 0; e < bytes / 4; e++) {
      float x = Bits.f(Bits.get(vec[((Vec) o.get(1)).number()], 4, e));
      float y = Bits.f(Bits.get(b, 4, e));
      boolean strange = Float.isNaN(x) || Float.isNaN(y);
      boolean holds =
          switch (kind & 3) {
            case 0 -> x == y;
            case 1 -> x < y;
            case 2 -> x <= y;
            default -> strange;
          };
      holds ^= (kind & 4) != 0;
      Bits.set(to, 4, e, holds ? -1 : 0);
      bits |= holds && isOn(i, e) ? 1L << e : 0;
    }
    if (o.get(0) instanceof Mask k) {
      mask[k.number()] = bits;
    } else {
      put(i, o.get(0), to, 64, 4);
    }
  }

  /// A result in its place: elements that the mask has not stay, or become 0; what is beyond the
  /// vector becomes 0.
  private void put(Instruction i, Operand place, byte[] value, int bytes, int size) {
    if (place instanceof Mem mem) {
      for (int e = 0; e < bytes / size; e++) {
        if (isOn(i, e)) {
          memory.write(address(mem) + (long) e * size, value, e * size, size);
        }
      }
      return;
    }
    byte[] to = new byte[64];
    byte[] before = vec[((Vec) place).number()];
    for (int e = 0; e < bytes / size; e++) {
      byte[] from = isOn(i, e) ? value : i.zeroing() ? new byte[64] : before;
      System.arraycopy(from, e * size, to, e * size, size);
    }
    vec[((Vec) place).number()] = to;
  }
}
