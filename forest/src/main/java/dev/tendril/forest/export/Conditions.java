package dev.tendril.forest.export;

/// Writes the function that tests a row at a node, and those that it calls.
final class Conditions {
  private final SourceFile file;
  private final ForestTables tables;

  Conditions(SourceFile file) {
    this.file = file;
    this.tables = file.tables;
  }

  /// The functions that [#test] calls.
  void helpers() {
    boolean bits = tables.uses(Kind.IN_BITS, Kind.ANY_IN_BITS);
    boolean lists = tables.uses(Kind.IN_LIST, Kind.ANY_IN_LIST);
    if (bits || lists) {
      file.comment("A number that is no category of the model stands for all unknown ones.");
      file.code(
          """
          @private @place @category(@code value, @int categories) {
            return value >= 0 && value < categories ? (@place) value : 0;
          }
          """);
    }
    if (bits) {
      file.code(
          """
          @private @bool @bit(@place from, @place category) {
            return ((@bits[from + (category >> 3)] >> (category & 7)) & 1) != 0;
          }
          """);
    }
    if (lists) {
      file.code(
          """
          @private @bool @listed(@place operand, @place category) {
            @search
          }
          """);
    }
    if (tables.uses(Kind.WEIGHTED_SUM)) {
      file.code(
          """
          @private @bool @weighted_sum(@place operand, @bool missing, @values) {
            @place count = @items[operand];
            @place weight = @items[operand + 1];
            @bool replaced = @items[operand + 2] != 0;
            @wide sum = 0;
            for (@place i = 0; i < count; i++) {
              @number value = values[@items[operand + 3 + i]];
              if (@missing(value)) {
                if (!replaced) {
                  return missing;
                }
                value = @replacement;
              }
              sum += @product;
            }
            return sum >= @bound;
          }
          """);
    }
    if (tables.uses(Kind.CLOSER_THAN)) {
      sequence(
          "closer",
          "<=",
          "float difference = vector[i] - @weights[weight + i];\n"
              + "measure += difference * difference;");
    }
    if (tables.uses(Kind.PROJECTED_MORE_THAN)) {
      sequence("projected", ">=", "measure += vector[i] * @weights[weight + i];");
    }
  }

  private void sequence(String name, String comparison, String step) {
    file.code(
        """
        @private @bool @NAME(@place operand, @place position, @sequences) {
          @place length = @items[operand];
          @place weight = @items[operand + 1];
          @each_vector
            float measure = 0;
            for (@place i = 0; i < length; i++) {
              STEP
            }
            if (measure COMPARED @weights[weight + length]) {
              return true;
            }
          }
          return false;
        }
        """
            .replace("NAME", name)
            .replace("STEP", step)
            .replace("COMPARED", comparison));
  }

  /// The function that tests.
  void test() {
    if (!tables.anySplit()) {
      return;
    }
    file.comment("Whether a row goes to the positive child of a node.");
    file.code(
        """
        @private @bool @test(@place node, @inputs) {
          @bool missing = (@kinds[node] & 1) != 0;
          @place position = @positions[node];
          @place operand = @operands[node];\
        """);
    file.unused((file.arguments() + ", missing, position, operand").split(", "));
    file.code("switch (@kinds[node] & ~1) {");
    tables.kindsUsed.stream().filter(kind -> kind != Kind.LEAF).forEach(this::condition);
    file.code("default:\n@never\n}\n}\n");
  }

  private void condition(Kind kind) {
    file.code("case @" + kind + ":");
    file.code(
        switch (kind) {
          case LEAF -> throw new IllegalArgumentException("a leaf tests nothing");
          case AT_LEAST ->
              """
              return values[position] >= @thresholds[operand]
                  || (missing && @missing(values[position]));\
              """;
          case IS_MISSING -> "return @missing(values[position]);";
          case IN_BITS -> category("bit");
          case IN_LIST -> category("listed");
          case WEIGHTED_SUM -> "return @weighted_sum(operand, missing, values);";
          case SET_IS_MISSING -> "return @no_set;";
          case ANY_IN_BITS -> set("bit");
          case ANY_IN_LIST -> set("listed");
          case SEQUENCE_IS_MISSING -> "return @no_sequence;";
          case CLOSER_THAN ->
              "return @no_sequence ? missing : @closer(operand, position, sequences);";
          case PROJECTED_MORE_THAN ->
              "return @no_sequence ? missing : @projected(operand, position, sequences);";
        });
  }

  private static String category(String find) {
    return """
    return @missing(values[position])
        ? missing
        : @FIND(operand, @category(values[position], @categories[position]));\
    """
        .replace("FIND", find);
  }

  private static String set(String find) {
    return """
    if (@no_set) {
      return missing;
    }
    @each_item
      if (@FIND(operand, @category(item, @set_categories[position]))) {
        return true;
      }
    }
    return false;\
    """
        .replace("FIND", find);
  }
}
