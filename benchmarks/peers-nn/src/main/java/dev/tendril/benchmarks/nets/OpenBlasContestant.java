package dev.tendril.benchmarks.nets;

import dev.tendril.benchmarks.GraphContestant;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/// OpenBLAS.
public final class OpenBlasContestant implements GraphContestant {
  private static final int ROW_MAJOR = 101;
  private static final int AS_IT_IS = 111;

  @Override
  public String name() {
    return "openblas";
  }

  @Override
  public String version() {
    return "OpenBLAS 0.3.31";
  }

  @Override
  public void start(int threads) {
    openblas_nolapack.blas_set_num_threads(threads);
  }

  @Override
  public Product product(int n, float[] left, float[] right) {
    FloatPointer a = new FloatPointer(left);
    FloatPointer b = new FloatPointer(right);
    FloatPointer c = new FloatPointer((long) n * n);
    return new Product() {
      @Override
      public void run() {
        openblas_nolapack.cblas_sgemm(
            ROW_MAJOR, AS_IT_IS, AS_IT_IS, n, n, n, 1, a, n, b, n, 0, c, n);
      }

      @Override
      public float[] result() {
        float[] values = new float[n * n];
        c.get(values);
        return values;
      }
    };
  }
}
