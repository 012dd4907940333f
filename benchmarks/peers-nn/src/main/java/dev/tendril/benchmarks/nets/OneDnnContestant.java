package dev.tendril.benchmarks.nets;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.tendril.benchmarks.GraphContestant;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// oneDNN: its function `dnnl_sgemm`, called without the Java classes of the jar, which need
/// another library. The number of threads is that of the environment, `OMP_NUM_THREADS`.
public final class OneDnnContestant implements GraphContestant {
  private static final String FOLDER = "/org/bytedeco/dnnl/linux-x86_64/";
  private static final FunctionDescriptor SGEMM =
      FunctionDescriptor.of(
          JAVA_INT,
          JAVA_BYTE,
          JAVA_BYTE,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_FLOAT,
          ADDRESS,
          JAVA_LONG,
          ADDRESS,
          JAVA_LONG,
          JAVA_FLOAT,
          ADDRESS,
          JAVA_LONG);

  private @Nullable MethodHandle sgemm;

  @Override
  public String name() {
    return "onednn";
  }

  @Override
  public String version() {
    return "oneDNN 3.11";
  }

  @Override
  @SuppressWarnings("restricted")
  public void start(int threads) throws IOException {
    Path folder = Files.createTempDirectory("onednn");
    Path openMp = copy("libgomp.so.1", folder);
    Path library = copy("libdnnl.so.3", folder);
    System.load(openMp.toString());
    SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
    sgemm = Linker.nativeLinker().downcallHandle(symbols.findOrThrow("dnnl_sgemm"), SGEMM);
    Files.delete(openMp);
    Files.delete(library);
    Files.delete(folder);
  }

  private static Path copy(String name, Path folder) throws IOException {
    try (InputStream in = OneDnnContestant.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new FileNotFoundException(FOLDER + name + " is not on the class path");
      }
      Path file = folder.resolve(name);
      Files.copy(in, file);
      return file;
    }
  }

  @Override
  public Product product(int n, float[] left, float[] right) {
    MethodHandle function = sgemm;
    if (function == null) {
      throw new IllegalStateException("oneDNN was not started");
    }
    return new Multiplication(function, n, memory(left), memory(right), memory(new float[n * n]));
  }

  private static MemorySegment memory(float[] values) {
    MemorySegment memory = Arena.ofAuto().allocate(4L * values.length, 64);
    MemorySegment.copy(values, 0, memory, JAVA_FLOAT, 0, values.length);
    return memory;
  }

  private record Multiplication(
      MethodHandle function, long n, MemorySegment a, MemorySegment b, MemorySegment c)
      implements Product {
    private static final byte AS_IT_IS = 'N';

    @Override
    public void run() {
      int status;
      try {
        status = (int) function.invokeExact(AS_IT_IS, AS_IT_IS, n, n, n, 1f, a, n, b, n, 0f, c, n);
      } catch (Throwable e) {
        throw new IllegalStateException("dnnl_sgemm cannot be called", e);
      }
      if (status != 0) {
        throw new IllegalStateException("dnnl_sgemm failed with status " + status);
      }
    }

    @Override
    public float[] result() {
      return c.toArray(JAVA_FLOAT);
    }
  }
}
