package dev.tendril.cli;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.quantize.Calibration;
import dev.tendril.core.quantize.Comparison;
import dev.tendril.core.quantize.QuantizeMode;
import dev.tendril.core.quantize.QuantizeOptions;
import dev.tendril.core.quantize.Quantized;
import dev.tendril.core.quantize.Quantizer;
import dev.tendril.core.quantize.Selection;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `tendril quantize`.
@Command(
    name = "quantize",
    description = {
      "Makes a graph of floats (.tflite, .tendril) smaller, writes it, and reports what that"
          + " gained and what it lost.",
      "Modes:",
      "  int8      values and weights of 8 bits, by scales that samples tell (--data)",
      "  int16x8   values of 16 bits, weights of 8",
      "  int4      values of 8 bits, weights of 4",
      "  dynamic   weights of 8 bits, values in float; needs no samples",
      "  float16   constants of 16-bit floats; needs no samples",
    },
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  tendril quantize digits.tflite --out digits-int8.tflite --data digits.npy",
      "  tendril quantize digits.tflite --out small.tflite --data digits.npy --labels labels.npy \\",
      "      --tolerance 0.5 --report small.html",
      "  tendril quantize pose.tflite --out pose-16.tflite --mode float16",
    })
final class QuantizeCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private FloatGraph model = new FloatGraph();

  @Mixin private SampleOptions samples = new SampleOptions();

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = "int8, int16x8, int4, dynamic or float16 (default: int8).",
      order = 3)
  private QuantizeMode mode = QuantizeMode.INT8;

  @Option(
      names = "--calibration",
      paramLabel = "WAY",
      description =
          "How ranges are found: minmax, moving-average, percentile or entropy (default: minmax).",
      order = 4)
  private Calibration calibration = Calibration.MINMAX;

  @Option(
      names = "--percentile",
      paramLabel = "P",
      description = "The share of numbers that a range ends at, of percentile (default: 99.99).",
      order = 5)
  private @Nullable Double percentile;

  @Option(
      names = "--integer-ends",
      description = "Inputs and outputs are integers too; else they stay floats.",
      order = 6)
  private boolean integerEnds;

  @Option(
      names = "--keep",
      paramLabel = "NODE",
      split = ",",
      description = "Nodes that stay in float; * stands for any characters.",
      order = 7)
  private List<String> keep = new ArrayList<>();

  @Option(
      names = "--tolerance",
      paramLabel = "PERCENT",
      description =
          "Keep the layers in float that hurt most, until no more than this is lost: points of"
              + " accuracy with --labels, else of the outputs' range.",
      order = 8)
  private @Nullable Double tolerance;

  @Mixin private ReportOptions report = new ReportOptions();

  @Mixin CommonOptions common = new CommonOptions();

  QuantizeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    report.require();
    GraphFile source = model.read();
    boolean needs = mode.needsCalibration() || tolerance != null;
    if (samples.isEmpty() && needs) {
      throw new IllegalArgumentException(
          "no --data: "
              + (mode.needsCalibration() ? "--mode " + mode : "--tolerance")
              + " needs samples of "
              + source.graph().inputs().getFirst().type());
    }
    List<List<Tensor>> data = samples.isEmpty() ? List.of() : samples.samples(source);
    int @Nullable [] labels = samples.labels();
    QuantizeOptions options =
        QuantizeOptions.of(mode).withCalibration(calibration).withIntegerEnds(integerEnds);
    Quantizer quantizer =
        Quantizer.of(
            source.graph(),
            data,
            percentile == null ? options : options.withPercentile(percentile));
    Set<String> asked = asked(quantizer.floats());
    Selection selection =
        tolerance == null ? null : Selection.search(quantizer, data, labels, tolerance, asked);
    Quantized quantized = selection == null ? quantizer.quantize(asked) : selection.quantized();
    GraphFile.write(quantized.graph(), model.out());
    Comparison comparison = data.isEmpty() ? null : Comparison.of(quantized, data, labels);
    Smaller figures =
        Smaller.of(
            model.file(),
            quantized.floats(),
            model.out(),
            quantized.graph(),
            data.isEmpty() ? null : data.getFirst());
    int all = quantized.nodes().size();
    int kept = quantized.kept().size();
    report.print(
        console,
        new SmallerReport(
            model.file().getFileName() + " as " + mode,
            mode.toString(),
            (all - kept) + " of " + Words.count(all, "node") + " quantized",
            figures,
            comparison,
            quantized.kept(),
            selection));
    console.note("wrote " + model.out());
    if (selection != null && tolerance != null && selection.loss() > tolerance) {
      throw new TensorException(
          "lost "
              + Words.number(selection.loss())
              + " %, above --tolerance "
              + tolerance
              + ": no choice of layers meets it; try --mode int16x8 or more samples");
    }
    return 0;
  }

  /// The names of nodes that are asked for.
  private Set<String> asked(Graph graph) {
    Set<String> names = new LinkedHashSet<>();
    for (String wanted : keep) {
      Pattern pattern = Pattern.compile(("\\Q" + wanted + "\\E").replace("*", "\\E.*\\Q"));
      List<String> found =
          graph.nodes().stream()
              .map(node -> node.name())
              .filter(name -> pattern.matcher(name).matches())
              .toList();
      if (found.isEmpty()) {
        throw new IllegalArgumentException(
            "--keep " + wanted + ": no such node; --json lists them");
      }
      names.addAll(found);
    }
    return names;
  }
}
