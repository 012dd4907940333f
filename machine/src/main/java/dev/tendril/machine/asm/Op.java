package dev.tendril.machine.asm;

import static dev.tendril.machine.asm.Form.Family.BOTH;
import static dev.tendril.machine.asm.Form.Family.BOTH_W0;
import static dev.tendril.machine.asm.Form.Family.EVEX;
import static dev.tendril.machine.asm.Form.Family.PLAIN;
import static dev.tendril.machine.asm.Form.Family.VEX;
import static dev.tendril.machine.asm.Form.Family.WIDE;
import static dev.tendril.machine.asm.Pattern.J;
import static dev.tendril.machine.asm.Pattern.M;
import static dev.tendril.machine.asm.Pattern.MI32;
import static dev.tendril.machine.asm.Pattern.MI8;
import static dev.tendril.machine.asm.Pattern.MR;
import static dev.tendril.machine.asm.Pattern.MRI8;
import static dev.tendril.machine.asm.Pattern.MVR;
import static dev.tendril.machine.asm.Pattern.NONE;
import static dev.tendril.machine.asm.Pattern.O;
import static dev.tendril.machine.asm.Pattern.OQ;
import static dev.tendril.machine.asm.Pattern.RM;
import static dev.tendril.machine.asm.Pattern.RMI32;
import static dev.tendril.machine.asm.Pattern.RMI8;
import static dev.tendril.machine.asm.Pattern.RVM;
import static dev.tendril.machine.asm.Pattern.RVMI8;
import static dev.tendril.machine.asm.Pattern.RVMS;
import static dev.tendril.machine.asm.Pattern.VMI8;
import static dev.tendril.machine.asm.Tuple.EIGHTH;
import static dev.tendril.machine.asm.Tuple.FULL;
import static dev.tendril.machine.asm.Tuple.HALF;
import static dev.tendril.machine.asm.Tuple.ONE4;
import static dev.tendril.machine.asm.Tuple.ONE8;
import static dev.tendril.machine.asm.Tuple.PART16;
import static dev.tendril.machine.asm.Tuple.PART32;
import static dev.tendril.machine.asm.Tuple.QUARTER;

import java.util.List;
import java.util.Locale;

/// The instructions that the assembler knows: a line each, which says how it is encoded. The first
/// form that takes the operands is used.
///
/// The columns are those of Intel's manual, volume 2: pattern of operands, map of opcodes (1 for
/// 0F, 2 for 0F38, 3 for 0F3A), mandatory prefix (0 for none, 1 for 66, 2 for F3, 3 for F2), W,
/// opcode.
public enum Op {
  // General registers.
  MOV(wide(MR, 0x89), wide(RM, 0x8b).of("gM"), wide(MI32, 0xc7, 0), wide(OQ, 0xb8)),
  MOVSXD(wide(RM, 0x63)),
  MOVZX(wide0f(RM, 0xb6).of("gM")),
  MOVL(plain(MR, 0x89), plain(RM, 0x8b).of("gM")),
  LEA(wide(RM, 0x8d).of("gM")),
  ADD(wide(MR, 0x01), wide(RM, 0x03).of("gM"), wide(MI8, 0x83, 0), wide(MI32, 0x81, 0)),
  SUB(wide(MR, 0x29), wide(RM, 0x2b).of("gM"), wide(MI8, 0x83, 5), wide(MI32, 0x81, 5)),
  AND(wide(MR, 0x21), wide(RM, 0x23).of("gM"), wide(MI8, 0x83, 4), wide(MI32, 0x81, 4)),
  OR(wide(MR, 0x09), wide(RM, 0x0b).of("gM"), wide(MI8, 0x83, 1), wide(MI32, 0x81, 1)),
  XOR(wide(MR, 0x31), wide(RM, 0x33).of("gM"), wide(MI8, 0x83, 6), wide(MI32, 0x81, 6)),
  CMP(wide(MR, 0x39), wide(RM, 0x3b).of("gM"), wide(MI8, 0x83, 7), wide(MI32, 0x81, 7)),
  TEST(wide(MR, 0x85)),
  IMUL(wide0f(RM, 0xaf), wide(RMI8, 0x6b), wide(RMI32, 0x69)),
  INC(wide(M, 0xff, 0)),
  DEC(wide(M, 0xff, 1)),
  NEG(wide(M, 0xf7, 3)),
  SHL(wide(MI8, 0xc1, 4).of("Gi")),
  SHR(wide(MI8, 0xc1, 5).of("Gi")),
  SAR(wide(MI8, 0xc1, 7).of("Gi")),
  PUSH(plain(O, 0x50)),
  POP(plain(O, 0x58)),
  CALL(plain(M, 0xff, 2)),
  RET(plain(NONE, 0xc3)),
  CPUID(plain0f(NONE, 0xa2)),
  /// Its operand is always `rax`, which stands for the last byte of the opcode.
  XGETBV(plain0f(M, 0x01, 2).of("G")),
  REP_MOVSB(repeated(0xa4)),
  REP_STOSB(repeated(0xaa)),
  PREFETCHT0(plain0f(M, 0x18, 1).of("M")),

