package dev.tendril.machine.gen;

import static dev.tendril.machine.asm.Gpr.R10;
import static dev.tendril.machine.asm.Gpr.R11;
import static dev.tendril.machine.asm.Gpr.R12;
import static dev.tendril.machine.asm.Gpr.R13;
import static dev.tendril.machine.asm.Gpr.R14;
import static dev.tendril.machine.asm.Gpr.R15;
import static dev.tendril.machine.asm.Gpr.R8;
import static dev.tendril.machine.asm.Gpr.R9;
import static dev.tendril.machine.asm.Gpr.RAX;
import static dev.tendril.machine.asm.Gpr.RBP;
import static dev.tendril.machine.asm.Gpr.RBX;
import static dev.tendril.machine.asm.Gpr.RCX;
import static dev.tendril.machine.asm.Gpr.RDI;
import static dev.tendril.machine.asm.Gpr.RDX;
import static dev.tendril.machine.asm.Gpr.RSI;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Gpr;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Routine;
import dev.tendril.machine.asm.Vec;
import dev.tendril.machine.gen.Channelwise.Kind;

/// Writes the routine of a [Channelwise].
///
/// Loops, from the outside: lines; vectors of channels; tiles of places; rows of the window. The
/// columns of the window are written one after the other: a vector of the filter is loaded once for
/// the places of a tile, whose elements come straight from memory as operands of the arithmetic.
/// That is one load for each multiplication, which is what a processor can do, and it fits any
/// window, stride and dilation.
///
/// The first and the last tile of a line leave out the columns that are outside the image. Tiles
/// that are alike are one loop.
///
/// Registers: `rbx` the line's arguments, `rsi` and `r8` the channels of image and filter, `r9` of
/// the result, `rbp` of the bias, `rax` the way from the result to what is added; `r12`, `r13` the
/// tile of image and result, `r10`, `r11` the row of image and filter; `r15` the rows inside;
/// `r14`, `rcx`, `rdx`, `rdi` count.
public final class ChannelwiseCode {
  private static final int MOST = 12;

  private final Target target;
  private final Assembler code;
  private final Channelwise work;
  private final long pixel;

  private ChannelwiseCode(Target target, Channelwise work) {
    this.target = target;
    this.code = target.code();
    this.work = work;
    this.pixel = 4L * work.channels();
  }

  public static Routine write(Target target, Channelwise work) {
    return new ChannelwiseCode(target, work).write();
  }

  private Routine write() {
    Frame.open(code);
    int whole = work.channels() / target.lanes();
    int rest = work.channels() % target.lanes();
    if (rest > 0) {
      target.tail(rest);
    }
    code.add(Op.LEA, RBX, Frame.argument(Channelwise.FIRST));
    code.add(Op.MOV, RCX, Frame.argument(Channelwise.BIAS));
    code.add(Op.PUSH, RCX);
    Frame.times(
        code,
        R14,
        Frame.argument(Channelwise.LINES),
        () -> {
          code.add(Op.MOV, RSI, Mem.at(RBX));
          code.add(Op.MOV, R8, Mem.at(RBX, 8));
          code.add(Op.MOV, R15, Mem.at(RBX, 16));
          code.add(Op.MOV, R9, Mem.at(RBX, 32));
          code.add(Op.MOV, RAX, Mem.at(RBX, 40));
          code.add(Op.SUB, RAX, R9);
          code.add(Op.MOV, RBP, Mem.at(Gpr.RSP));
          Frame.times(code, RCX, whole, () -> vector(false));
          if (rest > 0) {
            vector(true);
          }
          Frame.advance(code, RBX, 8L * Channelwise.PER_LINE);
        });
    code.add(Op.POP, RCX);
    Frame.close(code);
    return code.assemble(
        switch (work.kind()) {
              case FILTER -> "depthwise ";
              case MAX -> "max pool ";
              case MEAN -> "average pool ";
            }
            + work.columns());
  }

