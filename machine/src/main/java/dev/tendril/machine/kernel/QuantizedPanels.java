package dev.tendril.machine.kernel;

import dev.tendril.machine.gen.Evenly;
import dev.tendril.machine.gen.QuantizedProduct;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Weights and constants of a product of quantized numbers in panels of vectors of columns, in the
/// order in which sums become bytes without being moved.
final class QuantizedPanels {
  private static final int LANES = QuantizedProduct.LANES;

  private QuantizedPanels() {}

  /// For each panel and each pair along the depth, the pairs of all its columns.
  ///
  /// @param out from the weight of a channel to that of the next
  /// @param deep from a weight of a channel to its next
  static MemorySegment weights(QuantizedProduct product, QuantizedLayer layer, int out, int deep) {
    int pairs = product.runPairs();
    int runs = product.down() * product.across();
    int run = product.run();
    short[] packed =
        new short[Math.multiplyExact(2 * product.vectors().whole() * LANES, product.pairs())];
    short[] weights = layer.weights();
    int panelAt = 0;
    for (int panel = 0; panel < product.vectors().parts(); panel++) {
      int[] channels = channels(product, panel);
      for (int r = 0; r < runs; r++) {
        for (int k = 0; k < run; k++) {
          int to = panelAt + 2 * (r * pairs + k / 2) * channels.length + k % 2;
          int from = (r * run + k) * deep;
          for (int i = 0; i < channels.length; i++) {
            if (channels[i] >= 0) {
              packed[to + 2 * i] = weights[channels[i] * out + from];
            }
          }
        }
      }
      panelAt += 2 * product.pairs() * channels.length;
    }
    return Own.shorts(packed);
  }

  static MemorySegment constants(QuantizedProduct product, QuantizedLayer layer) {
    int each = product.requantization().mode().vectors() * LANES;
    int[] constants = new int[product.vectors().whole() * each];
    int at = 0;
    for (int panel = 0; panel < product.vectors().parts(); panel++) {
      int[] channels = channels(product, panel);
      for (int i = 0; i < channels.length; i += LANES) {
        layer.rescaling().write(Arrays.copyOfRange(channels, i, i + LANES), constants, at);
        at += each;
      }
    }
    return Own.ints(constants);
  }

  /// The channels of a panel, vector by vector; -1 for what fills the last one.
  private static int[] channels(QuantizedProduct product, int panel) {
    Evenly vectors = product.vectors();
    int first = vectors.start(panel);
    int v = vectors.start(panel + 1) - first;
    int[] channels = new int[v * LANES];
    for (int i = 0; i < channels.length; i++) {
      int channel = first * LANES + QuantizedProduct.channel(v, i / LANES, i % LANES);
      channels[i] = channel < product.columns() ? channel : -1;
    }
    return channels;
  }
}
