package dev.tendril.machine.asm;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An instruction with its operands.
///
/// @param predicate the mask of the elements that are computed; `k0` for all
/// @param zeroing whether elements that are not computed become 0, rather than stay
public record Instruction(
    Op op, Form form, List<Operand> operands, Mask predicate, boolean zeroing) {
  static final Mask ALL = new Mask(0);

  /// @throws AssemblyException when no form takes the operands
  static Instruction of(Op op, Mask predicate, boolean zeroing, List<Operand> operands) {
    for (Form form : op.forms()) {
      if (form.takes(operands)) {
        Instruction instruction = new Instruction(op, form, operands, predicate, zeroing);
        instruction.check();
        return instruction;
      }
    }
    throw new AssemblyException("no form of " + op.mnemonic() + " takes " + operands);
  }

  private void check() {
    int vector = vectorBytes();
    for (int i = 0; i < operands.size(); i++) {
      boolean part = form.pattern().fields.charAt(i) == 'm';
      switch (operands.get(i)) {
        case Vec v when v.bytes() != (part ? form.tuple().register(vector) : vector) ->
            throw new AssemblyException("the width of " + v + " in " + this);
        case Mem mem when mem.broadcast() && form.element() == 0 ->
            throw new AssemblyException("one element for all in " + this);
        default -> {}
      }
    }
    if (vector > 16 && form.isSingle()) {
      throw new AssemblyException(this + " works on single elements");
    }
    if (vector < form.least()) {
      throw new AssemblyException(this + " takes vectors of " + form.least() + " bytes and more");
    }
    if (needsEvex() && form.family() == Form.Family.VEX) {
      throw new AssemblyException(this + " has no form of AVX-512");
    }
    if (zeroing && predicate.number() == 0) {
      throw new AssemblyException("zeroing without a mask in " + this);
    }
  }

  /// The bytes of the vectors that it works on, 16 where it works on single elements.
  int vectorBytes() {
    int bytes = 16;
    for (int i = 0; i < operands.size(); i++) {
      if (operands.get(i) instanceof Vec v && form.pattern().fields.charAt(i) != 'm') {
        return v.bytes();
      }
    }
    return bytes;
  }

  /// Whether only an encoding of AVX-512 can say it.
  boolean needsEvex() {
    return form.family() == Form.Family.EVEX
        || predicate.number() != 0
        || operands.stream()
            .anyMatch(
                operand ->
                    switch (operand) {
                      case Vec v -> v.number() > 15 || v.bytes() == 64;
                      case Mem mem -> mem.broadcast();
                      default -> false;
                    });
  }

  /// The operand of a field; null when the form has no such field.
  @Nullable Operand field(char field) {
    int i = form.pattern().fields.indexOf(field);
    return i < 0 ? null : operands.get(i);
  }

  @Override
  public String toString() {
    return op.mnemonic()
        + operands.stream().map(Object::toString).collect(Collectors.joining(", ", " ", ""))
        + (predicate.number() == 0 ? "" : " {" + predicate + "}" + (zeroing ? "{z}" : ""));
  }
}
