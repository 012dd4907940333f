package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkBudgetTest {

  /// Trees of a full sample take a second each.
  @ParameterizedTest
  @ValueSource(doubles = {10, 30, 99, 200})
  void allTreesFitTheTime(double seconds) {
    WorkBudget budget = new WorkBudget(seconds, 100);
    double elapsed = 0;
    for (int tree = 0; tree < 100; tree++) {
      double factor = budget.begin(elapsed);
      assertEquals(tree == 0 || seconds >= 100 ? 1 : (seconds - 1) / 99, factor, 1e-6);
      elapsed += factor;
      budget.end(factor);
    }
    assertEquals(Math.min(seconds, 100), elapsed, 1e-6);
  }

  @Test
  void thereIsALeastSample() {
    WorkBudget budget = new WorkBudget(1, 1000);
    budget.end(budget.begin(0));
    assertEquals(WorkBudget.LEAST, budget.begin(5));
  }

  @Test
  void treesUnderWayHaveTheirShare() {
    WorkBudget budget = new WorkBudget(50, 100);
    double first = budget.begin(0);
    budget.begin(0);
    budget.end(first);
    double alone = budget.begin(1);
    assertTrue(alone < 48.5 / 98, "granted " + alone);
  }
}
