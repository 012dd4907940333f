package dev.tendril.machine.asm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class AssemblerTest {
  private static void bytes(String hex, Op op, Operand... operands) {
    Assembler a = new Assembler(true);
    a.add(op, operands);
    assertArrayEquals(HexFormat.of().parseHex(hex.replace(" ", "")), a.assemble("one").bytes());
  }

  /// Encodings that were read by a disassembler once.
  @Test
  void encodesAsKnown() {
    bytes("62 62 7d 48 18 78 01", Op.VBROADCASTSS, Vec.zmm(31), Mem.at(Gpr.RAX, 4));
    bytes("62 c2 7d 48 18 8a 00 04 00 00", Op.VBROADCASTSS, Vec.zmm(17), Mem.at(Gpr.R10, 0x400));
    bytes("62 71 7c 48 10 4e 01", Op.VMOVUPS, Vec.zmm(9), Mem.at(Gpr.RSI, 64));
    bytes("62 41 7c 48 11 74 89 02", Op.VMOVUPS, Mem.at(Gpr.R9, Gpr.RCX, 4, 128), Vec.zmm(30));
    bytes("62 92 1d 40 b8 df", Op.VFMADD231PS, Vec.zmm(3), Vec.zmm(28), Vec.zmm(31));
    bytes(
        "62 a2 35 58 b8 64 df 0a",
        Op.VFMADD231PS,
        Vec.zmm(20),
        Vec.zmm(9),
        Mem.at(Gpr.RDI, Gpr.R11, 8, 40).spread());
    bytes("62 12 05 40 50 e5", Op.VPDPBUSD, Vec.zmm(12), Vec.zmm(31), Vec.zmm(29));
    bytes("62 b1 e5 48 73 d4 1f", Op.VPSRLQ, Vec.zmm(3), Vec.zmm(20), new Imm(31));
    bytes("49 ff ca", Op.DEC, Gpr.R10);
    bytes("4e 8d 54 58 40", Op.LEA, Gpr.R10, Mem.at(Gpr.RAX, Gpr.R11, 2, 64));
    bytes("c5 f8 77", Op.VZEROUPPER);
    bytes("c3", Op.RET);
  }

  @Test
  void refusesWhatCannotBe() {
    assertThrows(AssemblyException.class, () -> Vec.zmm(32));
    assertThrows(AssemblyException.class, () -> Vec.ymm(-1));
    assertThrows(AssemblyException.class, () -> new Mask(8));
    assertThrows(AssemblyException.class, () -> Mem.at(Gpr.RAX, 1L << 31));
    assertThrows(AssemblyException.class, () -> Mem.at(Gpr.RAX, Gpr.RSP, 1, 0));
    Assembler narrow = new Assembler(false);
    refused(narrow, Op.VADDPS, Vec.ymm(16), Vec.ymm(1), Vec.ymm(2));
    refused(narrow, Op.VADDPS, Vec.zmm(1), Vec.zmm(1), Vec.zmm(2));
    refused(narrow, Op.VADDPS, Vec.ymm(1), Vec.ymm(1), Mem.at(Gpr.RAX).spread());
    refused(narrow, Op.VPDPBUSD, Vec.ymm(1), Vec.ymm(1), Vec.ymm(2));
    Assembler wide = new Assembler(true);
    refused(wide, Op.VMASKMOVPS, Vec.ymm(16), Vec.ymm(1), Mem.at(Gpr.RAX));
    refused(wide, Op.VADDPS, Vec.ymm(1), Vec.zmm(1), Vec.zmm(2));
    refused(wide, Op.VADDPS, Vec.ymm(1), Vec.ymm(1), Gpr.RAX);
    refused(wide, Op.VPACKUSWB, Vec.zmm(1), Vec.zmm(1), Mem.at(Gpr.RAX).spread());
    refused(wide, Op.SHL, Gpr.RAX, new Imm(300));
    Label nowhere = new Label();
    wide.add(Op.JMP, nowhere);
    assertThrows(AssemblyException.class, () -> wide.assemble("none"));
  }

  private static void refused(Assembler a, Op op, Operand... operands) {
    assertThrows(AssemblyException.class, () -> a.add(op, operands));
  }
}
