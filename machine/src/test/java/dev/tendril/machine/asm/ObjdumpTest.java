package dev.tendril.machine.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every form of every instruction with many operands, against what the disassembler of binutils
/// reads.
class ObjdumpTest {
  private static final long SEED = 1;
  private static final int DRAWS = 60;
  private static final Pattern LINE = Pattern.compile("^\\s*[0-9a-f]+:\\t[0-9a-f ]+\\t(.*)$");

  private static final List<Gpr> GPRS = List.of(Gpr.values());

  @TempDir Path folder;

  private final Random random = new Random(SEED);

  @Test
  void everyFormIsReadAsItWasMeant() throws Exception {
    assumeTrue(isThere(), "objdump of binutils is not installed");
    List<Instruction> instructions = new ArrayList<>();
    for (Op op : Op.values()) {
      if (!op.isJump()) {
        for (Form form : op.forms()) {
          for (int i = 0; i < DRAWS; i++) {
            instructions.add(draw(op, form));
          }
        }
      }
    }
    Encoder encoder = new Encoder();
    instructions.forEach(encoder::write);
    List<String> read =
        disassemble(Arrays.copyOf(encoder.bytes(), encoder.size())).stream()
            .map(ObjdumpTest::plain)
            .toList();
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < Math.min(read.size(), instructions.size()); i++) {
      String meant = text(instructions.get(i));
      if (!meant.equals(read.get(i))) {
        wrong.add(instructions.get(i) + ": " + read.get(i) + "; expected " + meant);
      }
    }
    assertTrue(
        wrong.isEmpty(),
        () ->
            wrong.size()
                + " wrong, seed "
                + SEED
                + ":\n"
                + wrong.stream()
                    .filter(new java.util.HashSet<String>()::add)
                    .limit(40)
                    .collect(Collectors.joining("\n")));
    assertEquals(instructions.size(), read.size());
  }

  /// Jumps of both lengths, forward and backward, and constants behind the code.
  @Test
  void jumpsAndConstantsGoWhereTheyShould() throws Exception {
    assumeTrue(isThere(), "objdump of binutils is not installed");
    Assembler a = new Assembler(false);
    Label end = new Label();
    Label begin = a.here();
    a.add(Op.VADDPS, Vec.ymm(1), Vec.ymm(2), a.floats(1, 2, 3, 4, 5, 6, 7, 8));
    a.add(Op.JZ, end);
    a.add(Op.JNZ, begin);
    for (int i = 0; i < 40; i++) {
      a.add(Op.ADD, Gpr.RAX, new Imm(1 << 20));
    }
    a.add(Op.JB, begin);
    a.add(Op.JMP, begin);
    Label near = new Label();
    a.add(Op.JMP, near);
    a.bind(near);
    a.add(Op.RET);
    a.bind(end);
    a.add(Op.RET);
    Routine routine = a.assemble("jumps");
    List<String> read = disassemble(Arrays.copyOf(routine.bytes(), routine.constantsAt()));
    List<String> jumps = read.stream().filter(line -> line.startsWith("j")).toList();
    assertTrue(read.getFirst().startsWith("vaddps ymm1,ymm2,YMMWORD PTR [rip+"), read.getFirst());
    int at = Integer.parseInt(read.getFirst().replaceAll(".*# 0x", ""), 16);
    assertEquals(routine.constantsAt(), at);
    int last = 8 + 6 + 2 + 40 * 7 + 6 + 5 + 2 + 1;
    assertEquals(
        List.of(
            "je     0x" + Integer.toHexString(last),
            "jne    0x0",
            "jb     0x0",
            "jmp    0x0",
            "jmp    0x" + Integer.toHexString(last - 1)),
        jumps);
  }

  private static boolean isThere() {
    try {
      return new ProcessBuilder("objdump", "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> disassemble(byte[] code) throws IOException {
    Path file = Files.write(folder.resolve("code.bin"), code);
    Process process =
        new ProcessBuilder(
                "objdump",
                "-D",
                "-b",
                "binary",
                "-m",
                "i386:x86-64",
                "-M",
                "intel",
                "--insn-width=16",
                file.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> lines = new ArrayList<>();
    try (InputStream output = process.getInputStream()) {
      for (String line :
          new String(output.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
          lines.add(matcher.group(1).strip());
        }
      }
    }
    return lines;
  }

  private Instruction draw(Op op, Form form) {
    boolean evex =
        form.family() == Form.Family.EVEX
            || (form.isVector() && form.family() != Form.Family.VEX && random.nextBoolean());
    boolean single = form.tuple() == Tuple.ONE4 || form.tuple() == Tuple.ONE8;
    boolean broadcastLoad = op.name().contains("BROADCAST") && op != Op.VBROADCASTF128;
    int bytes =
        (single && !broadcastLoad)
                || op == Op.VMOVD
                || op.name().startsWith("VPINSR")
                || op.name().startsWith("VPEXTR")
            ? 16
            : op == Op.VBROADCASTF128 || (needsTwoLanes(op) && !evex)
                ? 32
                : op == Op.VEXTRACTF64X4
                    ? 64
                    : needsTwoLanes(op)
                        ? 32 << random.nextInt(2)
                        : 16 << random.nextInt(evex ? 3 : 2);
    List<Operand> operands = new ArrayList<>();
    boolean memory = random.nextBoolean();
    for (int i = 0; i < form.kinds().length(); i++) {
      char field = form.pattern().fields.charAt(i);
      boolean part = field == 'm';
      Operand drawn =
          switch (form.kinds().charAt(i)) {
            case 'M' -> memory(false);
            case 'g' ->
                part && memory && form.isVector() == (op == Op.VMOVD) ? memory(false) : gpr();
            case 'G' -> op == Op.XGETBV ? Gpr.RAX : gpr();
            case 'k' -> new Mask(random.nextInt(8));
            case 'v', 'V' -> {
              boolean may = part && memory && form.kinds().charAt(i) == 'v';
              yield may
                  ? memory(evex && form.element() > 0 && random.nextBoolean())
                  : new Vec(
                      random.nextInt(evex ? 32 : 16), part ? form.tuple().register(bytes) : bytes);
            }
            case 'i' -> number(field, form);
            default -> throw new IllegalStateException(form.kinds());
          };
      operands.add(drawn);
    }
    boolean masked =
        evex
            && !form.kinds().contains("g")
            && !form.kinds().isEmpty()
            && op != Op.VMOVSS
            && !isNeverMasked(op, form);
    boolean store = !operands.isEmpty() && operands.getFirst() instanceof Mem;
    boolean zeroing = masked && !store && !form.kinds().startsWith("k") && random.nextBoolean();
    int mask = masked ? random.nextInt(zeroing ? 1 : 0, 8) : 0;
    Instruction drawn = new Instruction(op, form, operands, new Mask(mask), zeroing);
    // An earlier form may take the same operands; then others are drawn.
    return Instruction.of(op, new Mask(mask), zeroing, operands).form().equals(form)
        ? drawn
        : draw(op, form);
  }

  private static boolean needsTwoLanes(Op op) {
    return switch (op) {
      case VPERMD,
          VPERMPS,
          VPERMQ,
          VPERM2F128,
          VEXTRACTF128,
          VEXTRACTF32X4,
          VINSERTF128,
          VINSERTF32X4,
          VSHUFF32X4 ->
          true;
      default -> false;
    };
  }

  private static boolean isNeverMasked(Op op, Form form) {
    return (form.tuple() == Tuple.ONE8 && op != Op.VPBROADCASTQ)
        || op == Op.VMOVD
        || op == Op.VMOVLPS
        || op == Op.VMOVQ;
  }

  private Gpr gpr() {
    return GPRS.get(random.nextInt(GPRS.size()));
  }

  private Mem memory(boolean spread) {
    Gpr index = random.nextBoolean() ? null : gpr();
    if (index == Gpr.RSP) {
      index = null;
    }
    int displacement =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> random.nextInt(-128, 128);
          case 2 -> 4 * random.nextInt(-600, 600);
          default -> random.nextInt(-1 << 20, 1 << 20);
        };
    int scale = index == null ? 1 : 1 << random.nextInt(4);
    return new Mem(gpr(), index, scale, displacement, spread);
  }

  private Imm number(char field, Form form) {
    return new Imm(
        switch (field) {
          case 'i' -> form.isVector() ? random.nextInt(8) : random.nextInt(1, 64);
          case 'I' -> random.nextLong(1000, 1 << 30) * (random.nextBoolean() ? 1 : -1);
          default -> random.nextLong() | 1L << 62;
        });
  }

  /// An instruction as the disassembler writes it, but for details that say nothing.
  private static String text(Instruction i) {
    String name =
        switch (i.op()) {
          case MOVL -> "mov";
          case REP_MOVSB -> "rep movs es:[rdi+0x0],ds:[rsi+0x0]";
          case REP_STOSB -> "rep stos es:[rdi+0x0],al";
          case MOV -> i.form().pattern() == dev.tendril.machine.asm.Pattern.OQ ? "movabs" : "mov";
          default -> i.op().mnemonic();
        };
    StringBuilder text = new StringBuilder(name);
    if (i.op() == Op.XGETBV) {
      return text.toString();
    }
    for (int n = 0; n < i.operands().size(); n++) {
      text.append(n == 0 ? " " : ",").append(text(i, n));
      if (n == 0 && i.predicate().number() != 0) {
        text.append("{k").append(i.predicate().number()).append('}');
        text.append(i.zeroing() ? "{z}" : "");
      }
    }
    return text.toString();
  }

  private static String text(Instruction i, int n) {
    return switch (i.operands().get(n)) {
      case Gpr g -> isWide(i, n) ? g.name().toLowerCase(Locale.ROOT) : narrow(g);
      case Vec v -> v.toString();
      case Mask k -> k.toString();
      case Imm imm ->
          "0x" + Long.toHexString(i.form().isVector() ? imm.value() & 0xff : imm.value());
      case Mem m -> text(m, i);
      case Label _ -> throw new IllegalStateException();
    };
  }

  private static boolean isWide(Instruction i, int operand) {
    return switch (i.op()) {
      case MOVSXD -> operand == 0;
      case MOVL, VMOVD, KMOVW, KMOVD, VPBROADCASTD -> false;
      default -> true;
    };
  }

  private static String narrow(Gpr g) {
    return g.number() < 8
        ? "e" + g.name().substring(1).toLowerCase(Locale.ROOT)
        : g.name().toLowerCase(Locale.ROOT) + "d";
  }

  private static String text(Mem m, Instruction i) {
    StringBuilder text = new StringBuilder("[");
    text.append(Objects.requireNonNull(m.base()).name());
    if (m.index() != null) {
      text.append('+').append(m.index().name()).append('*').append(m.scale());
    }
    int d = m.displacement();
    text.append(d < 0 ? "-0x" : "+0x").append(Integer.toHexString(Math.abs(d))).append(']');
    String element = i.form().element() == 4 ? "DWORD BCST " : "QWORD BCST ";
    return (m.broadcast() ? element : "") + text.toString().toLowerCase(Locale.ROOT);
  }

  /// What the disassembler wrote, without sizes of operands and with all displacements.
  private static String plain(String line) {
    String text =
        line.replaceAll("#.*", "")
            .replaceAll("(BYTE|WORD|DWORD|QWORD|XMMWORD|YMMWORD|ZMMWORD) PTR ", "")
            .replaceAll("\\s+", " ")
            .strip();
    text = text.replaceAll("\\[((?:(?!0x)[^]])*)]", "[$1+0x0]");
    Matcher compare = Pattern.compile("^vcmp(\\w+)ps (.*)$").matcher(text);
    if (compare.matches()) {
      List<String> kinds = List.of("eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord");
      text = "vcmpps " + compare.group(2) + ",0x" + kinds.indexOf(compare.group(1));
    }
    return text.replaceAll("^(rex\\.\\w+) ", "");
  }
}