  // Jumps: the opcode of the short form; the long one follows from it.
  JMP(jump(0xeb)),
  JB(jump(0x72)),
  JAE(jump(0x73)),
  JZ(jump(0x74)),
  JNZ(jump(0x75)),
  JL(jump(0x7c)),
  JGE(jump(0x7d)),
  JLE(jump(0x7e)),
  JG(jump(0x7f)),

  // Moves of vectors.
  VZEROUPPER(vec(NONE, 1, 0, 0, 0x77).with(VEX)),
  VMOVUPS(vec(RM, 1, 0, 0, 0x10), vec(MR, 1, 0, 0, 0x11)),
  VMOVAPS(vec(RM, 1, 0, 0, 0x28), vec(MR, 1, 0, 0, 0x29)),
  VMOVDQU(vec(RM, 1, 2, 0, 0x6f).with(VEX), vec(MR, 1, 2, 0, 0x7f).with(VEX)),
  VMOVDQU32(vec(RM, 1, 2, 0, 0x6f).with(EVEX), vec(MR, 1, 2, 0, 0x7f).with(EVEX)),
  VMOVDQA32(vec(RM, 1, 1, 0, 0x6f).with(EVEX), vec(MR, 1, 1, 0, 0x7f).with(EVEX)),
  VMOVDQU8(vec(RM, 1, 3, 0, 0x6f).with(EVEX), vec(MR, 1, 3, 0, 0x7f).with(EVEX)),
  VMASKMOVPS(
      vec(RVM, 2, 1, 0, 0x2c).with(VEX).of("vvM"), vec(MVR, 2, 1, 0, 0x2e).with(VEX).of("Mvv")),
  VMOVSS(
      vec(RM, 1, 2, 0, 0x10, ONE4).of("vM"),
      vec(MR, 1, 2, 0, 0x11, ONE4).of("Mv"),
      vec(RVM, 1, 2, 0, 0x10, ONE4).of("vvV")),
  VMOVLPS(vec(RVM, 1, 0, 0, 0x12, ONE8).of("vvM"), vec(MR, 1, 0, 0, 0x13, ONE8).of("Mv")),
  VMOVD(vec(RM, 1, 1, 0, 0x6e, ONE4).of("vg"), vec(MR, 1, 1, 0, 0x7e, ONE4).of("gv")),
  VMOVQ(vec(RM, 1, 2, 1, 0x7e, ONE8).with(BOTH_W0), vec(MR, 1, 1, 1, 0xd6, ONE8).with(BOTH_W0)),
  VBROADCASTSS(vec(RM, 2, 1, 0, 0x18, ONE4)),
  VBROADCASTF128(vec(RM, 2, 1, 0, 0x1a, PART16).with(VEX).of("vM").from(32)),
  VPBROADCASTB(vec(RM, 2, 1, 0, 0x78, ONE4).of("vV")),
  VPBROADCASTW(vec(RM, 2, 1, 0, 0x79, ONE4).of("vV")),
  VPBROADCASTD(vec(RM, 2, 1, 0, 0x58, ONE4), vec(RM, 2, 1, 0, 0x7c).with(EVEX).of("vG")),
  VPBROADCASTQ(vec(RM, 2, 1, 1, 0x59, ONE8).with(BOTH_W0)),

