package dev.tendril.benchmarks;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Two CSV files, to train and to test, coded alike: a column is numerical when all its training
/// values are numbers, else categorical; its codes go by frequency in the training file, and a
/// category that is not there is missing.
record CsvDataset(Dataset train, Dataset test) {
  static CsvDataset read(Path train, Path test, String label, String positive) throws IOException {
    List<List<String>> trainRows = rows(train);
    List<List<String>> testRows = rows(test);
    List<String> names = trainRows.removeFirst();
    testRows.removeFirst();
    int truth = names.indexOf(label);
    List<@Nullable Map<String, Integer>> codes = new ArrayList<>();
    int[] features = IntStream.range(0, names.size()).filter(j -> j != truth).toArray();
    for (int j : features) {
      codes.add(codes(trainRows, j));
    }
    return new CsvDataset(
        code(trainRows, features, codes, truth, positive),
        code(testRows, features, codes, truth, positive));
  }

  private static Dataset code(
      List<List<String>> rows,
      int[] features,
      List<@Nullable Map<String, Integer>> codes,
      int truth,
      String positive) {
    float[] values = new float[rows.size() * features.length];
    float[] labels = new float[rows.size()];
    for (int i = 0; i < labels.length; i++) {
      List<String> row = rows.get(i);
      for (int j = 0; j < features.length; j++) {
        String text = row.get(features[j]);
        Map<String, Integer> column = codes.get(j);
        float value = Float.NaN;
        if (column != null && column.containsKey(text)) {
          value = column.get(text);
        } else if (column == null && !text.isEmpty()) {
          value = Float.parseFloat(text);
        }
        values[i * features.length + j] = value;
      }
      labels[i] = row.get(truth).equals(positive) ? 1 : 0;
    }
    int[] categories = codes.stream().mapToInt(c -> c == null ? 0 : c.size()).toArray();
    return new Dataset(categories, values, labels);
  }

  /// The code of every category, or null when the column is numerical.
  private static @Nullable Map<String, Integer> codes(List<List<String>> rows, int column) {
    Map<String, Integer> counts = new HashMap<>();
    for (List<String> row : rows) {
      if (!row.get(column).isEmpty()) {
        counts.merge(row.get(column), 1, Integer::sum);
      }
    }
    if (counts.keySet().stream().allMatch(CsvDataset::number)) {
      return null;
    }
    Map<String, Integer> codes = new HashMap<>();
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Integer>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(entry -> codes.put(entry.getKey(), codes.size()));
    return codes;
  }

  private static boolean number(String text) {
    try {
      Float.parseFloat(text);
      return true;
    } catch (NumberFormatException _) {
      return false;
    }
  }

  private static List<List<String>> rows(Path file) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    try (CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(file)) {
      reader.forEach(line -> rows.add(line.getFields().stream().map(String::strip).toList()));
    }
    return rows;
  }
}
