package dev.tendril.data;

/// What stands for "no value" in text: nothing, `NA` and `NaN` in any case.
final class Missing {
  private Missing() {}

  static boolean is(char[] text, int offset, int length) {
    return length == 0 || isWord(text, offset, length);
  }

  /// Whether the text says that a value is missing, as opposed to saying nothing.
  static boolean isWord(char[] text, int offset, int length) {
    return FloatParser.matches(text, offset, offset + length, "na")
        || FloatParser.matches(text, offset, offset + length, "nan");
  }

  static boolean is(String text) {
    return text.isEmpty() || isWord(text.toCharArray(), 0, text.length());
  }

  /// Whether nothing but blanks and such a word is there, as a number's place may look.
  static boolean isPadded(char[] text, int offset, int length) {
    int begin = offset;
    int end = offset + length;
    while (begin < end && text[begin] <= ' ') {
      begin++;
    }
    while (end > begin && text[end - 1] <= ' ') {
      end--;
    }
    return is(text, begin, end - begin);
  }
}
