package dev.tendril.machine.gen;

import static dev.tendril.machine.asm.Gpr.R13;
import static dev.tendril.machine.asm.Gpr.R14;
import static dev.tendril.machine.asm.Gpr.R15;
import static dev.tendril.machine.asm.Gpr.R9;
import static dev.tendril.machine.asm.Gpr.RAX;
import static dev.tendril.machine.asm.Gpr.RBP;
import static dev.tendril.machine.asm.Gpr.RBX;
import static dev.tendril.machine.asm.Gpr.RCX;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Routine;
import java.util.List;

/// Writes the routine of a [QuantizedProduct]. Panels are the outer loop: the left operand of a
/// call is a block that fits the nearest cache.
///
/// Registers: `rax` the tile's rows of `A`, `rbx` the panel of `B`, `rbp` its constants, `r9` the
/// tile's part of `C`, `r10` the place in the panel, `r13` where the panel of `C` began; `rcx`,
/// `rdx`, `r11`, `r12`, `r14`, `r15` count.
public final class QuantizedProductCode {
  private QuantizedProductCode() {}

  public static Routine write(Avx2 target, QuantizedProduct product) {
    Assembler code = target.code();
    Frame.open(code);
    code.add(Op.MOV, RBX, Frame.argument(QuantizedProduct.RIGHT));
    code.add(Op.MOV, RBP, Frame.argument(QuantizedProduct.CONSTANTS));
    code.add(Op.MOV, R13, Frame.argument(QuantizedProduct.RESULT));
    List<Product.Run> runs = product.runs();
    for (int i = 0; i < runs.size(); i++) {
      Product.Run run = runs.get(i);
      Frame.times(
          code,
          R15,
          Frame.argument(QuantizedProduct.PANELS + i),
          () -> {
            code.add(Op.MOV, RAX, Frame.argument(QuantizedProduct.LEFT));
            Frame.move(code, R9, R13);
            lines(target, product, run);
            long vectors = run.vectors();
            Frame.advance(code, RBX, vectors * target.bytes() * product.pairs());
            Frame.advance(
                code, RBP, vectors * target.bytes() * product.requantization().mode().vectors());
            Frame.advance(code, R13, vectors * QuantizedProduct.LANES);
          });
    }
    Frame.close(code);
    return code.assemble(
        "quantized product " + product.rows().size() + "x" + product.vectors().size());
  }

  private static void lines(Avx2 target, QuantizedProduct product, Product.Run run) {
    Assembler code = target.code();
    Evenly rows = product.rows();
    long whole = rows.whole();
    Frame.times(
        code,
        R14,
        Frame.argument(QuantizedProduct.LINES),
        () -> {
          for (int kind = 0; kind < (rows.smaller() > 0 ? 2 : 1); kind++) {
            int height = rows.size() - kind;
            Frame.times(
                code,
                RCX,
                Frame.argument(QuantizedProduct.TILES + kind),
                () -> {
                  new QuantizedTile(target, product, height, run).write();
                  Frame.advance(code, RAX, height * product.rowStep());
                  Frame.advance(code, R9, height * product.resultStep());
                });
          }
          Frame.advance(code, RAX, product.lineStep() - whole * product.rowStep());
          Frame.advance(code, R9, product.resultLine() - whole * product.resultStep());
        });
  }
}
