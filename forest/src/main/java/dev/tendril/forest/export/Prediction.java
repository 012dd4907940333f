package dev.tendril.forest.export;

import dev.tendril.forest.engine.Answers;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.LossKind;

/// Writes the functions that are called from outside: one predicts a row, one finds the best class.
final class Prediction {
  private final SourceFile file;
  private final ForestTables tables;
  private final Forest forest;

  Prediction(SourceFile file) {
    this.file = file;
    this.tables = file.tables;
    this.forest = file.forest;
  }

  /// The function that finds the most probable class, where there are classes.
  void best() {
    if (file.classes.isEmpty()) {
      return;
    }
    file.comment("The position of the most probable class; the first of equals.");
    file.code("@public int @best(@answer) {");
    file.code(
        file.outputs() == 1
            ? "return out[0] > 0;"
            : """
            int best = 0;
            for (int i = 1; i < @OUTPUTS; i++) {
              if (out[i] > out[best]) {
                best = i;
              }
            }
            return best;\
            """);
    file.code("}\n");
  }

  /// The function that predicts a row.
  void predict() {
    String written = file.predicts() ? Story.outputs(forest) : "the sums";
    file.comment("Predicts a row: writes " + written + " to out.");
    file.code("@public void @predict(@inputs, @out) {");
    if (forest.combination() instanceof Combination.Sum sum) {
      for (int i = 0; i < sum.outputs(); i++) {
        file.code("out[" + i + "] = " + file.initial(sum.initial()[i]) + ";");
      }
    } else {
      each("out[i] = 0;");
    }
    if (!tables.anySplit()) {
      file.unused(file.arguments().split(", "));
    }
    if (!forest.trees().isEmpty()) {
      file.code("for (@place tree = 0; tree < @TREES; tree++) {");
      file.code("@place node = @roots[tree];");
      if (tables.anySplit()) {
        file.code(
            """
            while (@kinds[node] != @LEAF) {
              node += @test(node, @arguments) ? @jumps[node] : 1;
            }\
            """);
      }
      file.code(
          tables.singleValues()
              ? "out[@positions[node]] += @leaf_values[@operands[node]];"
              : """
              for (@place i = 0; i < @jumps[node]; i++) {
                out[@positions[node] + i] += @leaf_values[@operands[node] + i];
              }\
              """);
      file.code("}");
    }
    if (file.predicts()) {
      link();
    }
    file.code("}\n");
  }

  /// Makes predictions of the sums, as [Answers] does.
  private void link() {
    switch (forest.combination()) {
      case Combination.Mean _ -> each("out[i] /= @TREES;");
      case Combination.Isolation(long examples) ->
          file.code(
              "out[0] = (float) @pow(2, -(out[0] / @TREES) / "
                  + Answers.typicalPath(examples)
                  + ");");
      case Combination.Sum sum when !file.classes.isEmpty() && sum.outputs() == 1 ->
          file.code(
              sum.logits()
                  ? "out[1] = out[0];\nout[0] = -out[0];"
                  : "out[1] = (float) (1 / (1 + @exp(-out[0])));\nout[0] = 1 - out[1];");
      case Combination.Sum sum when !file.classes.isEmpty() && !sum.logits() -> {
        file.code("float largest = out[@best(out)];\ndouble sum = 0;");
        each("double e = @exp((double) out[i] - largest);\nout[i] = (float) e;\nsum += e;");
        each("out[i] = (float) (out[i] / sum);");
      }
      case Combination.Sum sum when sum.loss() == LossKind.POISSON && !sum.logits() ->
          file.code("out[0] = (float) @exp(out[0] < -19 ? -19 : out[0] > 19 ? 19 : out[0]);");
      case Combination.Sum _ -> {}
    }
  }

  /// A statement for every output `i`.
  private void each(String statement) {
    file.code(
        file.outputs() == 1
            ? statement.replace("[i]", "[0]")
            : "for (@place i = 0; i < @OUTPUTS; i++) {\n" + statement + "\n}");
  }
}
