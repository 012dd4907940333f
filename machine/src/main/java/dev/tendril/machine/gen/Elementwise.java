package dev.tendril.machine.gen;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Gpr;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Routine;
import dev.tendril.machine.asm.Vec;
import java.util.List;

/// Chains of sums, products and the like of 32-bit floats, element by element: operands are read
/// once, what is between operations stays in registers.
///
/// Values are numbered: operands, then constants, then what each operation gives; the last one is
/// the result. Each has a register of its own.
///
/// @param spread which operands are one number for all elements
/// @param constants numbers for all elements
/// @param operations each of values before it
/// @param rest elements beyond the last whole vector
public record Elementwise(
    List<Boolean> spread, List<Float> constants, List<Operation> operations, int rest) {
  /// As many values as there are registers for.
  public static final int MOST_VALUES = 14;

  /// As many operands, beside those of one number, as there are registers for.
  public static final int MOST_DENSE = 5;

  private static final Gpr[] POINTERS = {Gpr.RSI, Gpr.RDX, Gpr.R8, Gpr.R9, Gpr.R10};

  /// What is done.
  public enum Kind {
    ADD,
    SUB,
    MUL,
    DIV,
    SQUARED_DIFFERENCE,
    SQRT,
    CUT
  }

  /// An operation.
  ///
  /// @param a the number of the first value
  /// @param b the number of the second; of operations on one, the same
  /// @param low what a value is cut to from below; negative infinity for none
  /// @param high what a value is cut to from above; infinity for none
  public record Operation(Kind kind, int a, int b, float low, float high) {}

  public Elementwise {
    spread = List.copyOf(spread);
    constants = List.copyOf(constants);
    operations = List.copyOf(operations);
  }

  /// The place of the argument for the result; operands are before it.
  public int result() {
    return spread.size();
  }

  /// The place of the argument for the number of whole vectors.
  public int vectors() {
    return spread.size() + 1;
  }

  public Routine write(Target target) {
    return new Code(target, this).write();
  }

  private record Code(Target target, Elementwise shape) {
    private Assembler code() {
      return target.code();
    }

    Routine write() {
      Assembler code = code();
      int dense = 0;
      for (int i = 0; i < shape.spread.size(); i++) {
        if (shape.spread.get(i)) {
          code.add(Op.MOV, Gpr.RCX, Frame.argument(i));
          target.spread(target.vec(i), Mem.at(Gpr.RCX));
        } else {
          code.add(Op.MOV, POINTERS[dense++], Frame.argument(i));
        }
      }
      for (int i = 0; i < shape.constants.size(); i++) {
        target.spread(target.vec(shape.spread.size() + i), shape.constants.get(i));
      }
      code.add(Op.MOV, Gpr.R11, Frame.argument(shape.result()));
      int pointers = dense;
      Frame.times(
          code,
          Gpr.RCX,
          Frame.argument(shape.vectors()),
          () -> {
            vector(target.lanes());
            for (int i = 0; i < pointers; i++) {
              Frame.advance(code, POINTERS[i], target.bytes());
            }
            Frame.advance(code, Gpr.R11, target.bytes());
          });
      if (shape.rest > 0) {
        target.tail(shape.rest);
        vector(shape.rest);
      }
      Frame.leave(code);
      return code.assemble("elementwise " + shape.operations.size());
    }

    private void vector(int count) {
      int dense = 0;
      for (int i = 0; i < shape.spread.size(); i++) {
        if (!shape.spread.get(i)) {
          Mem from = Mem.at(POINTERS[dense++]);
          if (count == target.lanes()) {
            target.load(target.vec(i), from);
          } else {
            target.loadFirst(target.vec(i), from);
          }
        }
      }
      int to = shape.spread.size() + shape.constants.size();
      for (Operation operation : shape.operations) {
        apply(operation, target.vec(to++));
      }
      if (count == target.lanes()) {
        target.store(Mem.at(Gpr.R11), target.vec(to - 1));
      } else {
        target.storeFirst(Mem.at(Gpr.R11), target.vec(to - 1));
      }
    }

    private void apply(Operation operation, Vec to) {
      Vec a = target.vec(operation.a);
      Vec b = target.vec(operation.b);
      switch (operation.kind) {
        case ADD -> code().add(Op.VADDPS, to, a, b);
        case SUB -> code().add(Op.VSUBPS, to, a, b);
        case MUL -> code().add(Op.VMULPS, to, a, b);
        case DIV -> code().add(Op.VDIVPS, to, a, b);
        case SQUARED_DIFFERENCE -> {
          code().add(Op.VSUBPS, to, a, b);
          code().add(Op.VMULPS, to, to, to);
        }
        case SQRT -> code().add(Op.VSQRTPS, to, a);
        case CUT -> {
          target.copy(to, a);
          cut(to, operation.low, operation.high);
        }
      }
    }

    private void cut(Vec value, float low, float high) {
      Vec bound = target.vec(MOST_VALUES);
      if (low > Float.NEGATIVE_INFINITY) {
        target.spread(bound, low);
        target.cut(value, bound, null);
      }
      if (high < Float.POSITIVE_INFINITY) {
        target.spread(bound, high);
        target.cut(value, null, bound);
      }
    }
  }
}
