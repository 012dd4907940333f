package dev.tendril.machine.asm;

/// In which field of the encoding each operand goes, in the order of Intel's notation, which has
/// the destination first. One letter an operand:
///
/// * `r`: the register field of ModRM;
/// * `m`: register or memory, the other field of ModRM;
/// * `v`: the third register, `vvvv` of VEX and EVEX;
/// * `s`: a fourth register, in the upper bits of an immediate byte;
/// * `i`: an immediate byte; `I`: one of 32 bits; `Q`: one of 64;
/// * `o`: a register in the low bits of the opcode;
/// * `j`: a label.
enum Pattern {
  NONE(""),
  RM("rm"),
  MR("mr"),
  M("m"),
  O("o"),
  OQ("oQ"),
  J("j"),
  MI8("mi"),
  MI32("mI"),
  RMI8("rmi"),
  RMI32("rmI"),
  MRI8("mri"),
  RVM("rvm"),
  MVR("mvr"),
  RVMI8("rvmi"),
  RVMS("rvms"),
  VMI8("vmi");

  final String fields;

  Pattern(String fields) {
    this.fields = fields;
  }
}
