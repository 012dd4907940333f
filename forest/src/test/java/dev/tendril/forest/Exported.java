package dev.tendril.forest;

import dev.tendril.data.Field;
import dev.tendril.data.Frame;
import dev.tendril.data.Semantic;
import dev.tendril.forest.engine.FrameFeed;
import dev.tendril.forest.engine.Layout;
import dev.tendril.forest.engine.Rows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of a table in the form that exported code takes.
final class Exported {
  final List<float[]> values = new ArrayList<>();
  final List<int @Nullable [][]> sets = new ArrayList<>();
  final List<float @Nullable [][][]> sequences = new ArrayList<>();

  Exported(ForestModel model, Frame frame) {
    Layout layout = new Layout(model.forest());
    Rows rows = new Rows(layout, frame.rows());
    new FrameFeed(layout, frame).fill(0, frame.rows(), rows);
    for (int row = 0; row < frame.rows(); row++) {
      List<Float> numbers = new ArrayList<>();
      List<int @Nullable []> items = new ArrayList<>();
      List<float @Nullable [][]> vectors = new ArrayList<>();
      for (int slot = 0; slot < layout.slots(); slot++) {
        int cell = rows.cell(row, slot);
        boolean missing = cell == Rows.MISSING;
        switch (layout.field(slot).details()) {
          case Field.Numerical _ -> numbers.add(rows.number(row, slot));
          case Field.Discretized(_, float[] boundaries, _, _) ->
              numbers.add(
                  missing ? Float.NaN : cell == 0 ? boundaries[0] - 1 : boundaries[cell - 1]);
          case Field.CategoricalSet _ ->
              items.add(
                  missing
                      ? null
                      : java.util.Arrays.copyOfRange(
                          rows.items(), cell + 1, cell + 1 + rows.items()[cell]));
          case Field.VectorSequence(int length, _, _) ->
              vectors.add(missing ? null : vectors(rows, cell, length));
          case Field.Categorical _, Field.Bool _, Field.Text _, Field.Hash _ ->
              numbers.add(missing ? Float.NaN : cell);
        }
      }
      float[] plain = new float[numbers.size()];
      for (int i = 0; i < plain.length; i++) {
        plain[i] = numbers.get(i);
      }
      values.add(plain);
      sets.add(items.toArray(new int[0][]));
      sequences.add(vectors.toArray(new float[0][][]));
    }
  }

  private static float[][] vectors(Rows rows, int cell, int length) {
    float[][] vectors = new float[rows.items()[cell]][length];
    int at = rows.items()[cell + 1];
    for (float[] vector : vectors) {
      System.arraycopy(rows.vectors(), at, vector, 0, length);
      at += length;
    }
    return vectors;
  }

  static boolean has(ForestModel model, Semantic semantic) {
    return model.features().stream()
        .anyMatch(name -> model.schema().field(name).semantic() == semantic);
  }

  /// All rows for a program in C: their number; of each row the values, the sets (length, items)
  /// and the sequences (number of vectors, coordinates); a length of -1 is missing.
  byte[] bytes() {
    ByteBuffer bytes = ByteBuffer.allocate(1 << 26).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(values.size());
    for (int row = 0; row < values.size(); row++) {
      for (float value : values.get(row)) {
        bytes.putFloat(value);
      }
      for (int[] set : sets.get(row)) {
        bytes.putInt(set == null ? -1 : set.length);
        if (set != null) {
          for (int item : set) {
            bytes.putInt(item);
          }
        }
      }
      for (float[][] sequence : sequences.get(row)) {
        bytes.putInt(sequence == null ? -1 : sequence.length);
        if (sequence != null) {
          for (float[] vector : sequence) {
            for (float coordinate : vector) {
              bytes.putFloat(coordinate);
            }
          }
        }
      }
    }
    return java.util.Arrays.copyOf(bytes.array(), bytes.position());
  }
}
