package dev.tendril.core.graph;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorException;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Padding;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The ops of the vocabulary by name, and their attributes, found by reflection over the sealed
/// hierarchy: a new record is known here at once.
///
/// A record that has a name for each value of an attribute, such as one of kinds of functions, is
/// known under all these names; the name then says the attribute.
final class OpNames {
  /// What a name stands for.
  ///
  /// @param implied the attributes that the name says
  record Form(Class<?> record, Map<String, Object> implied) {}

  private static final Map<String, Form> FORMS = forms();

  private OpNames() {}

  static @Nullable Form form(String name) {
    return FORMS.get(name);
  }

  static Collection<String> names() {
    return FORMS.keySet();
  }

  private static Map<String, Form> forms() {
    Map<String, Form> forms = new TreeMap<>();
    addAll(Op.class, forms);
    return Collections.unmodifiableMap(forms);
  }

  private static void addAll(Class<?> type, Map<String, Form> forms) {
    if (type.isRecord()) {
      addForms(type, forms);
    } else {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        addAll(permitted, forms);
      }
    }
  }

  private static void addForms(Class<?> type, Map<String, Form> forms) {
    RecordComponent[] components = type.getRecordComponents();
    @Nullable Object[] sample = Arrays.stream(components).map(c -> sample(c.getType())).toArray();
    boolean named = false;
    for (int i = 0; i < components.length; i++) {
      Class<?> kind = components[i].getType();
      List<?> choices =
          kind.isEnum()
              ? List.of(kind.getEnumConstants())
              : kind == boolean.class ? List.of(true, false) : List.of();
      Map<Object, String> names = new LinkedHashMap<>();
      for (Object choice : choices) {
        @Nullable Object[] values = sample.clone();
        values[i] = choice;
        Op op = tryNew(type, values);
        if (op != null) {
          names.put(choice, op.name());
        }
      }
      if (names.values().stream().distinct().count() > 1) {
        named = true;
        String attribute = components[i].getName();
        Object usual = Defaults.fixed(type, attribute);
        names.forEach(
            (choice, name) -> {
              Form form = new Form(type, Map.of(attribute, choice));
              if (choice.equals(usual)) {
                forms.put(name, form);
              } else {
                forms.putIfAbsent(name, form);
              }
            });
      }
    }
    if (!named) {
      Op op = Objects.requireNonNull(tryNew(type, sample), type.getName());
      forms.put(op.name(), new Form(type, Map.of()));
    }
  }

  /// Some value of a type of attribute, with which an op has a name.
  private static @Nullable Object sample(Class<?> type) {
    if (type == int.class) {
      return 1;
    } else if (type == float.class) {
      return 1f;
    } else if (type == double.class) {
      return 1d;
    } else if (type == boolean.class) {
      return false;
    } else if (type == String.class) {
      return "";
    } else if (type == List.class) {
      return List.of();
    } else if (type == Map.class) {
      return Map.of();
    } else if (type == Shape.class) {
      return Shape.scalar();
    } else if (type == DType.class) {
      return DType.I32;
    } else if (type == Padding.class) {
      return Padding.VALID;
    } else if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    return null;
  }

  private static @Nullable Op tryNew(Class<?> type, @Nullable Object[] values) {
    try {
      return create(type, values);
    } catch (TensorException e) {
      return null;
    }
  }

  /// A record of its components' values.
  ///
  /// @throws TensorException when the record refuses them
  static Op create(Class<?> type, @Nullable Object[] values) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      return (Op) type.getConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof TensorException cause) {
        throw cause;
      }
      throw new IllegalStateException(type.getName(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getName(), e);
    }
  }

  /// The value of a component.
  static Object value(Op op, RecordComponent component) {
    try {
      return component.getAccessor().invoke(op);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component.toString(), e);
    }
  }

  /// The name of an attribute in texts: `transposeA` is `transpose_a`.
  static String text(RecordComponent component) {
    StringBuilder text = new StringBuilder();
    for (char c : component.getName().toCharArray()) {
      if (Character.isUpperCase(c)) {
        text.append('_').append(Character.toLowerCase(c));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  /// The known name that is most like one that is not: ` (did you mean relu?)`, or nothing.
  static String suggest(String unknown, Collection<String> known) {
    String best = "";
    int least = Math.max(2, unknown.length() / 2) + 1;
    for (String name : known) {
      int distance = distance(unknown, name);
      if (distance < least) {
        least = distance;
        best = name;
      }
    }
    return best.isEmpty() ? "" : " (did you mean " + best + "?)";
  }

  /// The number of characters to insert, to delete or to replace (Levenshtein, 1966).
  private static int distance(String a, String b) {
    String cut = a.substring(0, Math.min(a.length(), 64));
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= cut.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (cut.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
