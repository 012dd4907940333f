package dev.tendril.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// What the processor can do at most: vectors of 32-bit floats that are multiplied and added in
/// registers, in chains that do not wait for each other. A chain's next step waits for 4 to 5
/// cycles and a core begins two a cycle, so ten chains keep it busy; there are twelve, and with
/// factor and summand they fit 16 registers.
final class FmaPeak {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 12;
  private static final int STEPS = 1_000;

  private FmaPeak() {}

  /// Billions of additions and multiplications a second, by all threads together.
  static double gflops(int threads) throws Exception {
    Callable<Timing> loop = () -> Timing.of(new Loop());
    double sum = 0;
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Callable<Timing>> loops = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        loops.add(loop);
      }
      for (Future<Timing> timing : pool.invokeAll(loops)) {
        sum += 2.0 * FLOATS.length() * CHAINS * STEPS / timing.get().wallNanos();
      }
    }
    return sum;
  }

  private static final class Loop implements Timing.Work {
    private float kept;

    @Override
    public void run() {
      kept = steps(0.5f, 1 + 1 / (1 + kept));
      if (Float.isNaN(kept)) {
        throw new IllegalStateException("the chains gave no number");
      }
    }

    private static float steps(float x, float y) {
      FloatVector factor = FloatVector.broadcast(FLOATS, x);
      FloatVector summand = FloatVector.broadcast(FLOATS, y);
      FloatVector a = summand;
      FloatVector b = summand;
      FloatVector c = summand;
      FloatVector d = summand;
      FloatVector e = summand;
      FloatVector f = summand;
      FloatVector g = summand;
      FloatVector h = summand;
      FloatVector i = summand;
      FloatVector j = summand;
      FloatVector k = summand;
      FloatVector l = summand;
      for (int step = 0; step < STEPS; step++) {
        a = a.fma(factor, summand);
        b = b.fma(factor, summand);
        c = c.fma(factor, summand);
        d = d.fma(factor, summand);
        e = e.fma(factor, summand);
        f = f.fma(factor, summand);
        g = g.fma(factor, summand);
        h = h.fma(factor, summand);
        i = i.fma(factor, summand);
        j = j.fma(factor, summand);
        k = k.fma(factor, summand);
        l = l.fma(factor, summand);
      }
      FloatVector first = a.add(b).add(c).add(d).add(e).add(f);
      return first.add(g).add(h).add(i).add(j).add(k).add(l).lane(0);
    }
  }
}
