package dev.tendril.machine.gen;

import static dev.tendril.machine.asm.Gpr.R10;
import static dev.tendril.machine.asm.Gpr.R11;
import static dev.tendril.machine.asm.Gpr.R13;
import static dev.tendril.machine.asm.Gpr.R14;
import static dev.tendril.machine.asm.Gpr.R15;
import static dev.tendril.machine.asm.Gpr.R9;
import static dev.tendril.machine.asm.Gpr.RAX;
import static dev.tendril.machine.asm.Gpr.RBP;
import static dev.tendril.machine.asm.Gpr.RBX;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Routine;
import dev.tendril.machine.asm.Vec;
import java.util.ArrayList;
import java.util.List;

/// A depthwise convolution of quantized numbers, of images as [Pairing] makes them, in tiles of up
/// to four windows side by side. Loops, from the outside: blocks of 8 channels, rows, tiles.
///
/// @param outWidth windows side by side
/// @param down pairs of rows of the window
/// @param downStep bytes from one pair to the next
/// @param across columns of the window
/// @param acrossStep bytes from one column to the next
/// @param windowStep bytes from one window to the next
/// @param rowStep bytes from a row of windows to the next
/// @param resultPixel bytes from one pixel of the result to the next
/// @param resultRow bytes from one row of the result to the next
public record QuantizedChannelwise(
    int outWidth,
    int down,
    long downStep,
    int across,
    long acrossStep,
    long windowStep,
    long rowStep,
    long resultPixel,
    long resultRow,
    Requantization requantization) {
  /// The place of arguments of the routine.
  public static final int LEFT = 0;

  /// Bytes from one block of the image to the next.
  public static final int LEFT_BLOCK = 1;

  /// Weights: for each block, for each pair of rows, for each column a vector.
  public static final int WEIGHTS = 2;

  public static final int CONSTANTS = 3;
  public static final int RESULT = 4;

  /// The number of rows of windows.
  public static final int ROWS = 5;

  /// The number of blocks of 8 channels.
  public static final int BLOCKS = 6;

  private static final int VECTOR = 32;
  private static final int TILE = 4;

  /// Registers that are no weights: sums, a product, and one more for rounding.
  private static final int OTHERS = TILE + 2;

  /// The vectors of weights of a block.
  public int taps() {
    return down * across;
  }

  public Routine write(Avx2 target) {
    return new Code(target, this).write();
  }

  private record Code(Avx2 target, QuantizedChannelwise shape) {
    private Assembler code() {
      return target.code();
    }

    private boolean isKept() {
      return shape.taps() + OTHERS <= target.registers();
    }

    Routine write() {
      Assembler code = code();
      Frame.open(code);
      code.add(Op.MOV, R13, Frame.argument(LEFT));
      code.add(Op.MOV, RBX, Frame.argument(WEIGHTS));
      code.add(Op.MOV, RBP, Frame.argument(CONSTANTS));
      code.add(Op.MOV, R10, Frame.argument(RESULT));
      Frame.times(
          code,
          R15,
          Frame.argument(BLOCKS),
          () -> {
            for (int i = 0; isKept() && i < shape.taps(); i++) {
              target.load(weight(i), weights(i));
            }
            Frame.move(code, RAX, R13);
            Frame.move(code, R9, R10);
            Frame.times(code, R14, Frame.argument(ROWS), this::row);
            Frame.advance(code, RBX, (long) shape.taps() * VECTOR);
            Frame.advance(code, RBP, new RequantizationCode(target, shape.requantization).stride());
            Frame.advance(code, R10, Pairing.CHANNELS);
            code.add(Op.ADD, R13, Frame.argument(LEFT_BLOCK));
          });
      Frame.close(code);
      return code.assemble("quantized depthwise " + 2 * shape.down + "x" + shape.across);
    }

    private void row() {
      int tiles = shape.outWidth / TILE;
      int rest = shape.outWidth % TILE;
      Frame.times(
          code(),
          R11,
          tiles,
          () -> {
            tile(TILE);
            advance(TILE);
          });
      if (rest > 0) {
        tile(rest);
        advance(rest);
      }
      Frame.advance(code(), RAX, shape.rowStep - shape.outWidth * shape.windowStep);
      Frame.advance(code(), R9, shape.resultRow - shape.outWidth * shape.resultPixel);
    }

    private void advance(int windows) {
      Frame.advance(code(), RAX, windows * shape.windowStep);
      Frame.advance(code(), R9, windows * shape.resultPixel);
    }

    private Vec sum(int i) {
      return target.vec(i);
    }

    private Vec weight(int tap) {
      return target.vec(OTHERS + tap);
    }

    private Mem weights(int tap) {
      return Mem.at(RBX, (long) tap * VECTOR);
    }

    private void tile(int windows) {
      Vec product = target.vec(TILE);
      Vec loaded = target.vec(TILE + 1);
      for (int i = 0; i < windows; i++) {
        target.load(sum(i), Mem.at(RBP));
      }
      for (int row = 0; row < shape.down; row++) {
        for (int column = 0; column < shape.across; column++) {
          int tap = row * shape.across + column;
          Vec weight = isKept() ? weight(tap) : loaded;
          if (!isKept()) {
            target.load(loaded, weights(tap));
          }
          for (int i = 0; i < windows; i++) {
            long at = row * shape.downStep + column * shape.acrossStep + i * shape.windowStep;
            target.dot(sum(i), weight, Mem.at(RAX, at), product);
          }
        }
      }
      RequantizationCode requantization = new RequantizationCode(target, shape.requantization);
      List<Vec> sums = new ArrayList<>();
      for (int i = 0; i < windows; i++) {
        requantization.scale(sum(i), Mem.at(RBP), loaded, product);
        sums.add(sum(i));
      }
      requantization.storeRows(Mem.at(R9), sums, shape.resultPixel, product);
    }
  }
}
