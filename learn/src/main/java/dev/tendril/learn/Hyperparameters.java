package dev.tendril.learn;

import dev.tendril.data.Nearest;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The hyper-parameters of a learner: a class of public fields, each declared once with
/// [Hyperparameter]. Command line, JSON, manual and tuner read the declarations; Java code sets the
/// fields, with the compiler checking names and types:
///
/// ```java
/// RandomForest.classification("species", p -> p.numTrees = 500);
/// ```
///
/// A learner takes a copy, so that a later change of the fields does not reach it.
public abstract class Hyperparameters {
  private static final Set<Class<?>> TYPES =
      Set.of(int.class, long.class, float.class, double.class, boolean.class);
  private static final int FIXED = Modifier.STATIC | Modifier.FINAL;

  /// One declared hyper-parameter.
  ///
  /// @param type `integer`, `real`, `boolean`, or the legal names separated by `|`
  /// @param range the legal values in words, empty when the type says all
  public record Declared(String name, String type, String range, String meaning) {}

  /// Values that go together, under a name with a version such as `better_default@1`. The values of
  /// a version never change; better ones get the next version.
  ///
  /// @param meaning what it is good for
  /// @param values by name of the hyper-parameter
  public record Template(String name, String meaning, Map<String, String> values) {
    public Template {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /// The declarations, those of base classes first.
  public final List<Declared> declared() {
    List<Declared> all = new ArrayList<>();
    for (Field field : fields()) {
      Hyperparameter info = info(field);
      all.add(new Declared(name(field), type(field), range(field, info), info.value()));
    }
    return all;
  }

  /// Every name with its value in text form, in the order of declaration.
  public final Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    for (Field field : fields()) {
      Object value = read(field);
      values.put(
          name(field),
          value instanceof Enum<?> name ? name.name().toLowerCase(Locale.ROOT) : value.toString());
    }
    return values;
  }

  /// Sets one by name, in which `-` may stand for `_`. A value that is refused changes nothing.
  ///
  /// @throws IllegalArgumentException for a name that does not exist, with the nearest that does,
  ///     and for a value that is not of the type or outside the range
  public final void set(String name, String value) {
    Field field = field(name);
    write(field, legal(field, value));
  }

  /// Checks a value as [#set] does, and changes nothing.
  ///
  /// @throws IllegalArgumentException as [#set] does
  public final void check(String name, String value) {
    legal(field(name), value);
  }

  /// The named sets of values of this learner; empty where it has none.
  public List<Template> templates() {
    return List.of();
  }

  /// Sets all values of a template; others stay as they are.
  ///
  /// @param template its name; without `@` and version the latest version
  /// @throws IllegalArgumentException when there is none of that name, with those that there are
  public final void apply(String template) {
    String wanted = template.strip();
    Template found = null;
    for (Template one : templates()) {
      if (one.name().equals(wanted) || one.name().startsWith(wanted + "@")) {
        found = one;
      }
    }
    if (found == null) {
      List<String> names = templates().stream().map(Template::name).toList();
      throw new IllegalArgumentException(
          "there is no template \""
              + template
              + "\""
              + Nearest.hint(wanted, names)
              + (names.isEmpty()
                  ? ": this learner has none"
                  : "; the templates are " + String.join(", ", names)));
    }
    found.values().forEach(this::set);
  }

  /// What a tuner searches when it is given nothing else; empty where there is no such space.
  ///
  /// @param task the task to be learned
  public SearchSpace searchSpace(Task task) {
    return SearchSpace.EMPTY;
  }

  /// Makes training measure how much each feature matters by shuffling it in rows that were not
  /// learned from, under names such as `MEAN_DECREASE_IN_ACCURACY`. Changes nothing else.
  ///
  /// @return whether the learner can do so
  public boolean measurePermutationImportances() {
    return false;
  }

  private static Object legal(Field field, String value) {
    Object parsed = parse(field, value.strip());
    check(field, parsed);
    return parsed;
  }

  private Field field(String name) {
    List<String> names = new ArrayList<>();
    for (Field field : fields()) {
      if (name(field).equals(name.strip().replace('-', '_'))) {
        return field;
      }
      names.add(name(field));
    }
    String hint = Nearest.hint(name, names);
    throw new IllegalArgumentException(
        "unknown hyper-parameter \""
            + name
            + "\""
            + (hint.isEmpty() ? "; there are " + String.join(", ", names) : hint));
  }

  /// Checks all ranges and how the values go together.
  ///
  /// @throws IllegalArgumentException naming the hyper-parameter, its value and what is legal
  public final void validate() {
    fields().forEach(field -> check(field, read(field)));
    validateTogether();
  }

  /// Checks what no single range can say.
  protected void validateTogether() {}

