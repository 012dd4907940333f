package dev.tendril.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fields of a table in column order. It is what a model keeps of its training data: names,
/// semantics, vocabularies and statistics, everything that later data need to be read the same way.
/// Immutable.
public final class Schema {
  private final List<Field> fields;
  private final Map<String, Integer> indices;

  public Schema(List<Field> fields) {
    this.fields = List.copyOf(fields);
    this.indices = HashMap.newHashMap(fields.size());
    for (int i = 0; i < fields.size(); i++) {
      if (indices.put(fields.get(i).name(), i) != null) {
        throw new DataException(
            "two columns are named \"" + fields.get(i).name() + "\": rename one of them");
      }
    }
  }

  public List<Field> fields() {
    return fields;
  }

  public int size() {
    return fields.size();
  }

  public Field field(int index) {
    return fields.get(index);
  }

  public boolean contains(String name) {
    return indices.containsKey(name);
  }

  public List<String> names() {
    return fields.stream().map(Field::name).toList();
  }

  /// The position of a column.
  ///
  /// @throws DataException when there is none of that name; the message proposes the nearest one
  public int index(String name) {
    Integer index = indices.get(name);
    if (index == null) {
      throw new DataException(
          "there is no column \""
              + name
              + "\""
              + Nearest.hint(name, names())
              + "; the columns are "
              + String.join(", ", names()));
    }
    return index;
  }

  public Field field(String name) {
    return fields.get(index(name));
  }

  /// This schema with one field replaced by its namesake.
  public Schema with(Field field) {
    List<Field> changed = new ArrayList<>(fields);
    changed.set(index(field.name()), field);
    return new Schema(changed);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Schema that && fields.equals(that.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Field field : fields) {
      text.append(field.name()).append(": ").append(field.semantic()).append('\n');
    }
    return text.toString();
  }
}