  // Floats.
  VADDPS(ps(RVM, 1, 0, 0x58)),
  VMULPS(ps(RVM, 1, 0, 0x59)),
  VSUBPS(ps(RVM, 1, 0, 0x5c)),
  VMINPS(ps(RVM, 1, 0, 0x5d)),
  VDIVPS(ps(RVM, 1, 0, 0x5e)),
  VMAXPS(ps(RVM, 1, 0, 0x5f)),
  VSQRTPS(ps(RM, 1, 0, 0x51)),
  VANDPS(ps(RVM, 1, 0, 0x54)),
  VANDNPS(ps(RVM, 1, 0, 0x55)),
  VORPS(ps(RVM, 1, 0, 0x56)),
  VXORPS(ps(RVM, 1, 0, 0x57)),
  VFMADD132PS(ps(RVM, 2, 1, 0x98)),
  VFMADD213PS(ps(RVM, 2, 1, 0xa8)),
  VFMADD231PS(ps(RVM, 2, 1, 0xb8)),
  VFNMADD213PS(ps(RVM, 2, 1, 0xac)),
  VFNMADD231PS(ps(RVM, 2, 1, 0xbc)),
  VADDSS(vec(RVM, 1, 2, 0, 0x58, ONE4)),
  VMAXSS(vec(RVM, 1, 2, 0, 0x5f, ONE4)),
  VMULSS(vec(RVM, 1, 2, 0, 0x59, ONE4)),
  VSUBSS(vec(RVM, 1, 2, 0, 0x5c, ONE4)),
  VDIVSS(vec(RVM, 1, 2, 0, 0x5e, ONE4)),
  VFMADD231SS(vec(RVM, 2, 1, 0, 0xb9, ONE4)),
  VROUNDPS(vec(RMI8, 3, 1, 0, 0x08).with(VEX)),
  VRNDSCALEPS(ps(RMI8, 3, 1, 0x08).with(EVEX)),
  VSCALEFPS(ps(RVM, 2, 1, 0x2c).with(EVEX)),
  VCMPPS(vec(RVMI8, 1, 0, 0, 0xc2).with(VEX), ps(RVMI8, 1, 0, 0xc2).with(EVEX).of("kvvi")),
  VCVTDQ2PS(ps(RM, 1, 0, 0x5b)),
  VCVTPS2DQ(ps(RM, 1, 1, 0x5b)),
  VCVTTPS2DQ(ps(RM, 1, 2, 0x5b)),
  VCVTPH2PS(vec(RM, 2, 1, 0, 0x13, HALF)),
  VCVTPS2PH(vec(MRI8, 3, 1, 0, 0x1d, HALF)),
  VDPBF16PS(ps(RVM, 2, 2, 0x52).with(EVEX)),

