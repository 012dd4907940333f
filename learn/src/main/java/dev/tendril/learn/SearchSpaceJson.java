package dev.tendril.learn;

import dev.tendril.learn.SearchSpace.Candidate;
import dev.tendril.learn.SearchSpace.Dimension;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The JSON form of a [SearchSpace]; its shape is documented at [SearchSpace#parse].
final class SearchSpaceJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private SearchSpaceJson() {}

  static SearchSpace read(String text) {
    try {
      return space(MAPPER.readTree(text), "");
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "search space: damaged JSON"
              + (e.getLocation() == null
                  ? ""
                  : " in line "
                      + e.getLocation().getLineNr()
                      + ", column "
                      + e.getLocation().getColumnNr())
              + ": "
              + e.getOriginalMessage(),
          e);
    }
  }

  private static SearchSpace space(JsonNode node, String path) {
    if (!node.isObject()) {
      throw wrong(path, node, "an object of hyper-parameters");
    }
    SearchSpace space = SearchSpace.EMPTY;
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String name = entry.getKey();
      JsonNode candidates = entry.getValue();
      String at = path + "/" + name;
      if (candidates.isEmpty()) {
        throw wrong(at, candidates, "an array of values, or an object of values with their spaces");
      }
      for (JsonNode value :
          candidates.isArray() ? candidates.values() : java.util.List.<JsonNode>of()) {
        space = space.with(name, value(value, at));
      }
      for (Map.Entry<String, JsonNode> value : candidates.properties()) {
        SearchSpace then = space(value.getValue(), at + "/" + value.getKey());
        space = space.when(name, value.getKey(), then);
      }
    }
    return space;
  }

  private static String value(JsonNode node, String path) {
    if (node.isString()) {
      return node.stringValue();
    }
    if (node.isNumber() || node.isBoolean()) {
      return node.toString();
    }
    throw wrong(path, node, "a number, a text or a truth value");
  }

  private static IllegalArgumentException wrong(String path, JsonNode node, String expected) {
    String shown = node.toString();
    return new IllegalArgumentException(
        "search space"
            + (path.isEmpty() ? "" : " at " + path)
            + ": "
            + (shown.length() > 40 ? shown.substring(0, 40) + "…" : shown)
            + "; expected "
            + expected);
  }

  static String write(SearchSpace space) {
    return node(space).toString();
  }

  static ObjectNode node(SearchSpace space) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (Dimension dimension : space.dimensions()) {
      if (dimension.candidates().stream().allMatch(one -> one.then().isEmpty())) {
        ArrayNode array = object.putArray(dimension.name());
        dimension.candidates().forEach(one -> array.add(one.value()));
      } else {
        ObjectNode each = object.putObject(dimension.name());
        for (Candidate candidate : dimension.candidates()) {
          each.set(candidate.value(), node(candidate.then()));
        }
      }
    }
    return object;
  }
}
