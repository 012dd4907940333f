package dev.tendril.core.quantize;

/// The range that loses least of a distribution when its numbers become 256 integers (Migacz 2017,
/// "8-bit Inference with TensorRT").
///
/// A narrow range has fine steps and cuts numbers off, a wide one has coarse steps. Both losses are
/// measured alike: by the divergence `Σ p · ln(p / q)` of the distribution of the integers, each
/// spread evenly over the bins that it stands for, from that of the numbers, those beyond the range
/// counted at its ends. Ranges are cut at the same distance from zero on both sides.
final class Entropy {
  private static final int LEVELS = 256;
  private static final int CANDIDATES = 128;

  private final Histogram histogram;
  private final int first;
  private final int last;

  private Entropy(Histogram histogram) {
    this.histogram = histogram;
    this.first = histogram.bin(histogram.all().min());
    this.last = histogram.bin(histogram.all().max());
  }

  static Range range(Histogram histogram) {
    return new Entropy(histogram).best();
  }

  private Range best() {
    Range all = histogram.all();
    double limit = Math.max(Math.abs(all.min()), Math.abs(all.max()));
    Range best = all;
    double least = Double.POSITIVE_INFINITY;
    for (int i = CANDIDATES; i >= 1; i--) {
      double at = limit * i / CANDIDATES;
      int low = Math.max(first, histogram.bin(-at));
      int high = Math.min(last, histogram.bin(at));
      if (high - low + 1 < LEVELS / 2) {
        break;
      }
      double divergence = divergence(low, high);
      if (divergence < least) {
        least = divergence;
        best = new Range(-at, at);
      }
    }
    return best;
  }

  private double divergence(int low, int high) {
    int bins = high - low + 1;
    double[] p = new double[bins];
    double total = 0;
    for (int bin = first; bin <= last; bin++) {
      p[Math.clamp(bin - low, 0, bins - 1)] += histogram.count(bin);
      total += histogram.count(bin);
    }
    double inside = 0;
    for (int bin = low; bin <= high; bin++) {
      inside += histogram.count(bin);
    }
    if (inside == 0) {
      return Double.POSITIVE_INFINITY;
    }
    double divergence = 0;
    int levels = Math.min(LEVELS, bins);
    for (int level = 0; level < levels; level++) {
      int from = low + (int) ((long) level * bins / levels);
      int to = low + (int) ((long) (level + 1) * bins / levels);
      double sum = 0;
      int filled = 0;
      for (int bin = from; bin < to; bin++) {
        sum += histogram.count(bin);
        filled += histogram.count(bin) > 0 ? 1 : 0;
      }
      for (int bin = from; bin < to; bin++) {
        double share = p[bin - low] / total;
        if (share > 0) {
          // Numbers beyond an empty end have no integer: as if a thousandth of one had.
          double q = filled == 0 ? 1e-3 / inside : sum / filled / inside;
          divergence += share * Math.log(share / q);
        }
      }
    }
    return divergence;
  }
}
