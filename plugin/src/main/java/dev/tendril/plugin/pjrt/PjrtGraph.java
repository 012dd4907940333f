package dev.tendril.plugin.pjrt;

import dev.tendril.compile.StableHloEmitter;
import dev.tendril.compile.StableHloProgram;
import dev.tendril.core.ClosedTensorException;
import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Value;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import dev.tendril.core.spi.Operands;
import dev.tendril.core.spi.Profile;
import dev.tendril.plugin.layout.Code;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// A graph as a program of a PJRT device. A run returns when the work is given to the device, apart
/// from programs that check their values: those are waited for.
///
/// **Donation.** The graph's note `donate(x)` says that the device may take the memory of the input
/// `x` for results. The tensor that was given for it is closed by the run.
final class PjrtGraph implements Executable {
  /// The kind of note that gives an input's memory away.
  static final String DONATE = "donate";

  private final PjrtDevice device;
  private final Graph graph;
  private final StableHloProgram program;
  private final MemorySegment loaded;
  private final List<Tensor> constants = new ArrayList<>();
  private final List<String> inputNames;
  private final Set<Integer> donated = new HashSet<>();
  private final String report;
  private final boolean profiling;
  private final TensorType checks;
  private int runs;
  private long nanos;
  private volatile boolean closed;

  PjrtGraph(PjrtDevice device, Graph graph, CompileOptions options) {
    this.device = device;
    this.graph = graph;
    this.profiling = options.profile();
    this.inputNames = graph.inputs().stream().map(Value.Input::name).toList();
    Set<String> given =
        inputNames.stream()
            .filter(name -> graph.notes().containsKey(Graph.noteKey(DONATE, name)))
            .collect(Collectors.toSet());
    for (int i = 0; i < inputNames.size(); i++) {
      if (given.contains(inputNames.get(i))) {
        donated.add(i);
      }
    }
    this.program = StableHloEmitter.emit(graph, given);
    this.checks = TensorType.of(DType.BOOL, program.failures().size());
    PjrtCache.Compiled compiled = PjrtCache.compile(device, program.text());
    this.loaded = compiled.program();
    this.report = text(compiled);
    try {
      int outputs = device.client().outputs(loaded);
      if (outputs != outputCount()) {
        throw device
            .client()
            .api()
            .wrong(
                Code.INTERNAL,
                PjrtFunction.EXECUTABLE_NUM_OUTPUTS.text()
                    + " gave num_outputs = "
                    + outputs
                    + " for a program of "
                    + outputCount());
      }
      program.constants().forEach(c -> constants.add(device.receive(c.tensor())));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private int outputCount() {
    return program.outputs().size() + (program.failures().isEmpty() ? 0 : 1);
  }

  private String text(PjrtCache.Compiled compiled) {
    return String.format(
        Locale.ROOT,
        "program of %s: %d lines of StableHLO, %s in %.1f ms%n",
        device.info().name(),
        program.text().lines().count(),
        compiled.isFromCache() ? "read from the cache" : "compiled",
        compiled.nanos() / 1e6);
  }

  @Override
  public List<TensorType> inputs() {
    return program.inputs();
  }

  @Override
  public List<TensorType> outputs() {
    return program.outputs();
  }

  @Override
  public List<Tensor> run(List<Tensor> inputs) {
    Operands.check("the operands of graph " + graph.name(), inputNames, inputs, inputs());
    if (closed) {
      throw new ClosedTensorException("a run of graph " + graph.name() + ", which is closed");
    }
    long start = System.nanoTime();
    List<Tensor> moved = new ArrayList<>();
    try {
      List<MemorySegment> operands = new ArrayList<>();
      for (Tensor input : inputs) {
        Tensor there = device.receive(input);
        if (there != input) {
          moved.add(there);
        }
        operands.add(pointer(there));
      }
      constants.forEach(constant -> operands.add(pointer(constant)));
      List<MemorySegment> results =
          device
              .client()
              .execute(loaded, device.addressable(), operands, kept(operands), outputCount());
      donated.forEach(i -> inputs.get(i).close());
      List<Tensor> outputs = new ArrayList<>();
      for (int i = 0; i < program.outputs().size(); i++) {
        outputs.add(device.tensor(results.get(i), program.outputs().get(i)));
      }
      check(results, outputs);
      measure(start, results);
      return List.copyOf(outputs);
    } finally {
      moved.forEach(Tensor::close);
    }
  }

  private static MemorySegment pointer(Tensor tensor) {
    return tensor.remote() instanceof PjrtBuffer buffer ? buffer.pointer() : MemorySegment.NULL;
  }

  /// The numbers of operands that are donated and given more than once: their memory is needed.
  private long[] kept(List<MemorySegment> operands) {
    return donated.stream()
        .filter(i -> operands.stream().filter(operands.get(i)::equals).count() > 1)
        .mapToLong(Integer::longValue)
        .sorted()
        .toArray();
  }

  /// Looks whether values were such as an op refuses.
  private void check(List<MemorySegment> results, List<Tensor> outputs) {
    if (program.failures().isEmpty()) {
      return;
    }
    try (Tensor checked = device.tensor(results.getLast(), checks)) {
      for (int i = 0; i < program.failures().size(); i++) {
        if (checked.getLong(i) == 0) {
          outputs.forEach(Tensor::close);
          throw new TensorException("graph " + graph.name() + ": " + program.failures().get(i));
        }
      }
    }
  }

  private void measure(long start, List<MemorySegment> results) {
    if (profiling) {
      if (!program.outputs().isEmpty()) {
        device.client().awaitReady(results.getFirst());
      }
      synchronized (this) {
        runs++;
        nanos += System.nanoTime() - start;
      }
    }
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> outputs) {
    Operands.check("the results of graph " + graph.name(), graph.outputNames(), outputs, outputs());
    List<Tensor> results = run(inputs);
    for (int i = 0; i < results.size(); i++) {
      outputs.get(i).copyFrom(results.get(i));
      results.get(i).close();
    }
  }

  @Override
  public String report() {
    return report;
  }

  /// One entry for the whole program: what is inside only the plug-in knows.
  @Override
  public synchronized Profile profile() {
    if (runs == 0) {
      return new Profile(graph.name(), device.info().name(), 0, List.of());
    }
    Profile.Entry entry =
        new Profile.Entry(
            graph.name(),
            "program",
            program.inputs() + " -> " + program.outputs(),
            "pjrt",
            nanos,
            List.of(),
            List.of(),
            0,
            0);
    return new Profile(graph.name(), device.info().name(), runs, List.of(entry));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      constants.forEach(Tensor::close);
      device.client().destroyProgram(loaded);
    }
  }
}