  private static String name(Field field) {
    return field.getName().replaceAll("(?<=[a-z0-9])([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private static Hyperparameter info(Field field) {
    return Objects.requireNonNull(field.getAnnotation(Hyperparameter.class));
  }

  /// A learner's own come before those that it shares with others.
  private List<Field> fields() {
    List<Class<?>> lineage = new ArrayList<>();
    for (Class<?> c = getClass(); c != null && c != Hyperparameters.class; c = c.getSuperclass()) {
      lineage.add(c);
    }
    List<Field> fields =
        lineage.stream()
            .flatMap(c -> Arrays.stream(c.getDeclaredFields()))
            .filter(field -> field.isAnnotationPresent(Hyperparameter.class))
            .toList();
    fields.forEach(Hyperparameters::requireUsable);
    return fields;
  }

  private static void requireUsable(Field field) {
    Class<?> type = field.getType();
    boolean typed = type.isEnum() || (type.isPrimitive() && TYPES.contains(type));
    int modifiers = field.getModifiers();
    if (!typed || !Modifier.isPublic(modifiers) || (modifiers & FIXED) != 0) {
      throw new IllegalArgumentException(
          "hyper-parameter "
              + field
              + " must be a public field, neither static nor final, of type int, long, float, double,"
              + " boolean or an enum");
    }
  }

  private static String type(Field field) {
    Class<?> type = field.getType();
    if (type.isEnum()) {
      return String.join("|", names(type));
    }
    if (type == boolean.class) {
      return "boolean";
    }
    return type == int.class || type == long.class ? "integer" : "real";
  }

  private static List<String> names(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
        .toList();
  }

  private static String range(Field field, Hyperparameter info) {
    boolean whole = field.getType() == int.class || field.getType() == long.class;
    String range = "";
    if (!Double.isInfinite(info.min()) && !Double.isInfinite(info.max())) {
      range = number(info.min(), whole) + " to " + number(info.max(), whole);
    } else if (!Double.isInfinite(info.min())) {
      range = "at least " + number(info.min(), whole);
    } else if (!Double.isInfinite(info.max())) {
      range = "at most " + number(info.max(), whole);
    }
    if (info.special().length == 0 || range.isEmpty()) {
      return range;
    }
    List<String> special =
        Arrays.stream(info.special()).mapToObj(value -> number(value, whole)).toList();
    return range + ", or " + String.join(" or ", special);
  }

  private static String number(double value, boolean whole) {
    return whole ? Long.toString((long) value) : Double.toString(value);
  }

  private static Object parse(Field field, String value) {
    Class<?> type = field.getType();
    try {
      if (type == int.class) {
        return Integer.valueOf(value);
      }
      if (type == long.class) {
        return Long.valueOf(value);
      }
      if (type == double.class) {
        return Double.valueOf(value);
      }
      if (type == float.class) {
        return Float.valueOf(value);
      }
    } catch (NumberFormatException e) {
      throw illegal(field, value, e);
    }
    if (type == boolean.class) {
      return switch (value.toLowerCase(Locale.ROOT)) {
        case "true", "yes", "1" -> true;
        case "false", "no", "0" -> false;
        default -> throw illegal(field, value, null);
      };
    }
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equalsIgnoreCase(value.replace('-', '_'))) {
        return constant;
      }
    }
    throw illegal(field, value, null);
  }

  private static void check(Field field, Object value) {
    if (value instanceof Number number) {
      Hyperparameter info = info(field);
      double real = number.doubleValue();
      boolean within = Double.isFinite(real) && real >= info.min() && real <= info.max();
      if (!within && Arrays.stream(info.special()).noneMatch(special -> special == real)) {
        throw illegal(field, number.toString(), null);
      }
    }
  }

  private static IllegalArgumentException illegal(
      Field field, String value, @Nullable Throwable cause) {
    String range = range(field, info(field));
    return new IllegalArgumentException(
        "hyper-parameter "
            + name(field)
            + " cannot be \""
            + value
            + "\": expected "
            + type(field)
            + (range.isEmpty() ? "" : ", " + range),
        cause);
  }

  private Object read(Field field) {
    try {
      return Objects.requireNonNull(field.get(this));
    } catch (IllegalAccessException e) {
      throw notExported(field, e);
    }
  }

  private void write(Field field, Object value) {
    try {
      field.set(this, value);
    } catch (IllegalAccessException e) {
      throw notExported(field, e);
    }
  }

  /// A copy that shares nothing with the original.
  protected static <H extends Hyperparameters> H copy(H from, H to) {
    Hyperparameters source = from;
    Hyperparameters target = to;
    for (Field field : source.fields()) {
      target.write(field, source.read(field));
    }
    return to;
  }

  private static IllegalArgumentException notExported(Field field, IllegalAccessException e) {
    Class<?> owner = field.getDeclaringClass();
    return new IllegalArgumentException(
        "hyper-parameter "
            + name(field)
            + " cannot be reached: class "
            + owner.getName()
            + " must be public and its package exported by its module",
        e);
  }
}