  // Whole numbers.
  VPADDB(vec(RVM, 1, 1, 0, 0xfc)),
  VPADDW(vec(RVM, 1, 1, 0, 0xfd)),
  VPADDD(ps(RVM, 1, 1, 0xfe)),
  VPADDQ(pd(RVM, 1, 1, 0xd4)),
  VPADDSW(vec(RVM, 1, 1, 0, 0xed)),
  VPSUBB(vec(RVM, 1, 1, 0, 0xf8)),
  VPSUBW(vec(RVM, 1, 1, 0, 0xf9)),
  VPSUBD(ps(RVM, 1, 1, 0xfa)),
  VPSUBQ(pd(RVM, 1, 1, 0xfb)),
  VPMULLD(ps(RVM, 2, 1, 0x40)),
  VPMULLW(vec(RVM, 1, 1, 0, 0xd5)),
  VPMULDQ(pd(RVM, 2, 1, 0x28)),
  VPMADDWD(vec(RVM, 1, 1, 0, 0xf5)),
  VPMADDUBSW(vec(RVM, 2, 1, 0, 0x04)),
  VPDPBUSD(ps(RVM, 2, 1, 0x50).with(EVEX)),
  VPDPWSSD(ps(RVM, 2, 1, 0x52).with(EVEX)),
  /// The same of AVX-VNNI, which processors without AVX-512 have.
  VEX_VPDPBUSD(vec(RVM, 2, 1, 0, 0x50).with(VEX)),
  VEX_VPDPWSSD(vec(RVM, 2, 1, 0, 0x52).with(VEX)),
  VPABSD(ps(RM, 2, 1, 0x1e)),
  VPSIGND(vec(RVM, 2, 1, 0, 0x0a).with(VEX)),
  VPMAXSD(ps(RVM, 2, 1, 0x3d)),
  VPMINSD(ps(RVM, 2, 1, 0x39)),
  VPMAXSB(vec(RVM, 2, 1, 0, 0x3c)),
  VPMINSB(vec(RVM, 2, 1, 0, 0x38)),
  VPMAXUB(vec(RVM, 1, 1, 0, 0xde)),
  VPMINUB(vec(RVM, 1, 1, 0, 0xda)),
  VPSRLD(ps(VMI8, 1, 1, 0x72, 2)),
  VPSRAD(ps(VMI8, 1, 1, 0x72, 4)),
  VPSLLD(ps(VMI8, 1, 1, 0x72, 6)),
  VPSRLQ(pd(VMI8, 1, 1, 0x73, 2)),
  VPSLLQ(pd(VMI8, 1, 1, 0x73, 6)),
  VPSRAQ(pd(VMI8, 1, 1, 0x72, 4).with(EVEX)),
  VPSRLW(vec(VMI8, 1, 1, 0, 0x71, 2)),
  VPSRAW(vec(VMI8, 1, 1, 0, 0x71, 4)),
  VPSRAVD(ps(RVM, 2, 1, 0x46)),
  VPSRLVD(ps(RVM, 2, 1, 0x45)),
  VPSLLVD(ps(RVM, 2, 1, 0x47)),
  VPSRLVQ(vec(RVM, 2, 1, 1, 0x45)),
  VPSRAVQ(pd(RVM, 2, 1, 0x46).with(EVEX)),
  VPCMPEQD(vec(RVM, 1, 1, 0, 0x76).with(VEX)),
  VPCMPGTD(vec(RVM, 1, 1, 0, 0x66).with(VEX)),
  VPAND(vec(RVM, 1, 1, 0, 0xdb).with(VEX)),
  VPANDN(vec(RVM, 1, 1, 0, 0xdf).with(VEX)),
  VPOR(vec(RVM, 1, 1, 0, 0xeb).with(VEX)),
  VPXOR(vec(RVM, 1, 1, 0, 0xef).with(VEX)),
  VPANDD(ps(RVM, 1, 1, 0xdb).with(EVEX)),
  VPORD(ps(RVM, 1, 1, 0xeb).with(EVEX)),
  VPXORD(ps(RVM, 1, 1, 0xef).with(EVEX)),
  VPTERNLOGD(ps(RVMI8, 3, 1, 0x25).with(EVEX)),

  // Widening and narrowing.
  VPMOVSXBW(vec(RM, 2, 1, 0, 0x20, HALF)),
  VPMOVZXBW(vec(RM, 2, 1, 0, 0x30, HALF)),
  VPMOVSXBD(vec(RM, 2, 1, 0, 0x21, QUARTER)),
  VPMOVZXBD(vec(RM, 2, 1, 0, 0x31, QUARTER)),
  VPMOVSXBQ(vec(RM, 2, 1, 0, 0x22, EIGHTH)),
  VPMOVSXWD(vec(RM, 2, 1, 0, 0x23, HALF)),
  VPMOVZXWD(vec(RM, 2, 1, 0, 0x33, HALF)),
  VPMOVSXDQ(vec(RM, 2, 1, 0, 0x25, HALF)),
  VPMOVUSDB(vec(MR, 2, 2, 0, 0x11, QUARTER).with(EVEX)),
  VPMOVSDB(vec(MR, 2, 2, 0, 0x21, QUARTER).with(EVEX)),
  VPACKSSDW(ps(RVM, 1, 1, 0x6b)),
  VPACKSSWB(vec(RVM, 1, 1, 0, 0x63)),
  VPACKUSWB(vec(RVM, 1, 1, 0, 0x67)),

