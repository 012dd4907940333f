package dev.tendril.core.graph;

import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Subgraph;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// An attribute of an op, for those who know ops by their names.
///
/// @param name as in texts of graphs, such as `transpose_a`
/// @param value the record's component; of a custom op a text
/// @param text as in texts of graphs, such as `[1,1]`
public record OpAttribute(String name, Object value, String text) {
  /// All attributes of an op, apart from graphs. Of a custom op those that it was made with.
  public static List<OpAttribute> of(Op op) {
    List<OpAttribute> attributes = new ArrayList<>();
    if (op instanceof Custom custom) {
      new TreeMap<>(custom.attributes())
          .forEach((name, text) -> attributes.add(new OpAttribute(name, text, text)));
      return attributes;
    }
    for (RecordComponent component : op.getClass().getRecordComponents()) {
      Object value = OpNames.value(op, component);
      if (!(value instanceof Subgraph)) {
        StringBuilder text = new StringBuilder();
        GraphText.value(value, "", text);
        attributes.add(new OpAttribute(OpNames.text(component), value, text.toString()));
      }
    }
    return attributes;
  }

  /// The op of a name with attributes in the form of texts of graphs, those that are left out as
  /// there.
  ///
  /// @param attributes such as `strides=[2,2] padding=same`
  /// @throws TensorException when there is none of that name, or operands or attributes do not fit
  public static Op parse(String name, String attributes, List<TensorType> operands) {
    String inputs =
        IntStream.range(0, operands.size())
            .mapToObj(i -> "x" + i + ": " + operands.get(i))
            .collect(Collectors.joining(", "));
    String uses =
        IntStream.range(0, operands.size())
            .mapToObj(i -> "x" + i)
            .collect(Collectors.joining(", "));
    String text =
        "graph op (%s) -> (y) {\n  y = %s(%s) %s\n}\n".formatted(inputs, name, uses, attributes);
    return Graph.parse(text).nodes().getFirst().op();
  }

  /// A custom op of a name with attributes such as `scale=2 mode=fast`.
  ///
  /// @throws TensorException when an attribute has no value
  public static Custom custom(String name, String attributes) {
    Map<String, String> values = new TreeMap<>();
    for (String attribute : attributes.trim().split("\\s+", -1)) {
      int split = attribute.indexOf('=');
      if (split > 0) {
        values.put(attribute.substring(0, split), attribute.substring(split + 1));
      } else if (!attribute.isEmpty()) {
        throw new TensorException(
            "the attribute " + attribute + " of the custom op " + name + "; expected NAME=VALUE");
      }
    }
    return new Custom(name, values);
  }
}
