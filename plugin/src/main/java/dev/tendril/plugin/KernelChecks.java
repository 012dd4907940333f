package dev.tendril.plugin;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.OpAttribute;
import dev.tendril.core.graph.Value;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.ShapeRules;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import dev.tendril.core.spi.OpKernel;
import dev.tendril.core.stream.StreamedDevice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Checks of kernels against the reference, of custom ops and of the graph pass.
final class KernelChecks {
  private static final CompileOptions PLAIN = CompileOptions.DEFAULT.withRewrite(false);
  private static final int THREADS = 4;
  private static final int REPEATS = 200;
  private static final int PIPE = 64;
  private static final long SPEED_NANOS = 600_000_000;

  private final NativeTable table;
  private final StreamedDevice device;
  private final Set<String> custom = new TreeSet<>();
  private final List<String> ops = new ArrayList<>();

  KernelChecks(NativeTable table, StreamedDevice device) {
    this.table = table;
    this.device = device;
    table.customOps().forEach(op -> custom.add(op.name()));
    device.kernels().stream().map(OpKernel::op).distinct().sorted().forEach(ops::add);
  }

  List<String> ops() {
    return ops;
  }

  private List<OpSamples.Sample> samples(String op, DType type) {
    return OpSamples.of(op, custom.contains(op), type).stream()
        .filter(sample -> device.supports(sample.node()).isYes())
        .toList();
  }

  /// The op on every type; the row of the table is filled in.
  String values(String op, Map<String, String> row) {
    int asked = 0;
    TensorException failure = null;
    for (DType type : DType.values()) {
      List<OpSamples.Sample> samples = samples(op, type);
      row.put(type.text(), samples.isEmpty() ? "no" : "ok");
      for (OpSamples.Sample sample : samples) {
        asked++;
        try {
          compare(sample);
        } catch (TensorException e) {
          row.put(type.text(), "FAIL");
          failure = failure == null ? e : failure;
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
    return asked == 0
        ? PluginChecks.SKIPPED + "the kit has no operands that it takes"
        : asked
            + (custom.contains(op)
                ? " cases ran; there is no reference"
                : " cases as the reference");
  }

  private static Graph graph(OpSamples.Sample sample) {
    GraphBuilder builder = Graph.builder("case");
    List<Value> inputs = new ArrayList<>();
    for (int i = 0; i < sample.operands().size(); i++) {
      inputs.add(builder.input("x" + i, sample.types().get(i)));
    }
    List<Value> results = builder.add(sample.op(), inputs);
    for (int i = 0; i < results.size(); i++) {
      builder.output("y" + i, results.get(i));
    }
    return builder.build();
  }

  private List<Tensor> expected(OpSamples.Sample sample) {
    if (sample.op() instanceof Custom) {
      try (Executable executable = device.compile(graph(sample), PLAIN)) {
        return executable.run(sample.operands()).stream().map(Tensor::toHost).toList();
      }
    }
    return ReferenceKernels.run(sample.op(), sample.operands(), sample.results());
  }

  private void compare(OpSamples.Sample sample) {
    List<Tensor> expected = expected(sample);
    try (Executable executable = device.compile(graph(sample), PLAIN)) {
      for (int i = 0; i < 2; i++) {
        check(sample.toString(), expected, executable.run(sample.operands()));
      }
    }
  }

  private static void check(String what, List<Tensor> expected, List<Tensor> actual) {
    for (int i = 0; i < expected.size(); i++) {
      Tensor e = expected.get(i);
      Tensor a = actual.get(i);
      double bound = bound(e);
      for (long j = 0; j < e.shape().size(); j++) {
        double x = e.get(j);
        double y = a.get(j);
        boolean same = x == y || (Double.isNaN(x) && Double.isNaN(y)) || Math.abs(x - y) <= bound;
        if (!same) {
          throw PluginChecks.fault(
              what + ": result " + i + ", element " + j + " is " + y + "; expected " + x);
        }
      }
      a.close();
    }
  }

  /// A few roundings of the greatest element.
  private static double bound(Tensor expected) {
    double unit =
        switch (expected.dtype()) {
          case F64 -> 1e-13;
          case F32 -> 2e-6;
          case F16 -> 4e-3;
          case BF16 -> 3e-2;
          case I4, I8, U8, I16, U16, I32, U32, I64, BOOL -> 0;
        };
    double greatest = 1;
    for (long i = 0; i < expected.shape().size(); i++) {
      double value = Math.abs(expected.get(i));
      greatest = Double.isFinite(value) ? Math.max(greatest, value) : greatest;
    }
    return unit * greatest;
  }

  private List<OpSamples.Sample> some(String op) {
    for (DType type : DType.values()) {
      List<OpSamples.Sample> samples = samples(op, type);
      if (!samples.isEmpty()) {
        return samples;
      }
    }
    return List.of();
  }

  /// The same kernel by several threads at once, each with operands of its own.
  String threads(String op) {
    List<OpSamples.Sample> samples = some(op);
    if (samples.isEmpty()) {
      return PluginChecks.SKIPPED + "the kit has no operands that it takes";
    }
    OpSamples.Sample largest = samples.getLast();
    AtomicReference<@Nullable TensorException> failure = new AtomicReference<>();
    try (Executable executable = device.compile(graph(largest), PLAIN)) {
      Thread[] threads = new Thread[THREADS];
      for (int i = 0; i < THREADS; i++) {
        List<Tensor> operands = new ArrayList<>();
        for (Tensor operand : largest.operands()) {
          operands.add(turned(operand, i));
        }
        OpSamples.Sample own = new OpSamples.Sample(largest.op(), operands, largest.results());
        List<Tensor> expected = expected(own);
        threads[i] =
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        for (int j = 0; j < REPEATS && failure.get() == null; j++) {
                          check(own + " by four threads", expected, executable.run(operands));
                        }
                      } catch (TensorException e) {
                        failure.compareAndSet(null, e);
                      }
                    });
      }
      join(threads);
    }
    TensorException e = failure.get();
    if (e != null) {
      throw e;
    }
    return THREADS * REPEATS + " runs";
  }