  // Changes of place.
  VPUNPCKLBW(vec(RVM, 1, 1, 0, 0x60)),
  VPUNPCKHBW(vec(RVM, 1, 1, 0, 0x68)),
  VPUNPCKLWD(vec(RVM, 1, 1, 0, 0x61)),
  VPUNPCKHWD(vec(RVM, 1, 1, 0, 0x69)),
  VPUNPCKLDQ(ps(RVM, 1, 1, 0x62)),
  VPUNPCKHDQ(ps(RVM, 1, 1, 0x6a)),
  VUNPCKLPS(ps(RVM, 1, 0, 0x14)),
  VUNPCKHPS(ps(RVM, 1, 0, 0x15)),
  VUNPCKLPD(pd(RVM, 1, 1, 0x14)),
  VUNPCKHPD(pd(RVM, 1, 1, 0x15)),
  VSHUFPS(ps(RVMI8, 1, 0, 0xc6)),
  VPSHUFD(ps(RMI8, 1, 1, 0x70)),
  VPSHUFB(vec(RVM, 2, 1, 0, 0x00)),
  VMOVSHDUP(vec(RM, 1, 2, 0, 0x16)),
  VPERMILPS(ps(RMI8, 3, 1, 0x04)),
  VPERMD(ps(RVM, 2, 1, 0x36).from(32)),
  VPERMPS(ps(RVM, 2, 1, 0x16).from(32)),
  VPERMQ(form(BOTH, RMI8, 3, 1, 1, 0x00, -1, FULL, 8).from(32)),
  VPERM2F128(vec(RVMI8, 3, 1, 0, 0x06).with(VEX).from(32)),
  VEXTRACTF128(vec(MRI8, 3, 1, 0, 0x19, PART16).with(VEX).from(32)),
  VEXTRACTF32X4(vec(MRI8, 3, 1, 0, 0x19, PART16).with(EVEX).from(32)),
  VEXTRACTF64X4(vec(MRI8, 3, 1, 1, 0x1b, PART32).with(EVEX).from(64)),
  VINSERTF128(vec(RVMI8, 3, 1, 0, 0x18, PART16).with(VEX).from(32)),
  VINSERTF32X4(vec(RVMI8, 3, 1, 0, 0x18, PART16).with(EVEX).from(32)),
  VSHUFF32X4(ps(RVMI8, 3, 1, 0x23).with(EVEX).from(32)),
  VPBLENDD(vec(RVMI8, 3, 1, 0, 0x02).with(VEX)),
  VPINSRB(vec(RVMI8, 3, 1, 0, 0x20, ONE4).with(VEX).of("vvMi")),
  VPINSRW(vec(RVMI8, 1, 1, 0, 0xc4, ONE4).with(VEX).of("vvMi")),
  VPINSRD(vec(RVMI8, 3, 1, 0, 0x22, ONE4).with(VEX).of("vvMi")),
  VPEXTRB(vec(MRI8, 3, 1, 0, 0x14, ONE4).with(VEX).of("Mvi")),
  VPEXTRW(vec(MRI8, 3, 1, 0, 0x15, ONE4).with(VEX).of("Mvi")),
  VPEXTRD(vec(MRI8, 3, 1, 0, 0x16, ONE4).with(VEX).of("Mvi")),
  VPEXTRQ(vec(MRI8, 3, 1, 1, 0x16, ONE8).with(VEX).of("Mvi")),
  VBLENDVPS(vec(RVMS, 3, 1, 0, 0x4a).with(VEX)),
  VBLENDMPS(ps(RVM, 2, 1, 0x65).with(EVEX)),
  VPBLENDMD(ps(RVM, 2, 1, 0x64).with(EVEX)),

  // Masks.
  KMOVW(vec(RM, 1, 0, 0, 0x92).with(VEX).of("kG"), vec(RM, 1, 0, 0, 0x93).with(VEX).of("gk")),
  KMOVD(vec(RM, 1, 3, 0, 0x92).with(VEX).of("kG"), vec(RM, 1, 3, 0, 0x93).with(VEX).of("gk")),
  KMOVQ(vec(RM, 1, 3, 1, 0x92).with(VEX).of("kG"), vec(RM, 1, 3, 1, 0x93).with(VEX).of("gk")),
  KANDW(vec(RVM, 1, 0, 0, 0x41).with(VEX).of("kkk")),
  KANDNW(vec(RVM, 1, 0, 0, 0x42).with(VEX).of("kkk")),
  KORW(vec(RVM, 1, 0, 0, 0x45).with(VEX).of("kkk")),
  KXNORW(vec(RVM, 1, 0, 0, 0x46).with(VEX).of("kkk")),
  KXORW(vec(RVM, 1, 0, 0, 0x47).with(VEX).of("kkk")),
  KNOTW(vec(RM, 1, 0, 0, 0x44).with(VEX).of("kk"));

