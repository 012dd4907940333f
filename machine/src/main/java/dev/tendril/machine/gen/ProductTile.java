package dev.tendril.machine.gen;

import static dev.tendril.machine.asm.Gpr.R10;
import static dev.tendril.machine.asm.Gpr.R11;
import static dev.tendril.machine.asm.Gpr.R8;
import static dev.tendril.machine.asm.Gpr.R9;
import static dev.tendril.machine.asm.Gpr.RAX;
import static dev.tendril.machine.asm.Gpr.RBP;
import static dev.tendril.machine.asm.Gpr.RBX;
import static dev.tendril.machine.asm.Gpr.RDX;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Vec;

/// One tile of a product: its sums in registers, the steps along the depth, and what happens to the
/// sums before they are stored. Registers are those of [ProductCode].
///
/// Where a tile has too few sums to keep the units busy, each is split into several that take turns
/// along the depth ([Tiling#sums]).
final class ProductTile {
  /// Steps along the depth that are written one after the other.
  private static final int UNROLLED = 4;

  private final Target target;
  private final Assembler code;
  private final Product product;
  private final int h;
  private final int v;
  private final int sums;
  private final int operands;
  private final boolean cutLast;

  ProductTile(Target target, Product product, int height, Product.Run run) {
    this.target = target;
    this.code = target.code();
    this.product = product;
    this.h = height;
    this.v = run.vectors();
    this.sums = Tiling.sums(target, h, v, product.segment());
    this.operands = sums * h * v;
    this.cutLast = run.last() < target.lanes();
  }

  void write() {
    begin();
    Frame.move(code, R10, RBX);
    Frame.times(code, RDX, product.segments(), this::segment);
    Frame.advance(code, RAX, -product.segments() * product.segmentStep());
    join();
    end();
    for (int i = 0; i < h; i++) {
      for (int j = 0; j < v; j++) {
        Mem to = result(i, j);
        if (cutLast && j == v - 1) {
          target.storeFirst(to, sum(0, i, j));
        } else {
          target.store(to, sum(0, i, j));
        }
      }
    }
  }

  private Vec sum(int which, int i, int j) {
    return target.vec((which * h + i) * v + j);
  }

  private Vec operand(int i) {
    return target.vec(operands + i);
  }

  private Mem result(int i, int j) {
    return Mem.at(R9, i * product.resultStep() + (long) j * target.bytes());
  }

  private void begin() {
    for (int which = 0; which < sums; which++) {
      for (int i = 0; i < h; i++) {
        for (int j = 0; j < v; j++) {
          if (which > 0) {
            target.zero(sum(which, i, j));
          } else {
            begin(i, j);
          }
        }
      }
    }
  }

  private void begin(int i, int j) {
    Vec sum = sum(0, i, j);
    switch (product.start()) {
      case ZERO -> target.zero(sum);
      case BIAS -> {
        if (i == 0) {
          begin(sum, j, Mem.at(RBP, (long) j * target.bytes()));
        } else {
          target.copy(sum, sum(0, 0, j));
        }
      }
      case RESULT -> begin(sum, j, result(i, j));
    }
  }

  private void begin(Vec sum, int j, Mem from) {
    if (cutLast && j == v - 1) {
      target.loadFirst(sum, from);
    } else {
      target.load(sum, from);
    }
  }

  /// One run of numbers of `A`, with as many rows of `B`.
  private void segment() {
    int unrolled = Math.max(UNROLLED, sums);
    int turns = product.segment() / unrolled;
    int rest = product.segment() % unrolled;
    if (turns == 1) {
      rest += unrolled;
      turns = 0;
    }
    Frame.times(code, R11, turns, () -> steps(unrolled));
    steps(rest);
    long done = product.segment() * product.depthStep();
    Frame.advance(code, RAX, product.segmentStep() - done);
  }

  private void steps(int count) {
    for (int k = 0; k < count; k++) {
      step(k);
    }
    Frame.advance(code, RAX, count * product.depthStep());
    Frame.advance(code, R10, count * rightStep());
  }

  private long rightStep() {
    return product.packed() ? (long) v * target.bytes() : product.rightStep();
  }

  private void step(int k) {
    int which = k % sums;
    if (h == 1) {
      Vec a = operand(0);
      target.spread(a, left(0, k));
      for (int j = 0; j < v; j++) {
        if (isCut(j)) {
          target.loadFirst(operand(1), right(j, k));
          target.fma(sum(which, 0, j), a, operand(1));
        } else {
          target.fma(sum(which, 0, j), a, right(j, k));
        }
      }
    } else if (v <= h) {
      for (int j = 0; j < v; j++) {
        load(operand(j), j, k);
      }
      for (int i = 0; i < h; i++) {
        Vec a = operand(v + i % spare(v));
        target.spread(a, left(i, k));
        for (int j = 0; j < v; j++) {
          target.fma(sum(which, i, j), a, operand(j));
        }
      }
    } else {
      for (int i = 0; i < h; i++) {
        target.spread(operand(i), left(i, k));
      }
      for (int j = 0; j < v; j++) {
        Vec b = operand(h + j % spare(h));
        load(b, j, k);
        for (int i = 0; i < h; i++) {
          target.fma(sum(which, i, j), operand(i), b);
        }
      }
    }
  }

  /// How many registers take turns beside those that are kept.
  private int spare(int kept) {
    return Math.clamp(target.registers() - operands - kept, 1, 4);
  }

  private Mem left(int i, int k) {
    return Mem.at(RAX, i * product.rowStep() + k * product.depthStep());
  }

  private Mem right(int j, int k) {
    return Mem.at(R10, k * rightStep() + (long) j * target.bytes());
  }

  private boolean isCut(int j) {
    return cutLast && !product.packed() && j == v - 1;
  }

  private void load(Vec to, int j, int k) {
    if (isCut(j)) {
      target.loadFirst(to, right(j, k));
    } else {
      target.load(to, right(j, k));
    }
  }

  /// Puts split sums together.
  private void join() {
    for (int i = 0; i < h; i++) {
      for (int j = 0; j < v; j++) {
        for (int distance = sums / 2; distance > 0; distance /= 2) {
          for (int which = 0; which < distance; which++) {
            Vec sum = sum(which, i, j);
            code.add(Op.VADDPS, sum, sum, sum(which + distance, i, j));
          }
        }
      }
    }
  }

  private void end() {
    Vec[] values = new Vec[h * v];
    for (int i = 0; i < h * v; i++) {
      values[i] = sum(0, i / v, i % v);
    }
    product.ending().write(target, values, operand(0), operand(1), this::add);
  }

  private void add(int number) {
    int i = number / v;
    int j = number % v;
    Mem at = new Mem(R9, R8, 1, result(i, j).displacement(), false);
    Vec sum = sum(0, i, j);
    if (cutLast && j == v - 1) {
      target.loadFirst(operand(0), at);
      code.add(Op.VADDPS, sum, sum, operand(0));
    } else {
      code.add(Op.VADDPS, sum, sum, at);
    }
  }
}