  /// Other values: the elements moved on by some places.
  private static Tensor turned(Tensor tensor, int by) {
    Tensor turned = tensor.copy();
    long size = tensor.shape().size();
    for (long i = 0; i < size; i++) {
      long from = (i + by) % size;
      if (tensor.dtype().isFloat()) {
        Elements.setDouble(turned.memory(), tensor.dtype(), i, tensor.get(from));
      } else {
        Elements.setLong(turned.memory(), tensor.dtype(), i, tensor.getLong(from));
      }
    }
    return turned;
  }

  static void join(Thread[] threads) {
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Custom ops on no operands, on many, on scalars, on every type: types or a refusal, not
  /// nonsense.
  String inference() {
    if (custom.isEmpty()) {
      return PluginChecks.SKIPPED + "it has none";
    }
    int asked = 0;
    for (String op : custom) {
      for (int count = 0; count <= 4; count++) {
        for (int[] dims : new int[][] {{}, {0}, {3}, {2, 3}, {1, 2, 3, 4, 5}}) {
          for (DType type : DType.values()) {
            List<TensorType> types = Collections.nCopies(count, TensorType.of(type, dims));
            asked++;
            try {
              ShapeRules.infer(OpAttribute.custom(op, ""), types);
            } catch (PluginException e) {
              if (!String.valueOf(e.getMessage()).contains(" failed: ")) {
                throw e;
              }
            }
          }
        }
      }
    }
    return asked + " lists of operands";
  }

  /// Chains of two kernels, with the pass and without.
  String pass() {
    if (table.pass == null) {
      return PluginChecks.SKIPPED + "it has none";
    }
    int chains = 0;
    for (String first : ops) {
      for (String second : ops) {
        for (OpSamples.Sample sample : some(first)) {
          Graph graph = chain(sample, second);
          if (graph != null) {
            chains++;
            try (Executable plain = device.compile(graph, PLAIN);
                Executable improved = device.compile(graph, CompileOptions.DEFAULT)) {
              check(
                  first + " and " + second + " with the graph pass",
                  plain.run(sample.operands()).stream().map(Tensor::toHost).toList(),
                  improved.run(sample.operands()));
            }
          }
        }
      }
    }
    return chains + " graphs alike with and without";
  }

  private @Nullable Graph chain(OpSamples.Sample sample, String second) {
    try {
      GraphBuilder builder = Graph.builder("chain");
      List<Value> inputs = new ArrayList<>();
      for (int i = 0; i < sample.operands().size(); i++) {
        inputs.add(builder.input("x" + i, sample.types().get(i)));
      }
      Value hidden = builder.add(sample.op(), inputs).getFirst();
      Value result =
          builder
              .add(
                  custom.contains(second)
                      ? OpAttribute.custom(second, "")
                      : OpAttribute.parse(second, "", List.of(hidden.type())),
                  List.of(hidden))
              .getFirst();
      Graph graph = builder.output("y", result).build();
      boolean all = graph.nodes().stream().allMatch(n -> device.supports(n).isYes());
      return all ? graph : null;
    } catch (TensorException _) {
      return null;
    }
  }

  /// A kernel's call on little, and the bandwidth of copies.
  String speed() {
    StringBuilder text = new StringBuilder();
    for (String op : ops) {
      List<OpSamples.Sample> samples = some(op);
      if (!samples.isEmpty() && text.length() < 200) {
        text.append(text.isEmpty() ? "" : ", ").append(op).append(' ');
        text.append(String.format(Locale.ROOT, "%.0f ns", nanos(samples.getFirst())));
      }
    }
    Tensor big = Tensor.zeros(TensorType.of(DType.U8, 32 << 20));
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      long start = System.nanoTime();
      device.receive(big).close();
      best = Math.min(best, System.nanoTime() - start);
    }
    return text
        + String.format(
            Locale.ROOT, " a call; copy_in %.1f GB/s", (double) (32 << 20) / Math.max(1, best));
  }

  private double nanos(OpSamples.Sample sample) {
    List<Tensor> operands = sample.operands().stream().map(device::receive).toList();
    try (Executable executable = device.compile(graph(sample), PLAIN)) {
      List<Tensor> results = executable.run(operands);
      long best = Long.MAX_VALUE;
      long end = System.nanoTime() + SPEED_NANOS;
      while (System.nanoTime() < end) {
        long start = System.nanoTime();
        for (int j = 0; j < 10 * PIPE; j++) {
          executable.run(operands, results);
        }
        results.getFirst().toHost();
        best = Math.min(best, System.nanoTime() - start);
      }
      results.forEach(Tensor::close);
      return best / (10.0 * PIPE);
    } finally {
      operands.forEach(Tensor::close);
    }
  }
}