  /// All places of a line, for a vector of channels.
  private void vector(boolean cut) {
    Frame.move(code, R12, RSI);
    Frame.move(code, R13, R9);
    Evenly tiles = Evenly.of(work.width(), MOST);
    int tile = 0;
    while (tile < tiles.parts()) {
      int begin = tiles.start(tile);
      int size = tiles.start(tile + 1) - begin;
      int alike = 1;
      while (tile + alike < tiles.parts() && isAlike(tiles, tile, tile + alike)) {
        alike++;
      }
      Frame.times(
          code,
          RDX,
          alike,
          () -> {
            tile(begin, size, cut);
            Frame.advance(code, R12, size * (work.stride() * pixel));
            Frame.advance(code, R13, size * pixel);
          });
      tile += alike;
    }
    if (!cut) {
      Frame.advance(code, RSI, target.bytes());
      Frame.advance(code, R8, target.bytes());
      Frame.advance(code, R9, target.bytes());
      if (work.biased()) {
        Frame.advance(code, RBP, target.bytes());
      }
    }
  }

  private boolean isAlike(Evenly tiles, int one, int other) {
    int size = tiles.start(one + 1) - tiles.start(one);
    if (tiles.start(other + 1) - tiles.start(other) != size) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      for (int column = 0; column < work.columns(); column++) {
        if (work.isInside(tiles.start(one) + i, column)
            != work.isInside(tiles.start(other) + i, column)) {
          return false;
        }
      }
    }
    return true;
  }

  private void tile(int begin, int size, boolean cut) {
    Vec[] values = new Vec[size];
    for (int i = 0; i < size; i++) {
      values[i] = target.vec(i);
      begin(values[i], values[0], cut);
    }
    Vec one = target.vec(size);
    Vec other = target.vec(size + 1);
    Frame.move(code, R10, R12);
    Frame.move(code, R11, R8);
    Frame.times(
        code,
        RDI,
        R15,
        () -> {
          for (int column = 0; column < work.columns(); column++) {
            column(values, begin, column, one, other, cut);
          }
          Frame.advance(code, R10, work.rowStep());
          if (work.kind() == Kind.FILTER) {
            Frame.advance(code, R11, work.columns() * pixel);
          }
        });
    finish(values, begin, one, other, cut);
  }

  private void begin(Vec value, Vec first, boolean cut) {
    switch (work.kind()) {
      case FILTER -> {
        if (!work.biased()) {
          target.zero(value);
        } else if (value.equals(first)) {
          load(value, Mem.at(RBP), cut);
        } else {
          target.copy(value, first);
        }
      }
      case MAX -> {
        if (value.equals(first)) {
          target.spread(value, Float.NEGATIVE_INFINITY);
        } else {
          target.copy(value, first);
        }
      }
      case MEAN -> target.zero(value);
    }
  }

  private void load(Vec to, Mem from, boolean cut) {
    if (cut) {
      target.loadFirst(to, from);
    } else {
      target.load(to, from);
    }
  }

  private void column(Vec[] values, int begin, int column, Vec one, Vec other, boolean cut) {
    boolean loaded = false;
    for (int i = 0; i < values.length; i++) {
      if (!work.isInside(begin + i, column)) {
        continue;
      }
      if (work.kind() == Kind.FILTER && !loaded) {
        load(one, Mem.at(R11, column * pixel), cut);
        loaded = true;
      }
      long at = ((long) i * work.stride() + (long) column * work.dilation()) * pixel;
      Mem from = Mem.at(R10, at);
      if (cut || work.kind() == Kind.MAX) {
        load(other, from, cut);
      }
      switch (work.kind()) {
        case FILTER -> target.fma(values[i], one, cut ? other : from);
        case MEAN -> code.add(Op.VADDPS, values[i], values[i], cut ? other : from);
        case MAX -> target.greater(values[i], other, one);
      }
    }
  }

  private void finish(Vec[] values, int begin, Vec one, Vec other, boolean cut) {
    if (work.kind() == Kind.MEAN) {
      for (int i = 0; i < values.length; i++) {
        target.spread(one, Mem.at(RBX, 24));
        target.spread(other, (float) work.inside(begin + i));
        code.add(Op.VMULPS, one, one, other);
        code.add(Op.VDIVPS, values[i], values[i], one);
      }
    }
    work.ending()
        .write(
            target,
            values,
            one,
            other,
            i -> {
              load(one, new Mem(R13, RAX, 1, Mem.at(R13, i * pixel).displacement(), false), cut);
              code.add(Op.VADDPS, values[i], values[i], one);
            });
    for (int i = 0; i < values.length; i++) {
      Mem to = Mem.at(R13, i * pixel);
      if (cut) {
        target.storeFirst(to, values[i]);
      } else {
        target.store(to, values[i]);
      }
    }
  }
}
