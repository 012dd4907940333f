package dev.tendril.cli;

import dev.tendril.core.Rounding;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Value;
import dev.tendril.core.run.Devices;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Device;
import dev.tendril.core.spi.Executable;
import dev.tendril.formats.Npy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tendril run`.
@Command(
    name = "run",
    description = {
      "Runs a graph on tensors from files, and prints or writes its results.",
      "GRAPH is the text of a graph (docs/graph-text.md), a model of TensorFlow Lite (.tflite) or ONNX"
          + " (.onnx), or the folder of a graph model of TensorFlow.js or of a frozen SavedModel.",
    },
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  tendril run examples/mlp.tendril --input x=examples/mlp-input.npy",
      "  tendril run mlp.tendril --input x.npy --out results --repeat 1000 --profile trace.json",
      "  tendril run model.tflite --input image.npy --out results"
    })
final class RunCommand implements Callable<Integer> {
  private static final int SLOWEST = 20;

  private final Console console;

  @Parameters(index = "0", paramLabel = "GRAPH", description = "The file or folder of the graph.")
  private Path file = Path.of("");

  @Option(
      names = "--input",
      paramLabel = "[NAME=]FILE.npy",
      description = "An operand; those without a name go by their place. May be repeated.",
      order = 1)
  private List<String> inputs = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write DIR/output0.npy, output1.npy, ... in the order of the graph.",
      order = 2)
  private @Nullable Path out;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "Where to run, one of `tendril devices` (default: CPU:0).",
      order = 3)
  private String device = "CPU:0";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of a run (default: 0, one per processor).",
      order = 4)
  private int threads;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      description = "Run N times, and print the median and the best time of a run.",
      order = 5)
  private int repeat = 1;

  @Option(
      names = "--profile",
      paramLabel = "TRACE.json",
      description =
          "Write what every node took as a trace for Perfetto (ui.perfetto.dev) or"
              + " chrome://tracing, and print the slowest nodes.",
      order = 6)
  private @Nullable Path profile;

  @Option(
      names = "--explain",
      description = "Print how the graph was improved, whose kernels run, and its memory.",
      order = 7)
  private boolean explain;

  @Option(
      names = "--kernels",
      paramLabel = "NAME",
      split = ",",
      description = "Use only these kernels beside the reference (see `tendril devices`).",
      order = 8)
  private List<String> kernels = new ArrayList<>();

  @Option(
      names = "--rounding",
      paramLabel = "WAY",
      description =
          "Round quantized numbers as devices do (exact, the default), as TensorFlow Lite on a"
              + " desktop (desktop), or in the fastest way, which may differ by one (fast).",
      order = 9)
  private String rounding = "exact";

  @Option(
      names = "--plugins",
      paramLabel = "FOLDER",
      description = "Where to look for plug-ins (default: TENDRIL_PLUGINS, or ~/.tendril/plugins).",
      order = 10)
  private @Nullable Path plugins;

  @Mixin CommonOptions common = new CommonOptions();

  RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (repeat < 1) {
      throw new IllegalArgumentException("--repeat cannot be " + repeat + ": expected 1 or more");
    }
    PluginFolders.use(plugins);
    GraphFile source = GraphFile.read(file);
    List<Tensor> operands = operands(source);
    Graph graph = source.with(operands.stream().map(Tensor::type).toList());
    CompileOptions options =
        CompileOptions.DEFAULT
            .withThreads(threads)
            .withProfile(profile != null)
            .withRounding(rounding())
            .withProviders(Set.copyOf(kernels));
    try (Device chosen = Devices.open(device);
        Executable executable = chosen.compile(graph, options)) {
      List<Tensor> results = executable.run(operands);
      if (explain) {
        console.line(executable.report().stripTrailing());
      }
      if (repeat > 1) {
        time(executable, operands);
      }
      show(graph, results.subList(0, source.outputs()));
      if (profile != null) {
        Output.write(profile, executable.profile().toTrace());
        console.line(executable.profile().toText(SLOWEST).stripTrailing());
      }
    }
    return 0;
  }

  private Rounding rounding() {
    return switch (rounding) {
      case "exact" -> Rounding.EXACT;
      case "desktop" -> Rounding.DESKTOP;
      case "fast" -> Rounding.FAST;
      default ->
          throw new IllegalArgumentException(
              "--rounding cannot be " + rounding + ": expected exact, desktop or fast");
    };
  }

  private List<Tensor> operands(GraphFile source) {
    Map<String, Tensor> byName = new HashMap<>();
    List<Tensor> byPlace = new ArrayList<>();
    for (String input : inputs) {
      int split = input.indexOf('=');
      if (split < 0) {
        byPlace.add(Npy.read(Path.of(input)));
      } else {
        byName.put(input.substring(0, split), Npy.read(Path.of(input.substring(split + 1))));
      }
    }
    List<Tensor> operands = new ArrayList<>();
    int place = 0;
    for (Value.Input input : source.graph().inputs()) {
      Tensor tensor = byName.remove(input.name());
      int state = operands.size() - source.inputs();
      if (tensor == null && state >= 0) {
        operands.add(source.states().get(state));
        continue;
      }
      if (tensor == null && place < byPlace.size()) {
        tensor = byPlace.get(place++);
      }
      if (tensor == null) {
        throw new IllegalArgumentException(
            file + ": no --input for " + input.name() + ", of type " + input.type());
      }
      operands.add(quantized(tensor, input.type()));
    }
    if (!byName.isEmpty() || place < byPlace.size()) {
      throw new IllegalArgumentException(
          "more inputs than "
              + file
              + " has; it takes "
              + source.graph().inputs().stream().map(Value.Input::name).toList()
              + ", not "
              + (byName.isEmpty() ? inputs : byName.keySet()));
    }
    return operands;
  }

  /// A file says nothing of how integers stand for real numbers: as the graph has it.
  private static Tensor quantized(Tensor tensor, TensorType type) {
    return type.quant() == null ? tensor : tensor.view(tensor.type().with(type.quant()));
  }

  private void time(Executable executable, List<Tensor> operands) {
    List<Tensor> results = executable.run(operands);
    double[] millis = new double[repeat];
    for (int i = 0; i < repeat; i++) {
      long start = System.nanoTime();
      executable.run(operands, results);
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(millis);
    console.line("%d runs: median %.4f ms, best %.4f ms", repeat, millis[repeat / 2], millis[0]);
  }

  private void show(Graph graph, List<Tensor> results) {
    for (int i = 0; i < results.size(); i++) {
      if (out == null) {
        console.line("%s: %s", graph.outputNames().get(i), results.get(i));
      } else {
        Path target = out.resolve("output" + i + ".npy");
        makeFolder(out);
        Npy.write(target, results.get(i));
        console.line("%s: %s in %s", graph.outputNames().get(i), results.get(i).type(), target);
      }
    }
  }

  private static void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new TensorException("making the folder " + folder + ": " + e.getMessage(), e);
    }
  }
}
