package dev.tendril.conformance.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tendril.core.DType;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The catalogue leaves out no op, no kind and no attribute.
class OpCasesTest {
  /// What the shape rules refuse.
  private static final Map<String, Set<?>> REFUSED =
      Map.of(
          Reduce.Cumulative.class.getSimpleName() + ".kind",
          Set.of(Reduce.Kind.MEAN, Reduce.Kind.ALL, Reduce.Kind.ANY),
          Contract.Pool.class.getSimpleName() + ".kind",
          Set.of(
              Reduce.Kind.SUM, Reduce.Kind.PROD, Reduce.Kind.MIN, Reduce.Kind.ALL, Reduce.Kind.ANY),
          Index.Iota.class.getSimpleName() + ".to",
          Set.of(DType.BOOL),
          Index.ShapeOf.class.getSimpleName() + ".to",
          others(Set.of(DType.I32, DType.I64)),
          Reduce.ArgExtreme.class.getSimpleName() + ".to",
          others(Set.of(DType.I32, DType.I64)),
          Pointwise.Quantize.class.getSimpleName() + ".to",
          others(Set.of(DType.I4, DType.I8, DType.U8, DType.I16)));

  private static Set<DType> others(Set<DType> known) {
    Set<DType> others = new HashSet<>(Set.of(DType.values()));
    others.removeAll(known);
    return others;
  }

  @Test
  void everyOpHasCases() {
    List<Class<?>> records = new ArrayList<>();
    collect(Op.class, records);
    Set<Class<?>> covered = new HashSet<>();
    OpCases.list().forEach(one -> covered.add(one.op().getClass()));
    records.removeAll(covered);
    assertEquals(List.of(), records, "ops without cases; add some to a *Cases class");
  }

  static void collect(Class<?> type, List<Class<?>> records) {
    if (type.isRecord()) {
      records.add(type);
      return;
    }
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      collect(permitted, records);
    }
  }

  /// Enumerations and flags, of records within attributes too.
  @Test
  void everyVarietyOfAnAttributeHasCases() throws ReflectiveOperationException {
    Map<String, Set<Object>> wanted = new HashMap<>();
    for (OpCase one : OpCases.list()) {
      strike((Record) one.op(), wanted);
    }
    wanted.values().removeIf(Set::isEmpty);
    assertFalse(OpCases.list().isEmpty());
    assertEquals(Map.of(), wanted, "values of attributes without cases");
  }

  private static void strike(Record owner, Map<String, Set<Object>> wanted)
      throws ReflectiveOperationException {
    for (RecordComponent component : owner.getClass().getRecordComponents()) {
      Class<?> type = component.getType();
      Object value = component.getAccessor().invoke(owner);
      String name = owner.getClass().getSimpleName() + "." + component.getName();
      if (type.isEnum() || type == boolean.class) {
        List<?> all = type.isEnum() ? List.of(type.getEnumConstants()) : List.of(true, false);
        wanted.computeIfAbsent(
            name,
            _ -> {
              Set<Object> left = new HashSet<>(all);
              left.removeAll(REFUSED.getOrDefault(name, Set.of()));
              return left;
            });
        wanted.get(name).remove(value);
      } else if (type.isRecord() && type.getPackage().equals(Op.class.getPackage())) {
        strike((Record) value, wanted);
      }
    }
  }
}
