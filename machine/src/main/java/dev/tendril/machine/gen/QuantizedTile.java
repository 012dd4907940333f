package dev.tendril.machine.gen;

import static dev.tendril.machine.asm.Gpr.R10;
import static dev.tendril.machine.asm.Gpr.R11;
import static dev.tendril.machine.asm.Gpr.R12;
import static dev.tendril.machine.asm.Gpr.R9;
import static dev.tendril.machine.asm.Gpr.RAX;
import static dev.tendril.machine.asm.Gpr.RBP;
import static dev.tendril.machine.asm.Gpr.RBX;
import static dev.tendril.machine.asm.Gpr.RDX;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Operand;
import dev.tendril.machine.asm.Vec;
import java.util.ArrayList;
import java.util.List;

/// One tile of a [QuantizedProduct]. A step takes a pair of numbers of each row, in all elements of
/// a register, and multiplies it with the pairs of each column: `vpmaddwd` makes both products and
/// adds them, without loss. Since the sum itself waits for an addition alone, there need not be
/// many sums.
final class QuantizedTile {
  /// Steps along the depth that are written one after the other.
  private static final int UNROLLED = 4;

  private static final int VECTOR = 32;

  private final Avx2 target;
  private final Assembler code;
  private final QuantizedProduct product;
  private final RequantizationCode requantization;
  private final int h;
  private final int v;
  private final int kept;
  private final int bytes;

  QuantizedTile(Avx2 target, QuantizedProduct product, int height, Product.Run run) {
    this.target = target;
    this.code = target.code();
    this.product = product;
    this.requantization = new RequantizationCode(target, product.requantization());
    this.h = height;
    this.v = run.vectors();
    this.kept = kept(target.registers(), h, v);
    this.bytes = (v - 1) * QuantizedProduct.LANES + run.last();
  }

  /// Beside the sums there is a pair and a product.
  static boolean fits(int registers, int h, int v) {
    return h * v + 2 <= registers;
  }

  /// How many vectors of a panel are in registers during a step; the others are read where they
  /// are.
  private static int kept(int registers, int h, int v) {
    return h == 1 ? 0 : Math.min(v, registers - h * v - 2);
  }

  static double cycles(int registers, int h, int v, int pairs, Requantization how) {
    int kept = kept(registers, h, v);
    double loads = h + kept + (double) (v - kept) * h;
    double step = Math.max(Math.max(2.0 * h * v / 4, loads / 2), (2.0 * h * v + h + kept) / 6);
    int round =
        switch (how.mode()) {
          case FAST -> 3;
          case EXACT, UP -> 10;
          case STEPS -> 12;
          case ANY -> 16;
        };
    int pack = v == 1 ? 5 : v == 2 ? 5 : v == 3 ? 9 : 6;
    return pairs * step + (round + 1) * h * v / 4.0 + pack * h / 3.0 + 12;
  }

  void write() {
    for (int i = 0; i < h; i++) {
      for (int j = 0; j < v; j++) {
        if (i == 0) {
          target.load(sum(0, j), constants(j));
        } else {
          target.copy(sum(i, j), sum(0, j));
        }
      }
    }
    Frame.move(code, R10, RBX);
    Frame.times(
        code,
        RDX,
        product.down(),
        () -> {
          Frame.times(code, R12, product.across(), this::run);
          Frame.advance(code, RAX, product.downStep() - product.across() * product.acrossStep());
        });
    Frame.advance(code, RAX, -product.down() * product.downStep());
    Vec y = target.vec(h * v);
    Vec t = target.vec(h * v + 1);
    for (int i = 0; i < h; i++) {
      List<Vec> row = new ArrayList<>();
      for (int j = 0; j < v; j++) {
        requantization.scale(sum(i, j), constants(j), y, t);
        row.add(sum(i, j));
      }
      requantization.store(Mem.at(R9, i * product.resultStep()), row, t, bytes);
    }
  }

  private Vec sum(int i, int j) {
    return target.vec(i * v + j);
  }

  private Mem constants(int j) {
    return Mem.at(RBP, j * requantization.stride());
  }

  private void run() {
    int pairs = product.runPairs();
    int turns = pairs / UNROLLED;
    int rest = pairs % UNROLLED;
    if (turns == 1) {
      rest += UNROLLED;
      turns = 0;
    }
    Frame.times(code, R11, turns, () -> steps(UNROLLED));
    steps(rest);
    Frame.advance(code, RAX, product.acrossStep() - 4L * pairs);
  }

  private void steps(int count) {
    for (int k = 0; k < count; k++) {
      step(k);
    }
    Frame.advance(code, RAX, 4L * count);
    Frame.advance(code, R10, (long) count * v * VECTOR);
  }

  private void step(int k) {
    for (int j = 0; j < kept; j++) {
      target.load(target.vec(h * v + 2 + j), right(j, k));
    }
    Vec pair = target.vec(h * v);
    Vec both = target.vec(h * v + 1);
    for (int i = 0; i < h; i++) {
      code.add(Op.VPBROADCASTD, pair, Mem.at(RAX, i * product.rowStep() + 4L * k));
      for (int j = 0; j < v; j++) {
        Operand columns = j < kept ? target.vec(h * v + 2 + j) : right(j, k);
        target.dot(sum(i, j), pair, columns, both);
      }
    }
  }

  private Mem right(int j, int k) {
    return Mem.at(R10, ((long) k * v + j) * VECTOR);
  }
}
