package dev.tendril.data;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a table is read. The defaults suit most files; set fields in the lambda of [Frame#read].
///
/// Semantics are inferred from the first rows: a column of only `0` and `1` is [Semantic#BOOLEAN],
/// one of only numbers [Semantic#NUMERICAL], and other text [Semantic#CATEGORICAL], or
/// [Semantic#CATEGORICAL_SET] when a value has several words. In CSV files an empty field, `NA` and
/// `NaN` (in any case, quoted or not) are missing, except that an empty field of a set column is
/// the empty set. A column of which the first rows show no value, or only `0` and `1`, is decided
/// by later rows where these say otherwise; without any value it is numerical.
public final class ReadOptions {
  /// The schema to read by, such as that of a model: its columns get its semantics and
  /// vocabularies, so that equal text means the same. Columns that it does not know are inferred.
  /// Null: infer all.
  public @Nullable Schema schema;

  /// Semantics that override inference and schema, by column name.
  public final Map<String, Semantic> semantics = new LinkedHashMap<>();

  /// Only these columns are read, in this order; null: all.
  public @Nullable List<String> columns;

  /// The character between the fields of a line; 0: comma for `.csv`, tab for `.tsv`, and where the
  /// first line speaks clearly for another (`;`, tab, `|`), that one.
  public char delimiter = 0;

  /// Whether the first line names the columns. Without, they are called `f0`, `f1`, ...
  public boolean header = true;

  /// How many rows inference looks at to choose a semantic. Statistics always cover all rows.
  public int inferenceRows = 1000;

  /// Whether text that splits into several words becomes a [Semantic#CATEGORICAL_SET].
  public boolean detectSets = true;

  /// Whether inferred numbers become [Semantic#DISCRETIZED_NUMERICAL].
  public boolean discretize = false;

  /// The most bins of a discretized column.
  public int maxBins = 255;

  /// Which categorical values get an index of their own.
  public VocabularyLimits vocabularyLimits = VocabularyLimits.DEFAULT;

  /// Threads that parse; 0: one per processor. The table does not depend on it.
  public int threads = 0;

  /// Files of at least twice this size are parsed in ranges of at least this size, side by side.
  long chunkBytes = 4 << 20;

  /// Forces the semantic of a column.
  public ReadOptions semantic(String column, Semantic semantic) {
    semantics.put(column, semantic);
    return this;
  }
}
