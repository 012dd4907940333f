package dev.tendril.cli;

import dev.tendril.core.Tensor;
import dev.tendril.core.quantize.Comparison;
import dev.tendril.core.quantize.Pruned;
import dev.tendril.core.quantize.Pruner;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `tendril prune`.
@Command(
    name = "prune",
    description = {
      "Takes the weights of a graph of floats (.tflite, .tendril) away that matter least, writes it,"
          + " and reports what that cost.",
      "Ways:",
      "  magnitude    the smallest weights of each layer become 0",
      "  two_of_four  two of every four weights become 0",
      "  channels     whole output channels go, and the graph gets smaller",
    },
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  tendril prune digits.tflite --out sparse.tflite --sparsity 0.5 --data digits.npy",
      "  tendril prune digits.tflite --out thin.tflite --way channels --sparsity 0.25",
    })
final class PruneCommand implements Callable<Integer> {
  /// Ways to prune.
  enum Way {
    MAGNITUDE,
    TWO_OF_FOUR,
    CHANNELS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Console console;

  @Mixin private FloatGraph model = new FloatGraph();

  @Mixin private SampleOptions samples = new SampleOptions();

  @Option(
      names = "--way",
      paramLabel = "WAY",
      description = "magnitude, two_of_four or channels (default: magnitude).",
      order = 3)
  private Way way = Way.MAGNITUDE;

  @Option(
      names = "--sparsity",
      paramLabel = "SHARE",
      description = "The share of weights or channels of a layer that go (default: 0.5).",
      order = 4)
  private double sparsity = 0.5;

  @Mixin private ReportOptions report = new ReportOptions();

  @Mixin CommonOptions common = new CommonOptions();

  PruneCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    report.require();
    GraphFile source = model.read();
    Pruned pruned =
        switch (way) {
          case MAGNITUDE -> Pruner.magnitude(source.graph(), sparsity);
          case TWO_OF_FOUR -> Pruner.twoOfFour(source.graph());
          case CHANNELS -> Pruner.channels(source.graph(), sparsity);
        };
    List<List<Tensor>> data = samples.isEmpty() ? List.of() : samples.samples(source);
    GraphFile.write(pruned.graph(), model.out());
    Comparison comparison =
        data.isEmpty()
            ? null
            : Comparison.of(
                pruned.floats(), pruned.graph(), pruned.values(), data, samples.labels());
    Smaller figures =
        Smaller.of(
            model.file(),
            pruned.floats(),
            model.out(),
            pruned.graph(),
            data.isEmpty() ? null : data.getFirst());
    report.print(
        console,
        new SmallerReport(
            model.file().getFileName() + " pruned by " + way,
            "pruned",
            String.format(
                Locale.ROOT,
                "%.1f %% of the weights of %s are gone",
                100 * pruned.sparsity(),
                Words.count(pruned.layers().size(), "layer")),
            figures,
            comparison,
            List.of(),
            null));
    console.note("wrote " + model.out());
    return 0;
  }
}
