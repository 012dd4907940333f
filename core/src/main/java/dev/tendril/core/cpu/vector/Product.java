package dev.tendril.core.cpu.vector;

import dev.tendril.core.cpu.scalar.Window;
import java.lang.foreign.MemorySegment;

/// The plan of a product of matrices: how it is cut into pieces that stay in caches.
///
/// Rows of `a` come in **lines**: within a line they are at one distance, and lines are in groups
/// (a convolution's lines are the rows of an image, its groups the images; a matrix is one group,
/// its lines arbitrary). A sum's depth comes in **segments**, each next to each other in memory
/// (rows of a convolution's window; of a deep matrix, blocks that let a panel stay in the nearest
/// cache). Some lines together are a **chunk**, as many as leave their part of `a` in the second
/// cache while all panels pass.
///
/// @param rows in all
/// @param width rows of a line; the last may have fewer
/// @param group lines of a group
/// @param aRow from one row to the next, in bytes, as the following
/// @param aLine from one line to the next
/// @param aGroup from one group to the next
/// @param cRow from one row of the result to the next
/// @param depths of the segments
/// @param shifts where each segment begins in `a`
record Product(
    Panels panels,
    int rows,
    int width,
    int group,
    long aRow,
    long aLine,
    long aGroup,
    long cRow,
    int[] depths,
    long[] shifts,
    Ending ending) {
  /// The depth of a segment of a deep matrix.
  static final int DEPTH = 256;

  private static final int LINE = 24;
  private static final int CHUNK_BYTES = 1 << 18;
  private static final int MOST_ROWS = 240;

  /// Rows next to each other, sums next to each other in rows.
  static Product dense(Panels panels, int rows, long aRow, Ending ending) {
    int parts = Math.max(1, Math.ceilDiv(panels.depth, DEPTH));
    int[] depths = new int[parts];
    long[] shifts = new long[parts];
    for (int i = 0; i < parts; i++) {
      int begin = (int) ((long) panels.depth * i / parts);
      depths[i] = (int) ((long) panels.depth * (i + 1) / parts) - begin;
      shifts[i] = (long) begin * Float.BYTES;
    }
    int lines = Math.ceilDiv(rows, LINE);
    return new Product(
        panels,
        rows,
        LINE,
        Math.max(1, lines),
        aRow,
        aRow * LINE,
        0,
        (long) panels.columns * Float.BYTES,
        depths,
        shifts,
        ending);
  }

  /// The rows of a window as segments, its places across an image as rows.
  ///
  /// @param row from one row of an image to the next, in bytes
  /// @param image from one image to the next
  static Product sliding(Panels panels, Window window, long row, long image, Ending ending) {
    long pixel = 4L * window.channels();
    boolean joined = window.dilationAcross() == 1;
    int taps = joined ? 1 : window.columns();
    int whole = window.channels() * (joined ? window.columns() : 1);
    int blocks = Math.max(1, Math.ceilDiv(whole, DEPTH));
    int[] depths = new int[window.rows() * taps * blocks];
    long[] shifts = new long[depths.length];
    for (int i = 0; i < depths.length; i++) {
      int block = i % blocks;
      int tap = i / blocks % taps;
      int begin = (int) ((long) whole * block / blocks);
      depths[i] = (int) ((long) whole * (block + 1) / blocks) - begin;
      shifts[i] =
          (long) (i / blocks / taps) * window.dilationDown() * row
              + (long) tap * window.dilationAcross() * pixel
              + 4L * begin;
    }
    return new Product(
        panels,
        window.places(),
        Math.max(1, window.outWidth()),
        Math.max(1, window.outHeight()),
        window.strideAcross() * pixel,
        window.strideDown() * row,
        image,
        (long) panels.columns * Float.BYTES,
        depths,
        shifts,
        ending);
  }

  /// The same with lines of another width; of a dense one.
  Product withLines(int rowsOfLine) {
    return new Product(
        panels,
        rows,
        rowsOfLine,
        Math.max(1, Math.ceilDiv(rows, rowsOfLine)),
        aRow,
        aRow * rowsOfLine,
        0,
        cRow,
        depths,
        shifts,
        ending);
  }

  int lines() {
    return Math.ceilDiv(rows, width);
  }

  /// The lines of a chunk.
  int chunk() {
    int fit = CHUNK_BYTES / (Math.min(DEPTH, Math.max(1, panels.depth)) * Float.BYTES);
    return Math.max(1, Math.min(fit, MOST_ROWS) / width);
  }

  /// The memory that one thread needs for columns that do not fill a vector.
  long edgeBytes() {
    return panels.columns == panels.padded ? 0 : (long) Tiles.MOST * Lanes.BYTES * chunk() * width;
  }

  /// Computes some lines and panels.
  ///
  /// @param bias where all sums begin, as many as there are padded columns
  /// @param residual what is added to the result where [#ending] says so, from `ct` on as the
  ///     result; else anything
  /// @param edge memory of [#edgeBytes]
  void run(
      MemorySegment a,
      long at,
      MemorySegment b,
      long bt,
      MemorySegment bias,
      long biasAt,
      MemorySegment c,
      long ct,
      MemorySegment residual,
      MemorySegment edge,
      long edgeAt,
      int firstLine,
      int lastLine,
      int firstPanel,
      int lastPanel) {
    int chunk = chunk();
    for (int line = firstLine; line < lastLine; line += chunk) {
      int end = Math.min(line + chunk, lastLine);
      for (int segment = 0, row = 0; segment < depths.length; row += depths[segment++]) {
        for (int panel = firstPanel; panel < lastPanel; panel++) {
          boolean isEdge = panel == panels.count - 1 && panels.columns < panels.padded;
          boolean first = segment == 0;
          boolean last = segment == depths.length - 1;
          long start = 4L * panels.first(panel);
          MemorySegment target = isEdge ? edge : c;
          long to = isEdge ? edgeAt : ct + (long) line * width * cRow + start;
          long step = isEdge ? (long) panels.vectors(panel) * Lanes.BYTES : cRow;
          chunk(
              segment,
              a,
              at,
              b,
              bt + panels.offset(panel, row),
              first ? bias : target,
              first ? biasAt + start : to,
              first ? 0 : step,
              target,
              to,
              step,
              line,
              end,
              panels.vectors(panel),
              last && ending.cut());
          if (last && (isEdge || ending.adds())) {
            finish(
                panel,
                isEdge ? edge : c,
                to,
                step,
                residual,
                c,
                ct + (long) line * width * cRow + start,
                Math.min(end * width, rows) - line * width);
          }
        }
      }
    }
  }

  private void chunk(
      int segment,
      MemorySegment a,
      long at,
      MemorySegment b,
      long bt,
      MemorySegment s,
      long st,
      long sRow,
      MemorySegment c,
      long ct,
      long cRow,
      int begin,
      int end,
      int vectors,
      boolean cut) {
    for (int line = begin; line < end; line++) {
      int before = (line - begin) * width;
      int there = Math.min(width, rows - line * width);
      Tiles.panel(
          vectors,
          there,
          depths[segment],
          a,
          at + shifts[segment] + line / group * aGroup + line % group * aLine,
          aRow,
          b,
          bt,
          s,
          st + before * sRow,
          sRow,
          c,
          ct + before * cRow,
          cRow);
      if (cut) {
        Tiles.cut(vectors, there, c, ct + before * cRow, cRow, ending.low(), ending.high());
      }
    }
  }

  /// Puts sums that do not fill vectors in their place, and does what comes after the sums.
  private void finish(
      int panel,
      MemorySegment from,
      long at,
      long row,
      MemorySegment residual,
      MemorySegment c,
      long ct,
      int there) {
    if (panel == panels.count - 1 && panels.columns < panels.padded) {
      int columns = panels.columns - panels.first(panel);
      for (int i = 0; i < there; i++) {
        Copies.floats(from, at + i * row, c, ct + i * cRow, columns);
        if (ending.adds()) {
          ending.add(residual, c, ct + i * cRow, columns);
        }
      }
    } else {
      Tiles.add(panels.vectors(panel), there, residual, c, ct, cRow, ending.least(), ending.most());
    }
  }
}
