package dev.tendril.cli;

import dev.tendril.forest.ForestModel;
import dev.tendril.formats.tensorflow.TfjsModel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tendril convert`.
@Command(
    name = "convert",
    description = {
      "Writes a model in another form, which the name of the target tells:",
      "  FILE.java   one Java class that needs nothing else",
      "  FILE.h      one header of C99 that needs nothing else",
      "  FILE.ydf    one file, in the form of YDF's model.serialize()",
      "  FOLDER      a model folder of YDF",
      "Of a graph (.tendril, .tflite, .onnx, a folder of TensorFlow.js, a frozen SavedModel):",
      "  FILE.tendril      its text (docs/graph-text.md)",
      "  FILE.tflite       a model of TensorFlow Lite",
      "  FILE.onnx         a model of ONNX",
      "  FILE.safetensors  its constants alone",
      "  FILE.svg          a drawing",
      "  FOLDER            a graph model of TensorFlow.js with --to tfjs, a SavedModel with --to"
          + " savedmodel",
    },
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  tendril convert penguins-model Penguins.java",
      "  tendril convert penguins-model penguins.h --integer",
      "  tendril convert penguins-model penguins.ydf",
      "  tendril convert model.tflite model.onnx",
      "  tendril convert model.onnx page/model --to tfjs --weights uint8"
    })
final class ConvertCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ModelArgument model = new ModelArgument();

  @Parameters(index = "1", paramLabel = "TO", description = "The file or folder to write.")
  private Path target = Path.of("");

  @Option(
      names = "--class",
      paramLabel = "NAME",
      description =
          "Java: the class, with its package if it is to be in one (default: the name of the file).",
      order = 1)
  private @Nullable String className;

  @Option(
      names = "--prefix",
      paramLabel = "NAME",
      description = "C: what all names begin with (default: the name of the file).",
      order = 2)
  private @Nullable String prefix;

  @Option(
      names = "--integer",
      description =
          "C: compute with whole numbers only, for chips without floating point; the header says"
              + " what they mean.",
      order = 3)
  private boolean integer;

  @Option(
      names = "--bits",
      paramLabel = "N",
      description = "C with --integer: the bits of an input, 16 or 32 (default: 32).",
      order = 4)
  private @Nullable Integer bits;

  @Option(
      names = "--to",
      paramLabel = "FORM",
      description =
          "Of a graph: the form, where the name does not tell it: tendril, tflite, onnx, tfjs,"
              + " savedmodel, safetensors or svg.",
      order = 5)
  private @Nullable String to;

  @Option(
      names = "--weights",
      paramLabel = "TYPE",
      description =
          "TensorFlow.js: how weights are stored: exact, float16, uint16 or uint8 (default: exact).",
      order = 6)
  private @Nullable String weights;

  @Mixin CommonOptions common = new CommonOptions();

  ConvertCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    String name = String.valueOf(target.getFileName());
    String extension =
        name.contains(".") ? name.substring(name.lastIndexOf('.')).toLowerCase(Locale.ROOT) : "";
    String stem = extension.isEmpty() ? name : name.substring(0, name.lastIndexOf('.'));
    requireOptions(extension);
    if (GraphFile.isGraph(model.folder)) {
      graph();
      console.note("wrote " + target);
      return 0;
    }
    switch (extension) {
      case ".java" -> {
        Output.requireFile("TO", target);
        Output.write(target, model.forest().toJava(className == null ? stem : className));
      }
      case ".h" -> {
        Output.requireFile("TO", target);
        String start = prefix == null ? stem : prefix;
        ForestModel loaded = model.forest();
        Output.write(
            target,
            integer ? loaded.toIntegerC(start, bits == null ? 32 : bits) : loaded.toC(start));
      }
      case ".ydf" -> {
        Output.requireFile("TO", target);
        model.forest().saveFile(target);
      }
      case "" -> {
        Output.requireModelFolder(target);
        model.load().save(target);
      }
      default ->
          throw new IllegalArgumentException(
              target
                  + ": the name does not tell the form: expected .java, .h, .ydf, or a folder whose"
                  + " name has no dot");
    }
    console.note("wrote " + target);
    return 0;
  }

  private void graph() {
    GraphForm form = form();
    if (weights != null && form != GraphForm.TFJS) {
      throw new IllegalArgumentException(
          "--weights is of TensorFlow.js: leave it out or give --to tfjs");
    }
    if (form.isFile()) {
      Output.requireFile("TO", target);
    }
    form.write(GraphFile.read(model.folder).graph(), target, weights());
  }

  private GraphForm form() {
    if (to == null) {
      GraphForm named = GraphForm.ofName(target);
      if (named == null) {
        throw new IllegalArgumentException(
            target
                + ": the name does not tell the form of a graph: expected .tendril, .tflite, .onnx,"
                + " .safetensors or .svg, or --to tfjs or --to savedmodel for a folder");
      }
      return named;
    }
    for (GraphForm form : GraphForm.values()) {
      if (form.text().equals(to)) {
        return form;
      }
    }
    throw new IllegalArgumentException(
        "--to " + to + ": expected tendril, tflite, onnx, tfjs, savedmodel, safetensors or svg");
  }

  private TfjsModel.Weights weights() {
    for (TfjsModel.Weights known : TfjsModel.Weights.values()) {
      if (weights == null || known.name().equalsIgnoreCase(weights)) {
        return known;
      }
    }
    throw new IllegalArgumentException(
        "--weights " + weights + ": expected exact, float16, uint16 or uint8");
  }

  /// @throws IllegalArgumentException when an option is given that this form does not have
  private void requireOptions(String extension) {
    boolean c = extension.equals(".h");
    String misplaced =
        className != null && !extension.equals(".java")
            ? "--class is of Java"
            : prefix != null && !c
                ? "--prefix is of C"
                : integer && !c
                    ? "--integer is of C"
                    : bits != null && !integer
                        ? "--bits is of --integer"
                        : (to != null || weights != null) && !GraphFile.isGraph(model.folder)
                            ? "--to and --weights are of graphs"
                            : "";
    if (!misplaced.isEmpty()) {
      throw new IllegalArgumentException(
          misplaced
              + "; the target is "
              + target
              + ": leave the option out or name another target");
    }
  }
}
