package dev.tendril.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SplitsTest {
  private static Frame frame(int rows) {
    float[] id = new float[rows];
    float[] group = new float[rows];
    List<String> day = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      id[row] = row;
      group[row] = row * 7 % 13;
      day.add(String.format("2026-01-%02d", 1 + row * 5 % 28));
    }
    return Frame.of(
        NumericalColumn.of("id", id),
        NumericalColumn.of("group", group),
        CategoricalColumn.of("day", new ArrayList<>(day), VocabularyLimits.NONE));
  }

  private static List<Integer> ids(Frame frame) {
    List<Integer> ids = new ArrayList<>();
    for (float id : ((NumericalColumn) frame.column("id")).values()) {
      ids.add((int) id);
    }
    return ids;
  }

  private static void assertParts(Frame whole, List<Split> splits) {
    List<Integer> tests = new ArrayList<>();
    for (Split split : splits) {
      List<Integer> all = new ArrayList<>(ids(split.train()));
      all.addAll(ids(split.test()));
      Collections.sort(all);
      assertEquals(ids(whole), all);
      tests.addAll(ids(split.test()));
    }
    Collections.sort(tests);
    assertEquals(ids(whole), tests);
  }

  @Test
  void randomPartsHaveTheAskedSizeAndDependOnTheSeed() {
    Frame frame = frame(344);
    Split split = frame.split(0.3, 42);
    assertEquals(103, split.test().rows());
    assertEquals(241, split.train().rows());
    assertEquals(ids(split.test()), ids(frame.split(0.3, 42).test()));
    assertNotEquals(ids(split.test()), ids(frame.split(0.3, 43).test()));
    assertEquals(1, frame(2).split(0.01, 1).test().rows());
    assertThrows(DataException.class, () -> frame(1).split(0.5, 1));
    assertThrows(IllegalArgumentException.class, () -> frame.split(1, 1));
    assertThrows(IllegalArgumentException.class, () -> frame.split(Double.NaN, 1));
  }

  @Test
  void randomPartsNeverChange() {
    assertEquals(List.of(4, 5, 6, 7, 11), ids(frame(20).split(0.25, 2026).test()));
    assertEquals(0xE220A8397B1DCDAFL, CounterRandom.bits(-0x9E3779B97F4A7C15L, 0));
  }

  @Test
  void randomBitsAreEvenlySpread() {
    int[] buckets = new int[16];
    for (int i = 0; i < 16_000; i++) {
      buckets[(int) (16 * CounterRandom.uniform(7, i))]++;
    }
    for (int count : buckets) {
      assertEquals(1000, count, 150);
    }
  }

  @Test
  void groupsStayTogether() {
    Frame frame = frame(300);
    Split split = Splits.byGroup(frame, "group", 0.3, 5);
    Set<Float> train = groups(split.train());
    Set<Float> test = groups(split.test());
    assertEquals(13, train.size() + test.size());
    train.retainAll(test);
    assertTrue(train.isEmpty());
    assertEquals(90, split.test().rows(), 24);
    List<Split> folds = Splits.foldsByGroup(frame, "group", 4, 5);
    assertParts(frame, folds);
    for (Split fold : folds) {
      Set<Float> common = groups(fold.train());
      common.retainAll(groups(fold.test()));
      assertTrue(common.isEmpty());
      assertEquals(75, fold.test().rows(), 25);
    }
    assertThrows(DataException.class, () -> Splits.foldsByGroup(frame, "group", 14, 5));
  }

  private static Set<Float> groups(Frame frame) {
    Set<Float> groups = new HashSet<>();
    for (float value : ((NumericalColumn) frame.column("group")).values()) {
      groups.add(value);
    }
    return groups;
  }

  @Test
  void theLatestRowsAreTested() {
    Frame frame = frame(100);
    Split byNumber = Splits.byTime(frame, "id", 0.2);
    assertEquals(20, byNumber.test().rows());
    assertEquals(80, ids(byNumber.test()).getFirst());
    Split byDay = Splits.byTime(frame, "day", 0.25);
    String lastTrained = Collections.max(days(byDay.train()));
    assertTrue(lastTrained.compareTo(Collections.min(days(byDay.test()))) < 0);
    assertEquals(25, byDay.test().rows(), 3);
    Frame same = Frame.of(NumericalColumn.of("t", 1, 1, 1));
    assertThrows(DataException.class, () -> Splits.byTime(same, "t", 0.5));
    Frame gap = Frame.of(NumericalColumn.of("t", 1, Float.NaN, 1));
    assertThrows(DataException.class, () -> Splits.byTime(gap, "t", 0.5));
  }

  private static List<String> days(Frame frame) {
    CategoricalColumn column = (CategoricalColumn) frame.column("day");
    List<String> days = new ArrayList<>();
    for (int row = 0; row < column.rows(); row++) {
      days.add(String.valueOf(column.text(row)));
    }
    return days;
  }

  @Test
  void foldsTestEveryRowOnce() {
    Frame frame = frame(103);
    List<Split> folds = Splits.folds(frame, 10, 3);
    assertParts(frame, folds);
    for (Split fold : folds) {
      assertEquals(10, fold.test().rows(), 1);
    }
    List<Split> named = Splits.foldsByColumn(frame, "group");
    assertEquals(13, named.size());
    assertParts(frame, named);
    for (int i = 0; i < 13; i++) {
      assertEquals(Set.of((float) i), groups(named.get(i).test()));
    }
    assertThrows(IllegalArgumentException.class, () -> Splits.folds(frame, 1, 3));
    assertThrows(DataException.class, () -> Splits.folds(frame(3), 4, 3));
    Frame gap = Frame.of(NumericalColumn.of("f", Float.NaN, 1));
    assertThrows(DataException.class, () -> Splits.foldsByColumn(gap, "f"));
  }

  @Test
  void classesKeepTheirOrderInEveryPart() {
    Frame frame =
        Frame.of(
            CategoricalColumn.of("y", Arrays.asList("b", "c", "c", "a", "c"), VocabularyLimits.NONE)
                .asClasses());
    Vocabulary part = frame.rows(new int[] {1, 2}).column("y").field().vocabulary();
    assertEquals(List.of("<OOD>", "a", "b", "c"), part.items());
    assertEquals(2, part.count(3));
    assertEquals(0, part.count(1));
  }
}
