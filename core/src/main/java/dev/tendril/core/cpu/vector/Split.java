package dev.tendril.core.cpu.vector;

/// How a product is divided among threads: by lines, and by panels where there are few lines.
record Split(Product product, int lineParts, int panelParts) {
  private static final long PART_WORK = 200_000;
  private static final int PER_THREAD = 4;

  /// @param batches products of this kind
  static Split of(Product product, int batches, int threads) {
    long work = (long) batches * product.rows() * product.panels().depth * product.panels().columns;
    int wanted =
        threads == 1
            ? 1
            : (int) Math.clamp(work / PART_WORK / batches, 1, (long) threads * PER_THREAD);
    int lines = Math.clamp(Math.ceilDiv(product.lines(), 2), 1, wanted);
    return new Split(
        product, lines, Math.clamp(wanted / lines, 1, Math.max(1, product.panels().count)));
  }

  int parts() {
    return lineParts * panelParts;
  }

  int line(int part) {
    return (int) ((long) product.lines() * (part / panelParts) / lineParts);
  }

  int lineEnd(int part) {
    return (int) ((long) product.lines() * (part / panelParts + 1) / lineParts);
  }

  int panel(int part) {
    return product.panels().count * (part % panelParts) / panelParts;
  }

  int panelEnd(int part) {
    return product.panels().count * (part % panelParts + 1) / panelParts;
  }

  /// The bytes of a thread's own memory, rounded up to lines of a cache.
  static long align(long bytes) {
    return (bytes + 63) & -64;
  }
}
