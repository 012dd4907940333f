package dev.tendril.machine.gen;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Imm;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Operand;
import dev.tendril.machine.asm.Vec;
import java.util.Arrays;
import java.util.List;

/// Writes what makes bytes of sums, for vectors of 8 sums.
///
/// With `m` the factor of a channel and `r` its shift to the right, TensorFlow Lite's result is `h
/// = floor((x · m + 2^30) / 2^31)`, then `h / 2^r` to the nearest, ties away from zero. There is a
/// product of 64 bits for every second element only, so odd elements are brought to even places for
/// it; and there is no arithmetic shift of 64 bits, but of a shifted product only the low 32 bits
/// are wanted, which a logical shift has as well.
///
/// The mode [Requantization.Mode#EXACT] saves the second half. For `x >= 0`, both divisions are
/// one: `floor((x · m + 2^30 + 2^(30+r)) / 2^(31+r))`. For `x < 0` the second tie goes the other
/// way, which the negated magnitude does by itself, while the first must still go up; that makes no
/// difference where there is no such tie: the product would have to be an odd multiple of `2^30`,
/// and if `m` is an odd multiple of `2^z`, then `x` one of `2^(30-z)`, more than sums come to.
///
/// Constants stand one vector after the other for each vector of channels, first the bias, then
/// those that the mode takes, as [#scale] reads them.
final class RequantizationCode {
  private static final int VECTOR = 32;

  private final Assembler code;
  private final Requantization how;

  RequantizationCode(Target target, Requantization how) {
    this.code = target.code();
    this.how = how;
  }

  /// The bytes of constants for a vector of channels.
  long stride() {
    return (long) how.mode().vectors() * VECTOR;
  }

  /// Multiplies sums.
  ///
  /// @param x the sums, and the result
  /// @param constants those of the vector of channels
  /// @param y a register to use, like `t`
  void scale(Vec x, Mem constants, Vec y, Vec t) {
    switch (how.mode()) {
      case FAST -> {
        code.add(Op.VCVTDQ2PS, x, x);
        code.add(Op.VMULPS, x, x, at(constants, 1));
        code.add(Op.VCVTPS2DQ, x, x);
      }
      case EXACT -> {
        code.add(Op.VPABSD, y, x);
        code.add(Op.VPSRLQ, t, y, new Imm(32));
        code.add(Op.VPMULDQ, y, y, at(constants, 1));
        code.add(Op.VPMULDQ, t, t, at(constants, 2));
        code.add(Op.VPADDQ, y, y, at(constants, 3));
        code.add(Op.VPADDQ, t, t, at(constants, 4));
        code.add(Op.VPSRLVQ, y, y, at(constants, 5));
        code.add(Op.VPSRLVQ, t, t, at(constants, 6));
        code.add(Op.VPBLENDD, y, y, t, new Imm(0xaa));
        code.add(Op.VPSIGND, x, y, x);
      }
      case STEPS -> {
        highProduct(x, at(constants, 1), at(constants, 2), t);
        code.add(Op.VPSRAD, t, x, new Imm(31));
        code.add(Op.VPADDD, x, x, t);
        code.add(Op.VPADDD, x, x, at(constants, 3));
        code.add(Op.VPSRAVD, x, x, at(constants, 4));
      }
      case UP -> {
        highProduct(x, at(constants, 1), at(constants, 2), t);
        code.add(Op.VPADDD, x, x, at(constants, 3));
        code.add(Op.VPSRAVD, x, x, at(constants, 4));
      }
      case ANY -> {
        code.add(Op.VPSLLVD, x, x, at(constants, 3));
        highProduct(x, at(constants, 1), at(constants, 2), t);
        code.add(Op.VPSRAD, t, x, new Imm(31));
        code.add(Op.VPAND, t, t, at(constants, 4));
        code.add(Op.VPADDD, x, x, t);
        code.add(Op.VPSRAVD, x, x, at(constants, 5));
        code.add(Op.VPADDD, x, x, at(constants, 6));
        code.add(Op.VPSRAVD, x, x, at(constants, 6));
      }
    }
  }

  /// `floor((x · m + 2^30) / 2^31)`.
  private void highProduct(Vec x, Mem even, Mem odd, Vec t) {
    Mem half = code.ints(1 << 30, 0, 1 << 30, 0, 1 << 30, 0, 1 << 30, 0);
    code.add(Op.VPSRLQ, t, x, new Imm(32));
    code.add(Op.VPMULDQ, x, x, even);
    code.add(Op.VPMULDQ, t, t, odd);
    code.add(Op.VPADDQ, x, x, half);
    code.add(Op.VPADDQ, t, t, half);
    code.add(Op.VPSRLQ, x, x, new Imm(31));
    code.add(Op.VPADDQ, t, t, t);
    code.add(Op.VPBLENDD, x, x, t, new Imm(0xaa));
  }

  private static Mem at(Mem constants, int vector) {
    return constants.plus((long) vector * VECTOR);
  }

  /// The channel of an element of a panel of `v` vectors, such that the narrowing instructions,
  /// which work on halves of registers, bring bytes in order.
  ///
  /// @param vector the number of the vector
  /// @param element its element, of 8
  static int channel(int v, int vector, int element) {
    return element / 4 * 4 * v + vector * 4 + element % 4;
  }

