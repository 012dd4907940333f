package dev.tendril.machine.host;

import static dev.tendril.machine.asm.Gpr.RAX;
import static dev.tendril.machine.asm.Gpr.RBX;
import static dev.tendril.machine.asm.Gpr.RCX;
import static dev.tendril.machine.asm.Gpr.RDI;
import static dev.tendril.machine.asm.Gpr.RDX;
import static dev.tendril.machine.asm.Gpr.RSI;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/// What the processor can do, as it says itself: by the instructions `cpuid`, and `xgetbv` for
/// which registers the system saves (Intel's manual, volume 1, chapter 14).
///
/// @param name such as `AMD EPYC`
public record Cpu(String name, Set<Feature> features) {
  /// Sets of instructions that kernels may use.
  public enum Feature {
    /// 16 registers of 32 bytes, whole numbers included, and fused multiplication and addition.
    AVX2,
    /// 16-bit floats to 32-bit ones and back.
    F16C,
    /// 32 registers of 64 bytes with masks: the sets F, BW, VL and DQ.
    AVX512,
    /// Sums of four products of bytes, in AVX-512.
    AVX512_VNNI,
    /// Products of shortened floats, in AVX-512.
    AVX512_BF16,
    /// Sums of four products of bytes, in registers of 32 bytes.
    AVX_VNNI
  }

  private static final int AVX_STATE = 0x6;
  private static final int AVX512_STATE = 0xe6;

  public Cpu {
    features = Set.copyOf(features);
  }

  public boolean has(Feature feature) {
    return features.contains(feature);
  }

  /// That of this machine.
  static Cpu ask() {
    Code cpuid = CodePool.add(routine(Op.CPUID).assemble("cpuid"));
    Code xgetbv = CodePool.add(routine(Op.XGETBV).assemble("xgetbv"));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment registers = arena.allocate(4 * Long.BYTES, Long.BYTES);
      int leaves = ask(cpuid, registers, 0, 0)[0];
      int one = ask(cpuid, registers, 1, 0)[2];
      int[] seven = leaves < 7 ? new int[4] : ask(cpuid, registers, 7, 0);
      int sevenOne = leaves < 7 || seven[0] < 1 ? 0 : ask(cpuid, registers, 7, 1)[0];
      boolean saving = bit(one, 27);
      int state = saving ? ask(xgetbv, registers, 0, 0)[0] : 0;
      return new Cpu(name(cpuid, registers), features(one, seven, sevenOne, state));
    }
  }

  private static Set<Feature> features(int one, int[] seven, int sevenOne, int state) {
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    boolean avx2 =
        (state & AVX_STATE) == AVX_STATE && bit(one, 28) && bit(one, 12) && bit(seven[1], 5);
    boolean avx512 =
        avx2
            && (state & AVX512_STATE) == AVX512_STATE
            && bit(seven[1], 16)
            && bit(seven[1], 17)
            && bit(seven[1], 30)
            && bit(seven[1], 31);
    add(features, Feature.AVX2, avx2);
    add(features, Feature.F16C, avx2 && bit(one, 29));
    add(features, Feature.AVX512, avx512);
    add(features, Feature.AVX512_VNNI, avx512 && bit(seven[2], 11));
    add(features, Feature.AVX512_BF16, avx512 && bit(sevenOne, 5));
    add(features, Feature.AVX_VNNI, avx2 && bit(sevenOne, 4));
    return features;
  }

  private static void add(Set<Feature> features, Feature feature, boolean there) {
    if (there) {
      features.add(feature);
    }
  }

  private static boolean bit(int word, int number) {
    return (word >>> number & 1) != 0;
  }

  private static String name(Code cpuid, MemorySegment registers) {
    int most = ask(cpuid, registers, 0x8000_0000, 0)[0];
    if (Integer.compareUnsigned(most, 0x8000_0004) < 0) {
      return "x86-64";
    }
    byte[] text = new byte[48];
    for (int i = 0; i < 12; i++) {
      int word = ask(cpuid, registers, 0x8000_0002 + i / 4, 0)[i % 4];
      for (int j = 0; j < 4; j++) {
        text[4 * i + j] = (byte) (word >> (8 * j));
      }
    }
    return new String(text, StandardCharsets.ISO_8859_1).replace('\0', ' ').strip();
  }

  private static int[] ask(Code code, MemorySegment registers, int eax, int ecx) {
    registers.setAtIndex(ValueLayout.JAVA_LONG, 0, Integer.toUnsignedLong(eax));
    registers.setAtIndex(ValueLayout.JAVA_LONG, 2, ecx);
    code.call(registers);
    int[] values = new int[4];
    for (int i = 0; i < 4; i++) {
      values[i] = (int) registers.getAtIndex(ValueLayout.JAVA_LONG, i);
    }
    return values;
  }

  /// Takes `eax` and `ecx` from the first and third place, gives `eax`, `ebx`, `ecx`, `edx`.
  private static Assembler routine(Op op) {
    Assembler a = new Assembler(false);
    a.add(Op.MOV, RSI, RBX);
    a.add(Op.MOV, RAX, Mem.at(RDI));
    a.add(Op.MOV, RCX, Mem.at(RDI, 16));
    if (op == Op.CPUID) {
      a.add(op);
    } else {
      a.add(op, RAX);
    }
    a.add(Op.MOV, Mem.at(RDI), RAX);
    a.add(Op.MOV, Mem.at(RDI, 8), RBX);
    a.add(Op.MOV, Mem.at(RDI, 16), RCX);
    a.add(Op.MOV, Mem.at(RDI, 24), RDX);
    a.add(Op.MOV, RBX, RSI);
    a.add(Op.RET);
    return a;
  }
}
