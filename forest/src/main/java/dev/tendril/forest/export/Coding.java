package dev.tendril.forest.export;

/// How the numbers of a forest are written: as bits of floats, or as whole numbers.
interface Coding {
  /// The threshold of a comparison `value >= threshold`.
  int threshold(Input input, float threshold);

  /// What a leaf adds to a sum.
  int contribution(float value);

  /// The weights, the threshold and the replacements of a weighted sum.
  ///
  /// @param replacements empty when a missing value makes the whole test missing
  int[] weightedSum(Input[] inputs, float[] weights, float threshold, float[] replacements);

  /// The coordinates of an anchor and the bound that belongs to it.
  int[] anchor(float[] anchor, float bound);

  /// Writes the bits of floats.
  record Floats() implements Coding {
    @Override
    public int threshold(Input input, float threshold) {
      return Float.floatToRawIntBits(threshold);
    }

    @Override
    public int contribution(float value) {
      return Float.floatToRawIntBits(value);
    }

    @Override
    public int[] weightedSum(
        Input[] inputs, float[] weights, float threshold, float[] replacements) {
      int[] all = new int[weights.length + 1 + replacements.length];
      for (int i = 0; i < weights.length; i++) {
        all[i] = Float.floatToRawIntBits(weights[i]);
      }
      all[weights.length] = Float.floatToRawIntBits(threshold);
      for (int i = 0; i < replacements.length; i++) {
        all[weights.length + 1 + i] = Float.floatToRawIntBits(replacements[i]);
      }
      return all;
    }

    @Override
    public int[] anchor(float[] anchor, float bound) {
      int[] all = new int[anchor.length + 1];
      for (int i = 0; i < anchor.length; i++) {
        all[i] = Float.floatToRawIntBits(anchor[i]);
      }
      all[anchor.length] = Float.floatToRawIntBits(bound);
      return all;
    }
  }
}
