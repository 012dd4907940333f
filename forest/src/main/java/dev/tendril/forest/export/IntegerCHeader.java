package dev.tendril.forest.export;

import dev.tendril.data.Field;
import dev.tendril.data.Vocabulary;
import dev.tendril.forest.export.ForestTables.Numbers;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.LossKind;
import java.util.List;
import java.util.Locale;

/// Writes a forest as a header of C99 that has neither a floating-point type nor a division, with
/// the whole numbers of [FixedPoint].
final class IntegerCHeader extends CHeader {
  private final Names names;
  private final FixedPoint fixed;

  private IntegerCHeader(ForestTables tables, Names names, String prefix, FixedPoint fixed) {
    super(tables, names, prefix);
    this.names = names;
    this.fixed = fixed;
  }

  /// @param prefix of all names
  /// @param bits of an input, 16 or 32
  /// @throws IllegalArgumentException when no identifier begins so, when there is another number of
  ///     bits, or when the model has conditions that whole numbers cannot express
  static String of(Forest forest, String prefix, int bits) {
    if (bits != 16 && bits != 32) {
      throw new IllegalArgumentException("inputs of " + bits + " bits; expected 16 or 32");
    }
    Names names = names(prefix);
    List<Input> inputs = ForestTables.inputs(forest, names);
    if (bits == 16) {
      inputs.forEach(IntegerCHeader::requireNarrow);
    }
    FixedPoint fixed = new FixedPoint(forest, inputs, bits);
    return new IntegerCHeader(new ForestTables(forest, inputs, fixed), names, prefix, fixed)
        .write();
  }

  private static void requireNarrow(Input input) {
    Vocabulary vocabulary = input.vocabulary();
    if (vocabulary != null && vocabulary.size() > Short.MAX_VALUE) {
      throw new IllegalArgumentException(
          "feature \""
              + input.field().name()
              + "\" has "
              + vocabulary.size()
              + " categories, more than inputs of 16 bits can number; use 32 bits");
    }
  }

  @Override
  String word(String word) {
    return switch (word) {
      case "number" -> "int" + fixed.bits() + "_t";
      case "sum", "code" -> "int32_t";
      case "wide" -> "int64_t";
      case "coordinate" -> "void";
      case "nothing" -> "@MISSING";
      case "missing(" -> prefix + "_missing(";
      case "product" -> "(int64_t) value * @weights[weight + i]";
      case "replacement" -> "(@number) @weights[weight + count + 2 + i]";
      case "bound" ->
          "(int64_t) @weights[weight + count] * 4294967296"
              + " + (uint32_t) @weights[weight + count + 1]";
      default -> super.word(word);
    };
  }

  @Override
  List<String> headers() {
    return List.of("stdbool", "stdint");
  }

  @Override
  String category(Input input, String category) {
    return "1";
  }

  @Override
  String number(Input input, float value) {
    return "(x in units of 2^-" + fixed.shift(input) + ", rounded down)";
  }

  /// As many as there are sums.
  @Override
  int outputs() {
    return tables.answers().sums();
  }

  @Override
  String initial(float value) {
    return Integer.toString(fixed.contribution(value));
  }

  @Override
  boolean predicts() {
    return false;
  }

  @Override
  List<String> meaning() {
    String unit = fixed.scale() == 0 ? "" : " * 2^-" + fixed.scale();
    String sum = "out" + (outputs() > 1 ? "[i]" : "[0]") + unit;
    String answer =
        switch (forest.combination()) {
          case Combination.Mean _ when FixedPoint.votes(forest) ->
              sum + " trees of " + forest.trees().size() + " vote for class i.";
          case Combination.Mean _ -> sum + " is " + Story.outputs(forest) + ".";
          case Combination.Isolation _ ->
              "2^-(" + sum + ") is how unusual the row is: less is more unusual.";
          case Combination.Sum _ when !classes.isEmpty() && outputs() == 1 ->
              "s = "
                  + sum
                  + " is the logit of class 1 against class 0; its probability is 1 / (1 +"
                  + " exp(-s)).";
          case Combination.Sum _ when !classes.isEmpty() ->
              "s[i] = " + sum + "; the probability of class i is exp(s[i]) / (sum of all exp(s)).";
          case Combination.Sum boosted
              when boosted.loss() == LossKind.POISSON && !boosted.logits() ->
              "exp(" + sum + ") is " + Story.outputs(forest) + ".";
          case Combination.Sum _ -> sum + " is " + Story.outputs(forest) + ".";
        };
    String more =
        tables.uses(Kind.WEIGHTED_SUM)
            ? "; weighted sums are rounded too, and need their numbers within the range"
            : "";
    return List.of(
        "No floating point is used. A number x is passed as floor(x * 2^SHIFT), cut to the range",
        "of "
            + word("number")
            + " without its two ends, with the SHIFT of its feature below. Comparisons are",
        "exact, unless the feature says otherwise: then values less than 2^-SHIFT above a",
        "threshold of the model may be taken for values below it.",
        "",
        answer,
        String.format(
            Locale.ROOT, "Rounding the leaves changes it by at most %.2g%s.", fixed.error(), more));
  }

  private static boolean isNumber(Input input) {
    return input.field().details() instanceof Field.Numerical
        || input.field().details() instanceof Field.Discretized;
  }

  @Override
  String precision(Input input) {
    return isNumber(input)
        ? ", times 2^" + fixed.shift(input) + (fixed.exact(input) ? "" : " (not exact)")
        : "";
  }

  @Override
  void constants() {
    super.constants();
    for (Input input : tables.inputs) {
      if (isNumber(input)) {
        constant(
            "The SHIFT of \"" + Text.comment(input.field().name()) + "\".",
            names.constant(input.constant() + "_SHIFT"),
            fixed.shift(input));
      }
    }
    constant("Sums are in units of 2^-SCALE.", "SCALE", fixed.scale());
  }

  @Override
  void inputFunctions() {
    code(
        """
        #define @MISSING INT%d_MIN

        static inline bool @missing(@number value) {
          return value == @MISSING;
        }
        """
            .formatted(fixed.bits()));
  }

  @Override
  void coded(String name, Numbers numbers) {
    boolean narrow =
        numbers.min() >= Short.MIN_VALUE
            && numbers.max() <= Short.MAX_VALUE
            && !name.equals("weights");
    array(
        narrow ? "int16_t" : "int32_t",
        name,
        numbers,
        value -> value == Integer.MIN_VALUE ? "INT32_MIN" : Integer.toString(value));
  }
}
