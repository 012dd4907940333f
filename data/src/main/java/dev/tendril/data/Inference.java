package dev.tendril.data;

import java.util.List;

/// Chooses a column's semantic from its first values.
///
/// Only `0` and `1` make it [Semantic#BOOLEAN], only numbers [Semantic#NUMERICAL], and text
/// [Semantic#CATEGORICAL], or [Semantic#CATEGORICAL_SET] where a value has more than one item.
/// Missing values say nothing; a column without any value is taken for numerical, as long as no
/// text turns up further down. Strings of structured files are never taken for numbers.
final class Inference {
  private boolean any;
  private boolean onlyFlags = true;
  private boolean trueFlags;
  private boolean onlyNumbers = true;
  private boolean severalItems;
  private boolean lists;
  private boolean emptyLists;
  private boolean vectors;

  void observe(char[] text, int offset, int length) {
    if (Missing.isPadded(text, offset, length)) {
      return;
    }
    any = true;
    onlyFlags = onlyFlags && length == 1 && (text[offset] == '0' || text[offset] == '1');
    onlyNumbers =
        onlyNumbers && FloatParser.parse(text, offset, length) != FloatParser.NOT_A_NUMBER;
    severalItems = severalItems || Tokens.several(text, offset, length);
  }

  void observe(Cell cell) {
    switch (cell) {
      case Cell.None _ -> {}
      case Cell.Flag _ -> {
        any = true;
        trueFlags = true;
      }
      case Cell.Numeric(float value, _) -> {
        any = true;
        onlyFlags = onlyFlags && (value == 0 || value == 1);
      }
      case Cell.Text(String value) -> observeText(value);
      case Cell.Texts(List<String> values) -> {
        if (values.isEmpty()) {
          emptyLists = true;
        } else if (values.size() > 1) {
          any = true;
          lists = true;
        } else if (!Missing.is(values.getFirst())) {
          any = true;
          onlyFlags = false;
          onlyNumbers = false;
        }
      }
      case Cell.Numbers(float[] values) -> {
        any = any || values.length > 0;
        onlyFlags = onlyFlags && values.length == 0;
      }
      case Cell.Vectors _ -> {
        any = true;
        vectors = true;
      }
    }
  }

  private void observeText(String value) {
    if (!Missing.is(value)) {
      any = true;
      onlyFlags = false;
      onlyNumbers = false;
      severalItems = severalItems || Tokens.of(value).size() > 1;
    }
  }

  Semantic semantic(boolean detectSets) {
    if (vectors) {
      return Semantic.NUMERICAL_VECTOR_SEQUENCE;
    }
    if (lists || (emptyLists && !(any && onlyNumbers))) {
      return Semantic.CATEGORICAL_SET;
    }
    if (!any) {
      return Semantic.NUMERICAL;
    }
    if (onlyFlags) {
      return Semantic.BOOLEAN;
    }
    if (onlyNumbers) {
      return Semantic.NUMERICAL;
    }
    return severalItems && detectSets ? Semantic.CATEGORICAL_SET : Semantic.CATEGORICAL;
  }

  /// Whether values that were not seen may still change the semantic.
  boolean isTentative() {
    return !any || emptyLists || (onlyFlags && !trueFlags && !vectors && !lists);
  }
}