  @SuppressWarnings("ImmutableEnumChecker")
  private final List<Form> forms;

  Op(Form... forms) {
    this.forms = List.of(forms);
  }

  /// Its name in assembly language.
  public String mnemonic() {
    String name = name().toLowerCase(Locale.ROOT);
    return name.startsWith("vex_") ? "{vex} " + name.substring(4) : name;
  }

  List<Form> forms() {
    return forms;
  }

  boolean isJump() {
    return forms.getFirst().pattern() == J;
  }

  private static Form form(
      Form.Family family,
      Pattern pattern,
      int map,
      int pp,
      int w,
      int opcode,
      int digit,
      Tuple tuple,
      int element) {
    StringBuilder kinds = new StringBuilder();
    boolean general = family == WIDE || family == PLAIN;
    for (char field : pattern.fields.toCharArray()) {
      kinds.append(
          switch (field) {
            case 'i', 'I', 'Q' -> 'i';
            case 'j' -> 'c';
            // Shifts by a number take memory in AVX-512 only; here, in neither.
            case 'm' -> pattern == VMI8 ? 'V' : general ? 'g' : 'v';
            default -> general ? 'g' : 'v';
          });
    }
    return new Form(
        family, pattern, kinds.toString(), map, pp, w, opcode, digit, tuple, element, 16);
  }

  private static Form wide(Pattern pattern, int opcode) {
    return form(WIDE, pattern, 0, 0, 1, opcode, -1, FULL, 0);
  }

  private static Form wide(Pattern pattern, int opcode, int digit) {
    return form(WIDE, pattern, 0, 0, 1, opcode, digit, FULL, 0);
  }

  private static Form wide0f(Pattern pattern, int opcode) {
    return form(WIDE, pattern, 1, 0, 1, opcode, -1, FULL, 0);
  }

  private static Form plain(Pattern pattern, int opcode) {
    return form(PLAIN, pattern, 0, 0, 0, opcode, -1, FULL, 0);
  }

  private static Form plain(Pattern pattern, int opcode, int digit) {
    return form(PLAIN, pattern, 0, 0, 0, opcode, digit, FULL, 0);
  }

  private static Form plain0f(Pattern pattern, int opcode) {
    return form(PLAIN, pattern, 1, 0, 0, opcode, -1, FULL, 0);
  }

  private static Form plain0f(Pattern pattern, int opcode, int digit) {
    return form(PLAIN, pattern, 1, 0, 0, opcode, digit, FULL, 0);
  }

  private static Form repeated(int opcode) {
    return form(PLAIN, NONE, 0, 2, 0, opcode, -1, FULL, 0);
  }

  private static Form jump(int opcode) {
    return form(PLAIN, J, 0, 0, 0, opcode, -1, FULL, 0);
  }

  private static Form vec(Pattern pattern, int map, int pp, int w, int opcode) {
    return form(BOTH, pattern, map, pp, w, opcode, -1, FULL, 0);
  }

  private static Form vec(Pattern pattern, int map, int pp, int w, int opcode, int digit) {
    return form(BOTH, pattern, map, pp, w, opcode, digit, FULL, 0);
  }

  private static Form vec(Pattern pattern, int map, int pp, int w, int opcode, Tuple tuple) {
    return form(BOTH, pattern, map, pp, w, opcode, -1, tuple, 0);
  }

  /// Of elements of 4 bytes, one of which in memory may stand for all.
  private static Form ps(Pattern pattern, int map, int pp, int opcode) {
    return form(BOTH, pattern, map, pp, 0, opcode, -1, FULL, 4);
  }

  private static Form ps(Pattern pattern, int map, int pp, int opcode, int digit) {
    return form(BOTH, pattern, map, pp, 0, opcode, digit, FULL, 4);
  }

  /// Of elements of 8 bytes, which EVEX marks by W and VEX does not.
  private static Form pd(Pattern pattern, int map, int pp, int opcode) {
    return form(BOTH_W0, pattern, map, pp, 1, opcode, -1, FULL, 8);
  }

  private static Form pd(Pattern pattern, int map, int pp, int opcode, int digit) {
    return form(BOTH_W0, pattern, map, pp, 1, opcode, digit, FULL, 8);
  }
}
