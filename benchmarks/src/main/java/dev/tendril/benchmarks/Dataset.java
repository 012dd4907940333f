package dev.tendril.benchmarks;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Rows with a label of two classes, in a form that favors no library.
///
/// @param categories by column: the number of its categories; 0: it holds numbers
/// @param values row by row; a category is its code from 0, missing is NaN
/// @param labels by row: 0 or 1
public record Dataset(int[] categories, float[] values, float[] labels) {
  public int rows() {
    return labels.length;
  }

  public int columns() {
    return categories.length;
  }

  public float value(int row, int column) {
    return values[row * columns() + column];
  }

  /// The numbers or codes of one column.
  public float[] column(int column) {
    float[] picked = new float[rows()];
    for (int row = 0; row < picked.length; row++) {
      picked[row] = value(row, column);
    }
    return picked;
  }

  public boolean categorical() {
    return Arrays.stream(categories).anyMatch(count -> count > 0);
  }

  /// Writes for [#read]: the number of rows and columns, then the parts in order, big endian.
  void write(Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 20))) {
      out.writeInt(rows());
      out.writeInt(columns());
      for (int count : categories) {
        out.writeInt(count);
      }
      for (float[] part : new float[][] {values, labels}) {
        for (float value : part) {
          out.writeFloat(value);
        }
      }
    }
  }

  static Dataset read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      int rows = bytes.getInt();
      int[] categories = new int[bytes.getInt()];
      for (int i = 0; i < categories.length; i++) {
        categories[i] = bytes.getInt();
      }
      FloatBuffer floats = bytes.slice().asFloatBuffer();
      float[] values = new float[rows * categories.length];
      float[] labels = new float[rows];
      floats.get(values).get(labels);
      return new Dataset(categories, values, labels);
    }
  }
}
