package dev.tendril.machine.gen;

import static dev.tendril.machine.asm.Gpr.R13;
import static dev.tendril.machine.asm.Gpr.R14;
import static dev.tendril.machine.asm.Gpr.R15;
import static dev.tendril.machine.asm.Gpr.R8;
import static dev.tendril.machine.asm.Gpr.R9;
import static dev.tendril.machine.asm.Gpr.RAX;
import static dev.tendril.machine.asm.Gpr.RBP;
import static dev.tendril.machine.asm.Gpr.RBX;
import static dev.tendril.machine.asm.Gpr.RCX;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Routine;
import dev.tendril.machine.gen.Product.Run;
import java.util.List;

/// Writes the routine of a [Product].
///
/// Loops, from the outside: panels of columns and tiles of rows, in the order that the tiling says;
/// segments; steps along the depth, some of them unrolled. Numbers of the left matrix are spread
/// from where they are, so that it is never copied.
///
/// Registers: `rax` the tile's rows of `A`, `rbx` the panel of `B`, `rbp` its bias, `r9` the tile's
/// part of `C`, `r8` the way from `C` to what is added, `r10` the place in the panel, `r13` where
/// the tile or the panel of `C` began; `rcx`, `rdx`, `r11`, `r14`, `r15` count.
public final class ProductCode {

  private final Target target;
  private final Assembler code;
  private final Product product;
  private final List<Run> runs;

  private ProductCode(Target target, Product product) {
    this.target = target;
    this.code = target.code();
    this.product = product;
    this.runs = product.runs(target.lanes());
  }

  public static Routine write(Target target, Product product) {
    return new ProductCode(target, product).write();
  }

  private Routine write() {
    Frame.open(code);
    int last = runs.isEmpty() ? target.lanes() : runs.getLast().last();
    if (last < target.lanes()) {
      target.tail(last);
    }
    if (product.ending().adds()) {
      code.add(Op.MOV, R8, Frame.argument(Product.ADDED));
      code.add(Op.SUB, R8, Frame.argument(Product.RESULT));
    }
    if (product.tiling().panelsOutside()) {
      panelsOutside();
    } else {
      panelsInside();
    }
    Frame.close(code);
    return code.assemble(name());
  }

  /// Such as `product 6x2`.
  private String name() {
    return "product " + product.tiling().rows().size() + "x" + product.tiling().vectors().size();
  }

  private void panelsOutside() {
    code.add(Op.MOV, RBX, Frame.argument(Product.RIGHT));
    code.add(Op.MOV, RBP, Frame.argument(Product.BIAS));
    code.add(Op.MOV, R13, Frame.argument(Product.RESULT));
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      Frame.times(
          code,
          R15,
          Frame.argument(Product.PANELS + i),
          () -> {
            code.add(Op.MOV, RAX, Frame.argument(Product.LEFT));
            Frame.move(code, R9, R13);
            lines(
                height -> {
                  new ProductTile(target, product, height, run).write();
                  Frame.advance(code, R9, height * product.resultStep());
                });
            nextPanel(run);
            Frame.advance(code, R13, (long) run.vectors() * target.bytes());
          });
    }
  }

  private void panelsInside() {
    code.add(Op.MOV, RAX, Frame.argument(Product.LEFT));
    code.add(Op.MOV, R9, Frame.argument(Product.RESULT));
    lines(
        height -> {
          code.add(Op.MOV, RBX, Frame.argument(Product.RIGHT));
          code.add(Op.MOV, RBP, Frame.argument(Product.BIAS));
          Frame.move(code, R13, R9);
          for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            Frame.times(
                code,
                R15,
                Frame.argument(Product.PANELS + i),
                () -> {
                  new ProductTile(target, product, height, run).write();
                  nextPanel(run);
                  Frame.advance(code, R9, (long) run.vectors() * target.bytes());
                });
          }
          Frame.move(code, R9, R13);
          Frame.advance(code, R9, height * product.resultStep());
        });
  }

  /// What is done for a tile of a number of rows.
  private interface Tile {
    void write(int height);
  }

  /// All tiles of all lines; leaves `rax` and `r9` at the next line.
  private void lines(Tile tile) {
    Evenly rows = product.tiling().rows();
    long whole = rows.whole();
    Frame.times(
        code,
        R14,
        Frame.argument(Product.LINES),
        () -> {
          tiles(0, rows.size(), tile);
          if (rows.smaller() > 0) {
            tiles(1, rows.size() - 1, tile);
          }
          Frame.advance(code, RAX, product.lineStep() - whole * product.rowStep());
          Frame.advance(code, R9, product.resultLine() - whole * product.resultStep());
        });
  }

  private void tiles(int kind, int height, Tile tile) {
    Frame.times(
        code,
        RCX,
        Frame.argument(Product.TILES + kind),
        () -> {
          tile.write(height);
          Frame.advance(code, RAX, height * product.rowStep());
        });
  }

  private void nextPanel(Run run) {
    long vector = (long) run.vectors() * target.bytes();
    if (product.packed()) {
      Frame.advance(code, RBX, vector * product.depth());
    } else {
      Frame.advance(code, RBX, vector);
    }
    if (product.start() == Product.Start.BIAS) {
      Frame.advance(code, RBP, vector);
    }
  }
}
