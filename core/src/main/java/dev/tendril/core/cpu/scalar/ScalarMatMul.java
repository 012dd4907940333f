package dev.tendril.core.cpu.scalar;

import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Contract;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Workers;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/// Products of matrices, row by row: a row of the result is a sum of rows of the right operand,
/// some columns at a time, so that they stay in the nearest cache.
final class ScalarMatMul implements Kernel {
  private static final int COLUMNS = 1024;
  private static final long PART_WORK = 100_000;

  private final Contract.MatMul op;
  private final MatMulShape shape;
  private final boolean biased;
  private final int parts;

  ScalarMatMul(Node node, Contract.MatMul op, int threads) {
    this.op = op;
    shape =
        MatMulShape.of(
            op, node.inputs().get(0).type().shape(), node.inputs().get(1).type().shape());
    biased = node.inputs().size() > 2;
    long rows = (long) shape.batches() * shape.m();
    long work = rows * shape.n() * shape.k();
    parts =
        threads == 1 ? 1 : (int) Math.clamp(work / PART_WORK, 1, Math.clamp(rows, 1, 4L * threads));
  }

  private int rights() {
    return shape.oneRight() ? Math.min(1, shape.batches()) : shape.batches();
  }

  @Override
  public long scratchBytes() {
    return op.transposeB() ? 4L * rights() * shape.k() * shape.n() : 0;
  }

  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
    List<MemorySegment> operands = List.copyOf(inputs);
    MemorySegment c = outputs.getFirst();
    IntConsumer turning = batch -> turn(operands.get(1), scratch, batch);
    IntConsumer part = number -> part(operands, c, scratch, number);
    return () -> {
      if (op.transposeB()) {
        Workers.run(rights(), turning);
      }
      Workers.run(parts, part);
    };
  }

  private void turn(MemorySegment b, MemorySegment scratch, int batch) {
    long size = 4L * shape.k() * shape.n();
    Rows.turn(b, 4 * shape.bAt()[batch], shape.n(), shape.k(), scratch, batch * size);
  }

  private void part(
      List<MemorySegment> operands, MemorySegment c, MemorySegment scratch, int part) {
    float[] sums = new float[Math.min(COLUMNS, shape.n())];
    MemorySegment b = op.transposeB() ? scratch : operands.get(1);
    long rows = (long) shape.batches() * shape.m();
    long end = rows * (part + 1) / parts;
    for (int j = 0; j < shape.n(); j += COLUMNS) {
      int count = Math.min(COLUMNS, shape.n() - j);
      for (long i = rows * part / parts; i < end; i++) {
        int batch = (int) (i / shape.m());
        long row = i % shape.m();
        start(operands, sums, count, j);
        Rows.addProduct(
            sums,
            count,
            shape.k(),
            operands.getFirst(),
            4 * (shape.aAt()[batch] + (op.transposeA() ? row : row * shape.k())),
            op.transposeA() ? 4L * shape.m() : 4,
            b,
            right(batch) + 4L * j,
            4L * shape.n());
        float low = op.activation().low();
        Rows.store(sums, count, c, 4 * (i * shape.n() + j), low, op.activation().high());
      }
    }
  }

  private long right(int batch) {
    if (!op.transposeB()) {
      return 4 * shape.bAt()[batch];
    }
    return shape.oneRight() ? 0 : 4L * batch * shape.k() * shape.n();
  }

  private void start(List<MemorySegment> operands, float[] sums, int count, int column) {
    if (biased) {
      Rows.load(sums, count, operands.get(2), 4L * column);
    } else {
      Arrays.fill(sums, 0, count, 0);
    }
  }
}
