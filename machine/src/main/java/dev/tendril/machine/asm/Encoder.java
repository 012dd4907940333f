package dev.tendril.machine.asm;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Writes instructions as bytes: prefixes, opcode, ModRM, SIB, displacement, immediate (Intel's
/// manual, volume 2, chapter 2). Bits of register numbers beyond the lower three go into prefixes,
/// inverted in those of vectors.
final class Encoder {
  private byte[] bytes = new byte[1 << 12];
  private int size;
  private int fixup = -1;

  int size() {
    return size;
  }

  byte[] bytes() {
    return bytes;
  }

  /// Where the last instruction has a displacement that is relative to the end of itself; -1 for
  /// nowhere.
  int fixup() {
    return fixup;
  }

  void write(Instruction instruction) {
    fixup = -1;
    Form form = instruction.form();
    Operand m = instruction.field('m');
    if (form.isVector()) {
      if (instruction.needsEvex()) {
        evex(instruction, m);
      } else {
        vex(instruction, m);
      }
      put(form.opcode());
    } else {
      if (form.pp() == 2) {
        put(0xf3);
      }
      rex(instruction, m);
      if (form.map() == 1) {
        put(0x0f);
      }
      put(form.opcode() + low(number(instruction.field('o'))));
    }
    if (m != null) {
      int scale =
          instruction.needsEvex()
              ? m instanceof Mem mem && mem.broadcast()
                  ? form.element()
                  : form.tuple().bytes(instruction.vectorBytes())
              : 1;
      int reg = form.digit() >= 0 ? form.digit() : number(instruction.field('r'));
      modRm(reg, m, scale);
    }
    immediate(instruction);
  }

  private void immediate(Instruction instruction) {
    if (instruction.field('i') instanceof Imm imm) {
      put((int) imm.value());
    } else if (instruction.field('I') instanceof Imm imm) {
      put4((int) imm.value());
    } else if (instruction.field('Q') instanceof Imm imm) {
      put4((int) imm.value());
      put4((int) (imm.value() >> 32));
    } else if (instruction.field('s') instanceof Vec v) {
      put(v.number() << 4);
    }
  }

  private void rex(Instruction instruction, @Nullable Operand m) {
    int wide = instruction.form().w() << 3;
    int r = high(number(instruction.field('r'))) << 2;
    int x = m instanceof Mem mem && mem.index() != null ? high(mem.index().number()) << 1 : 0;
    int b =
        switch (m) {
          case Gpr gpr -> high(gpr.number());
          case Mem mem when mem.base() != null -> high(mem.base().number());
          case null, default -> high(number(instruction.field('o')));
        };
    int bits = wide | r | x | b;
    if (bits != 0) {
      put(0x40 | bits);
    }
  }

  private void vex(Instruction instruction, @Nullable Operand m) {
    Form form = instruction.form();
    int r = high(number(instruction.field('r')));
    int x = m instanceof Mem mem && mem.index() != null ? high(mem.index().number()) : 0;
    int b = m instanceof Mem mem ? high(number(mem.base())) : high(number(m));
    int w = form.family() == Form.Family.BOTH_W0 ? 0 : form.w();
    boolean long256 = instruction.vectorBytes() == 32 || form.kinds().equals("kkk");
    int last = inverted(number(instruction.field('v')), 15) << 3 | (long256 ? 4 : 0) | form.pp();
    if (x == 0 && b == 0 && w == 0 && form.map() == 1) {
      put(0xc5);
      put((r ^ 1) << 7 | last);
    } else {
      put(0xc4);
      put((r ^ 1) << 7 | (x ^ 1) << 6 | (b ^ 1) << 5 | form.map());
      put(w << 7 | last);
    }
  }

  private void evex(Instruction instruction, @Nullable Operand m) {
    Form form = instruction.form();
    int r = number(instruction.field('r'));
    int v = number(instruction.field('v'));
    int base = m instanceof Mem mem ? number(mem.base()) : number(m);
    int x =
        m instanceof Mem mem ? mem.index() == null ? 0 : high(mem.index().number()) : base >> 4 & 1;
    boolean broadcast = m instanceof Mem mem && mem.broadcast();
    int length = instruction.vectorBytes() / 32;
    put(0x62);
    put((high(r) ^ 1) << 7 | (x ^ 1) << 6 | (high(base) ^ 1) << 5 | (r >> 4 ^ 1) << 4 | form.map());
    put(form.w() << 7 | inverted(v, 15) << 3 | 4 | form.pp());
    put(
        (instruction.zeroing() ? 0x80 : 0)
            | length << 5
            | (broadcast ? 0x10 : 0)
            | (v >> 4 ^ 1) << 3
            | instruction.predicate().number());
  }

  /// @param scale what short displacements count in
  private void modRm(int reg, Operand m, int scale) {
    int field = low(reg) << 3;
    if (!(m instanceof Mem mem)) {
      put(0xc0 | field | low(number(m)));
      return;
    }
    Gpr base = mem.base();
    if (base == null) {
      put(field | 5);
      fixup = size;
      put4(mem.displacement());
      return;
    }
    int displacement = mem.displacement();
    boolean none = displacement == 0 && low(base.number()) != 5;
    boolean near =
        displacement % scale == 0 && (byte) (displacement / scale) == displacement / scale;
    int mode = none ? 0 : near ? 0x40 : 0x80;
    if (mem.index() != null || low(base.number()) == 4) {
      put(mode | field | 4);
      int index = mem.index() == null ? 4 : low(mem.index().number());
      put(Integer.numberOfTrailingZeros(mem.scale()) << 6 | index << 3 | low(base.number()));
    } else {
      put(mode | field | low(base.number()));
    }
    if (mode == 0x40) {
      put(displacement / scale);
    } else if (mode == 0x80) {
      put4(displacement);
    }
  }

  private static int number(@Nullable Operand register) {
    return switch (register) {
      case Gpr gpr -> gpr.number();
      case Vec vec -> vec.number();
      case Mask mask -> mask.number();
      case null, default -> 0;
    };
  }

  private static int low(int number) {
    return number & 7;
  }

  private static int high(int number) {
    return number >> 3 & 1;
  }

  private static int inverted(int number, int bits) {
    return ~number & bits;
  }

  void put4(int value) {
    for (int i = 0; i < 4; i++) {
      put(value >> (8 * i));
    }
  }

  void put(int value) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * size);
    }
    bytes[size++] = (byte) value;
  }
}
