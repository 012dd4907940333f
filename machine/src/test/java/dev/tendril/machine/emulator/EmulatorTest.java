package dev.tendril.machine.emulator;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.AssemblyException;
import dev.tendril.machine.asm.Gpr;
import dev.tendril.machine.asm.Imm;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Operand;
import dev.tendril.machine.asm.Routine;
import dev.tendril.machine.asm.Vec;
import dev.tendril.machine.host.CodePool;
import dev.tendril.machine.host.Cpu;
import dev.tendril.machine.host.Host;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The emulator against the processor: every instruction that AVX2 has, on random registers and
/// memory. So both the assembler and the emulator say what the processor does.
class EmulatorTest {
  private static final long SEED = 3;
  private static final int DRAWS = 24;
  private static final int VECTORS = 16 * 32;
  private static final int DATA = 256;
  private static final int NUMBERS = VECTORS + DATA;
  private static final int SIZE = NUMBERS + 4 * 8;

  /// `rdi` is the address of everything, `rsi` that of the data.
  private static final List<Gpr> GPRS = List.of(Gpr.RAX, Gpr.RCX, Gpr.RDX, Gpr.R8);

  private final Random random = new Random(SEED);

  @Test
  void emulatorAndProcessorAgree() {
    assumeTrue(Host.support().isYes(), () -> "no machine code here: " + Host.support().reason());
    List<String> wrong = new ArrayList<>();
    int executed = 0;
    for (Op op : Op.values()) {
      for (int draw = 0; draw < DRAWS && !isSystem(op) && isHere(op); draw++) {
        Routine routine = routine(op);
        if (routine != null) {
          String problem = compare(routine);
          executed++;
          if (problem != null) {
            wrong.add(routine.instructions().get(21) + ": " + problem);
          }
        }
      }
    }
    int all = executed;
    assertTrue(wrong.isEmpty(), () -> "seed " + SEED + ":\n" + String.join("\n", wrong));
    assertTrue(all > 1500, () -> "only " + all + " instructions were drawn");
  }

  /// Whether the processor has it, if it has AVX2.
  private static boolean isHere(Op op) {
    Cpu cpu = Objects.requireNonNull(Host.cpu());
    return switch (op) {
      case VEX_VPDPBUSD, VEX_VPDPWSSD -> cpu.has(Cpu.Feature.AVX_VNNI);
      default -> true;
    };
  }

  private static boolean isSystem(Op op) {
    return switch (op) {
      case LEA,
          JMP,
          JB,
          JAE,
          JZ,
          JNZ,
          JL,
          JGE,
          JLE,
          JG,
          PUSH,
          POP,
          CALL,
          RET,
          CPUID,
          XGETBV,
          REP_MOVSB,
          REP_STOSB,
          PREFETCHT0,
          VZEROUPPER,
          KMOVW,
          KMOVD,
          KMOVQ,
          KANDW,
          KANDNW,
          KORW,
          KXNORW,
          KXORW,
          KNOTW ->
          true;
      default -> false;
    };
  }

  /// One drawn instruction between the loads and stores of all registers; null when none was found.
  private @org.jspecify.annotations.Nullable Routine routine(Op op) {
    for (int attempt = 0; attempt < 400; attempt++) {
      Assembler a = new Assembler(false);
      a.add(Op.LEA, Gpr.RSI, Mem.at(Gpr.RDI, VECTORS));
      for (int i = 0; i < 16; i++) {
        a.add(Op.VMOVUPS, Vec.ymm(i), Mem.at(Gpr.RDI, 32L * i));
      }
      for (int i = 0; i < GPRS.size(); i++) {
        a.add(Op.MOV, GPRS.get(i), Mem.at(Gpr.RDI, NUMBERS + 8L * i));
      }
      try {
        Operand[] operands = operands();
        if (op == Op.VCVTPS2PH && !operands[operands.length - 1].equals(new Imm(0))) {
          continue;
        }
        a.add(op, operands);
      } catch (AssemblyException e) {
        continue;
      }
      for (int i = 0; i < 16; i++) {
        a.add(Op.VMOVUPS, Mem.at(Gpr.RDI, 32L * i), Vec.ymm(i));
      }
      for (int i = 0; i < GPRS.size(); i++) {
        a.add(Op.MOV, Mem.at(Gpr.RDI, NUMBERS + 8L * i), GPRS.get(i));
      }
      a.add(Op.VZEROUPPER);
      a.add(Op.RET);
      return a.assemble(op.mnemonic());
    }
    return null;
  }

  private Operand[] operands() {
    int count = random.nextInt(1, 5);
    int bytes = 16 << random.nextInt(2);
    boolean vectors = random.nextInt(3) > 0;
    Operand[] operands = new Operand[count];
    for (int i = 0; i < count; i++) {
      int kind = random.nextInt(8);
      operands[i] =
          kind == 0
              ? new Imm(random.nextInt(vectors ? 8 : 64))
              : kind == 1
                  ? Mem.at(Gpr.RSI, 32L * random.nextInt(DATA / 32))
                  : vectors && kind > 2
                      ? new Vec(random.nextInt(16), random.nextInt(4) == 0 ? 16 : bytes)
                      : GPRS.get(random.nextInt(GPRS.size()));
    }
    return operands;
  }

  private @org.jspecify.annotations.Nullable String compare(Routine routine) {
    Arena arena = Arena.ofAuto();
    MemorySegment real = arena.allocate(SIZE, 64);
    MemorySegment emulated = arena.allocate(SIZE, 64);
    for (int i = 0; i < SIZE / 4; i++) {
      float value = (float) random.nextGaussian(0, random.nextBoolean() ? 3 : 300);
      int bits = random.nextInt(3) > 0 ? Float.floatToRawIntBits(value) : random.nextInt(1 << 20);
      real.setAtIndex(ValueLayout.JAVA_INT, i, random.nextInt(5) == 0 ? -bits : bits);
    }
    emulated.copyFrom(real);
    CodePool.add(routine).call(real);
    new Emulator().run(routine, emulated);
    for (int i = 0; i < SIZE / 4; i++) {
      int e = real.getAtIndex(ValueLayout.JAVA_INT, i);
      int a = emulated.getAtIndex(ValueLayout.JAVA_INT, i);
      boolean strange =
          Float.isNaN(Float.intBitsToFloat(e)) && Float.isNaN(Float.intBitsToFloat(a));
      if (e != a && !strange) {
        return "word "
            + i
            + " is "
            + Integer.toHexString(a)
            + "; the processor says "
            + Integer.toHexString(e);
      }
    }
    return null;
  }
}
