package dev.tendril.machine.asm;

import java.util.List;

/// One way to encode an instruction.
///
/// @param family by which prefix
/// @param pattern where operands go
/// @param kinds what each operand is: `g` general register, `v` vector, `k` mask, `c` label, `i`
///     number; an `m` operand may be in memory too, except where its kind is in capitals (`G`, `V`:
///     a register only; `M`: memory only)
/// @param map the opcode's map: 1 for 0F, 2 for 0F38, 3 for 0F3A; 0 for that of one byte
/// @param pp the mandatory prefix: 0 none, 1 for 66, 2 for F3, 3 for F2
/// @param w the bit W of EVEX, and of VEX where that heeds it
/// @param digit the extension of the opcode in the register field, or -1
/// @param tuple how much of a vector the `m` operand is
/// @param element the bytes of an element in memory that may stand for all; 0 where none may
/// @param least the bytes of the shortest vectors that it takes
record Form(
    Family family,
    Pattern pattern,
    String kinds,
    int map,
    int pp,
    int w,
    int opcode,
    int digit,
    Tuple tuple,
    int element,
    int least) {
  enum Family {
    /// General registers, 64 bits wide.
    WIDE,
    /// General registers, whose width the instruction fixes: 64 bits for a stack, else 32.
    PLAIN,
    /// AVX, AVX2 and FMA alone.
    VEX,
    /// AVX-512 alone.
    EVEX,
    /// Either; EVEX where a register from 16 on, 64 bytes, a mask or a broadcast asks for it.
    BOTH,
    /// Either, and VEX with W of 0.
    BOTH_W0
  }

  boolean isVector() {
    return family != Family.WIDE && family != Family.PLAIN;
  }

  Form with(Family other) {
    return new Form(other, pattern, kinds, map, pp, w, opcode, digit, tuple, element, least);
  }

  Form with(Tuple other) {
    return new Form(family, pattern, kinds, map, pp, w, opcode, digit, other, element, least);
  }

  /// Of vectors of at least a number of bytes.
  Form from(int bytes) {
    return new Form(family, pattern, kinds, map, pp, w, opcode, digit, tuple, element, bytes);
  }

  Form of(String otherKinds) {
    return new Form(family, pattern, otherKinds, map, pp, w, opcode, digit, tuple, element, least);
  }

  /// Whether it works on the first element of vectors alone.
  boolean isSingle() {
    boolean spread = pattern == Pattern.RM && map == 2;
    return (tuple == Tuple.ONE4 || tuple == Tuple.ONE8) && !spread;
  }

  /// Whether operands are of this form's kinds.
  boolean takes(List<Operand> operands) {
    if (operands.size() != kinds.length()) {
      return false;
    }
    for (int i = 0; i < operands.size(); i++) {
      if (!takes(operands.get(i), kinds.charAt(i), pattern.fields.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean takes(Operand operand, char kind, char field) {
    return switch (operand) {
      case Gpr _ -> kind == 'g' || kind == 'G';
      case Vec _ -> kind == 'v' || kind == 'V';
      case Mask _ -> kind == 'k';
      case Mem _ -> field == 'm' && (kind == 'g' || kind == 'v' || kind == 'k' || kind == 'M');
      case Label _ -> kind == 'c';
      case Imm imm ->
          kind == 'i'
              && switch (field) {
                case 'i' -> imm.fits8() || (isVector() && imm.value() == (imm.value() & 0xff));
                case 'I' -> imm.fits32();
                default -> true;
              };
    };
  }
}