  /// Makes bytes of the numbers of a row, up to four vectors, and stores the first of them.
  ///
  /// @param z the numbers, in the order of [#channel]; of no use afterwards
  /// @param t a register to use
  /// @param bytes as many as are stored
  void store(Mem to, List<Vec> z, Vec t, int bytes) {
    Vec first = z.getFirst();
    switch (z.size()) {
      case 1 -> {
        code.add(Op.VEXTRACTF128, t.as(16), first, new Imm(1));
        code.add(Op.VPACKSSDW, first.as(16), first.as(16), t.as(16));
        move(first.as(16));
        narrow(first.as(16), first.as(16));
        Pieces.store(code, to, first, bytes);
      }
      case 2 -> {
        code.add(Op.VPACKSSDW, first, first, z.get(1));
        move(first);
        code.add(Op.VEXTRACTF128, t.as(16), first, new Imm(1));
        narrow(first.as(16), t.as(16));
        Pieces.store(code, to, first, bytes);
      }
      case 3, 4 -> {
        code.add(Op.VPACKSSDW, first, first, z.get(1));
        code.add(Op.VPACKSSDW, z.get(2), z.get(2), z.getLast());
        move(first);
        move(z.get(2));
        narrow(first, z.get(2));
        halves(to, first, t, 4 * z.size(), bytes);
      }
      default -> throw new IllegalArgumentException(z.size() + " vectors");
    }
  }

  /// Stores bytes from the lower half of a register, and those that follow from its upper half.
  private void halves(Mem to, Vec from, Vec t, int half, int bytes) {
    if (bytes == VECTOR) {
      code.add(Op.VMOVUPS, to, from);
      return;
    }
    // What is behind the lower half is stored over.
    Pieces.store(code, to, from, bytes >= 16 ? 16 : Math.min(bytes, half));
    if (bytes > half) {
      code.add(Op.VEXTRACTF128, t.as(16), from, new Imm(1));
      Pieces.store(code, to.plus(half), t, bytes - half);
    }
  }

  /// Makes bytes of the numbers of up to four rows of one vector each, in order, and stores all 8
  /// of each row.
  ///
  /// @param z the numbers; of no use afterwards
  /// @param step from one row to the next
  void storeRows(Mem to, List<Vec> z, long step, Vec t) {
    int rows = z.size();
    Vec first = z.getFirst();
    code.add(Op.VPACKSSDW, first, first, rows > 1 ? z.get(1) : first);
    move(first);
    Vec second = first;
    if (rows > 2) {
      second = z.get(2);
      code.add(Op.VPACKSSDW, second, second, z.getLast());
      move(second);
    }
    narrow(first, second);
    code.add(Op.VEXTRACTF128, t.as(16), first, new Imm(1));
    if (rows > 2) {
      code.add(Op.VPUNPCKHDQ, second.as(16), first.as(16), t.as(16));
    }
    code.add(Op.VPUNPCKLDQ, first.as(16), first.as(16), t.as(16));
    for (int i = 0; i < rows; i++) {
      Pieces.store(code, to.plus(i * step), i < 2 ? first : second, i % 2 * 8, 8);
    }
  }

  /// Makes bytes of up to four vectors of numbers in their order, and stores the first of them.
  ///
  /// @param z the numbers; of no use afterwards
  /// @param t a register to use
  void storeInOrder(Mem to, List<Vec> z, Vec t, int bytes) {
    if (z.size() == 1) {
      store(to, z, t, bytes);
      return;
    }
    Vec first = z.getFirst();
    code.add(Op.VPACKSSDW, first, first, z.get(1));
    move(first);
    Vec second = first;
    if (z.size() > 2) {
      second = z.get(2);
      code.add(Op.VPACKSSDW, second, second, z.getLast());
      move(second);
    }
    narrow(first, second);
    code.add(Op.VMOVUPS, t, code.ints(0, 4, 1, 5, 2, 6, 3, 7));
    code.add(Op.VPERMD, first, t, first);
    halves(to, first, t, 16, bytes);
  }

  /// Adds the zero point to words.
  private void move(Vec words) {
    if (how.zeroPoint() != 0) {
      code.add(Op.VPADDSW, words, words, words(how.zeroPoint(), words.bytes()));
    }
  }

  /// Words of two registers to bytes, which are kept to the range.
  private void narrow(Vec a, Vec b) {
    code.add(how.signed() ? Op.VPACKSSWB : Op.VPACKUSWB, a, a, b);
    if (how.low() > (how.signed() ? Byte.MIN_VALUE : 0)) {
      code.add(how.signed() ? Op.VPMAXSB : Op.VPMAXUB, a, a, bytes(how.low(), a.bytes()));
    }
    if (how.high() < (how.signed() ? Byte.MAX_VALUE : 255)) {
      code.add(how.signed() ? Op.VPMINSB : Op.VPMINUB, a, a, bytes(how.high(), a.bytes()));
    }
  }

  private Operand words(int value, int width) {
    int[] all = new int[width / 4];
    Arrays.fill(all, (value & 0xffff) * 0x10001);
    return code.ints(all);
  }

  private Operand bytes(int value, int width) {
    byte[] all = new byte[width];
    Arrays.fill(all, (byte) value);
    return code.bytes(all);
  }
}
