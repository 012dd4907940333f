package dev.tendril.core.cpu;

import dev.tendril.core.op.Trees;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Workers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// A forest on a known number of rows. Engines work on arrays of Java, so rows are copied out of
/// native memory in blocks that stay in the cache. A row's result depends on nothing but the row,
/// so it does not matter which thread takes which block.
final class ForestKernel implements Kernel {
  /// Rows that are predicted together: as many as engines like to have at once.
  private static final int BLOCK = 256;

  /// More parts than threads, so that none waits long for the last.
  private static final int PER_THREAD = 4;

  private final Trees trees;
  private final int rows;
  private final int parts;

  ForestKernel(Trees trees, int rows, int threads) {
    this.trees = trees;
    this.rows = rows;
    this.parts =
        threads == 1 ? 1 : Math.clamp((long) threads * PER_THREAD, 1, Math.max(1, blocks(rows)));
  }

  private static int blocks(int rows) {
    return Math.ceilDiv(rows, BLOCK);
  }

  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
    Part[] all = new Part[parts];
    for (int i = 0; i < parts; i++) {
      int begin = (int) ((long) blocks(rows) * i / parts) * BLOCK;
      int end = (int) Math.min((long) blocks(rows) * (i + 1) / parts * BLOCK, rows);
      all[i] = new Part(trees, begin, end, inputs.getFirst(), outputs.getFirst());
    }
    return () -> Workers.run(all.length, i -> all[i].run());
  }

  /// Some rows and the arrays to predict them in; for one thread at a time.
  private static final class Part {
    private final Trees trees;
    private final int begin;
    private final int end;
    private final MemorySegment x;
    private final MemorySegment y;
    private final float[] in;
    private final float[] out;

    Part(Trees trees, int begin, int end, MemorySegment x, MemorySegment y) {
      this.trees = trees;
      this.begin = begin;
      this.end = end;
      this.x = x;
      this.y = y;
      int most = Math.min(BLOCK, end - begin);
      in = new float[Math.multiplyExact(most, trees.features())];
      out = new float[Math.multiplyExact(most, trees.outputs())];
    }

    void run() {
      ValueLayout.OfFloat layout = ValueLayout.JAVA_FLOAT_UNALIGNED;
      int features = trees.features();
      int outputs = trees.outputs();
      for (int row = begin; row < end; row += BLOCK) {
        int count = Math.min(BLOCK, end - row);
        MemorySegment.copy(x, layout, 4L * row * features, in, 0, count * features);
        trees.predict(in, count, out);
        MemorySegment.copy(out, 0, y, layout, 4L * row * outputs, count * outputs);
      }
    }
  }
}
