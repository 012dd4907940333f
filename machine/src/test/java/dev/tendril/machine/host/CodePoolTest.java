package dev.tendril.machine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Gpr;
import dev.tendril.machine.asm.Imm;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CodePoolTest {
  @BeforeEach
  void machine() {
    assumeTrue(Host.support().isYes(), () -> "no machine code here: " + Host.support().reason());
  }

  /// A routine that stores a number.
  private static Code number(long value) {
    Assembler a = new Assembler(false);
    a.add(Op.MOV, Gpr.RAX, new Imm(value));
    a.add(Op.MOV, Mem.at(Gpr.RDI), Gpr.RAX);
    a.add(Op.RET);
    return CodePool.add(a.assemble("number"));
  }

  @Test
  void routinesShareAPageAndEachIsItself() {
    List<Code> codes = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      codes.add(number(i * 10_000_000_019L));
    }
    MemorySegment cell = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);
    for (int i = 0; i < 50; i++) {
      codes.get(i).call(cell);
      assertEquals(i * 10_000_000_019L, cell.get(ValueLayout.JAVA_LONG, 0));
    }
    long first = codes.getFirst().address();
    assertTrue(codes.stream().allMatch(code -> Math.abs(code.address() - first) < Pages.BYTES));
  }

  /// Never writable and executable.
  @Test
  void codeIsSealed() throws IOException {
    Code code = number(1);
    long address = code.address();
    List<String> rights =
        Files.readAllLines(Path.of("/proc/self/maps")).stream()
            .filter(line -> contains(line, address))
            .map(line -> line.replaceAll("^\\S+ (\\S+) .*", "$1"))
            .toList();
    assertEquals(List.of("r-xp"), rights);
  }

  private static boolean contains(String line, long address) {
    String range = line.replaceAll(" .*", "");
    long begin = Long.parseUnsignedLong(range.replaceAll("-.*", ""), 16);
    long end = Long.parseUnsignedLong(range.replaceAll(".*-", ""), 16);
    return begin <= address && address < end;
  }

  @Test
  void pagesGoWithTheirRoutines() throws InterruptedException {
    for (int i = 0; i < 200; i++) {
      long _ = number(i).address();
    }
    long before = CodePool.mappedBytes();
    for (int i = 0; i < 50 && CodePool.mappedBytes() > before - 150L * Pages.BYTES; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertTrue(
        CodePool.mappedBytes() <= before - 150L * Pages.BYTES,
        () -> before + " bytes of code before, " + CodePool.mappedBytes() + " after");
  }
}
