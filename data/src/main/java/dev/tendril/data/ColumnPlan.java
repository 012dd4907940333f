package dev.tendril.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is to become of a column of a file: settled before its values are read.
///
/// @param manual whether the user chose the semantic
/// @param tentative whether inference saw too little to be sure: a later value may still change the
///     semantic
/// @param known the field of a given schema that the column gets as it is, or null for one of its
///     own
record ColumnPlan(
    String name,
    Semantic semantic,
    boolean manual,
    boolean tentative,
    @Nullable Field known,
    VocabularyLimits limits,
    int maxBins) {

  /// Chooses a column's semantic: the user's before the schema's before the inferred one.
  static ColumnPlan of(String name, Inference inference, ReadOptions options) {
    Schema schema = options.schema;
    Field known = schema != null && schema.contains(name) ? schema.field(name) : null;
    Semantic chosen = options.semantics.get(name);
    if (known != null && (chosen == null || chosen == known.semantic())) {
      return new ColumnPlan(
          name,
          known.semantic(),
          chosen != null,
          false,
          known,
          options.vocabularyLimits,
          options.maxBins);
    }
    Semantic semantic = chosen == null ? inference.semantic(options.detectSets) : chosen;
    boolean tentative = chosen == null && inference.isTentative();
    if (chosen == null && options.discretize && semantic == Semantic.NUMERICAL) {
      semantic = Semantic.DISCRETIZED_NUMERICAL;
    }
    return new ColumnPlan(
        name, semantic, chosen != null, tentative, null, options.vocabularyLimits, options.maxBins);
  }

  /// The plan after a value that the builder refused, or null when the value is simply wrong.
  @Nullable ColumnPlan widened(String text, ReadOptions options) {
    if (!tentative) {
      return null;
    }
    Inference inference = new Inference();
    inference.observe(text.toCharArray(), 0, text.length());
    boolean number = inference.semantic(options.detectSets) == Semantic.NUMERICAL;
    if (semantic == Semantic.BOOLEAN && !number) {
      return null;
    }
    ColumnPlan plan = of(name, inference, options);
    return new ColumnPlan(name, plan.semantic, false, false, null, limits, maxBins);
  }

  ColumnBuilder builder() {
    return switch (semantic) {
      case NUMERICAL, DISCRETIZED_NUMERICAL -> new NumberBuilder();
      case BOOLEAN -> new BooleanBuilder(tentative);
      case CATEGORICAL, TEXT -> new TextBuilder();
      case CATEGORICAL_SET -> new SetBuilder(known == null);
      case HASH -> new HashBuilder();
      case NUMERICAL_VECTOR_SEQUENCE ->
          new VectorBuilder(
              known != null && known.details() instanceof Field.VectorSequence vectors
                  ? vectors.length()
                  : 0);
    };
  }

  /// Joins the parts of the column; their contents are given up.
  Column finish(List<ColumnBuilder> parts, int rows) {
    return switch (semantic) {
      case NUMERICAL -> {
        float[] values = NumberBuilder.join(parts, rows);
        yield new NumericalColumn(
            known != null ? known : NumericalColumn.describe(name, values).withManual(manual),
            values);
      }
      case DISCRETIZED_NUMERICAL -> {
        float[] values = NumberBuilder.join(parts, rows);
        yield known != null
            ? DiscretizedColumn.of(known, values)
            : DiscretizedColumn.of(Discretizer.describe(name, manual, values, maxBins), values);
      }
      case BOOLEAN -> {
        byte[] values = BooleanBuilder.join(parts, rows);
        yield new BooleanColumn(
            known != null ? known : BooleanColumn.describe(name, values).withManual(manual),
            values);
      }
      case HASH -> {
        long[] values = HashBuilder.join(parts, rows);
        yield new HashColumn(
            known != null ? known : HashColumn.describe(name, values).withManual(manual), values);
      }
      case CATEGORICAL -> {
        TextMerge merge = TextMerge.ofValues(known == null ? null : known.vocabulary());
        int[] codes = TextBuilder.join(parts, rows, merge);
        Dictionary dictionary = merge.dictionary();
        yield known != null
            ? new CategoricalColumn(known, dictionary, codes, null)
            : CategoricalColumn.ordered(name, manual, dictionary, codes, limits);
      }
      case TEXT -> {
        TextMerge merge = TextMerge.ofValues(null);
        int[] codes = TextBuilder.join(parts, rows, merge);
        for (int i = 0; i < rows; i++) {
          codes[i] -= codes[i] > 0 ? 1 : 0;
        }
        List<String> values = merge.dictionary().values();
        yield known != null
            ? new TextColumn(known, values, codes)
            : TextColumn.of(name, manual, values, codes);
      }
      case CATEGORICAL_SET -> {
        TextMerge merge = TextMerge.ofItems(known == null ? null : known.vocabulary());
        SetBuilder.Joined sets = SetBuilder.join(parts, rows, merge);
        Dictionary dictionary = merge.dictionary();
        yield known != null
            ? CategoricalSetColumn.coded(
                known, dictionary, sets.starts(), sets.codes(), sets.missing())
            : CategoricalSetColumn.ordered(
                name, manual, dictionary, sets.starts(), sets.codes(), sets.missing(), limits);
      }
      case NUMERICAL_VECTOR_SEQUENCE -> {
        VectorBuilder.Joined vectors = VectorBuilder.join(parts, rows);
        VectorSequenceColumn own =
            VectorSequenceColumn.of(
                name, vectors.length(), vectors.starts(), vectors.values(), vectors.missing());
        yield new VectorSequenceColumn(
            known != null ? known : own.field().withManual(manual),
            vectors.starts(),
            vectors.values(),
            vectors.missing());
      }
    };
  }

  /// Why a value was refused, as the end of a message that names file and line.
  String refusal(String shownValue, int inferenceRows) {
    String kind =
        switch (semantic) {
          case NUMERICAL, DISCRETIZED_NUMERICAL -> "a number";
          case BOOLEAN -> "true or false";
          case CATEGORICAL, TEXT, HASH -> "text or a number";
          case CATEGORICAL_SET -> "a set of strings";
          case NUMERICAL_VECTOR_SEQUENCE ->
              known != null && known.details() instanceof Field.VectorSequence vectors
                  ? "a list of vectors of length " + vectors.length()
                  : "a list of vectors of the same length as before";
        };
    String reason =
        manual
            ? "as asked"
            : known != null ? "in the given schema" : "by the first " + inferenceRows + " rows";
    return "column \""
        + name
        + "\": "
        + shownValue
        + " is not "
        + kind
        + ", and the column is "
        + semantic
        + " "
        + reason
        + "; read it as categorical or text (semantic option) or mend the value";
  }
}
