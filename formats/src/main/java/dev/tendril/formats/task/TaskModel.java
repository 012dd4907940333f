package dev.tendril.formats.task;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.run.Function;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.tflite.TfliteMetadata;
import dev.tendril.formats.tflite.TfliteMetadata.TensorNotes;
import dev.tendril.formats.tflite.TfliteModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A model with what its makers say of it: how inputs are made ready, and outputs read.
final class TaskModel {
  private final TfliteMetadata metadata;
  private final Function function;
  private final Graph graph;

  TaskModel(Path file) {
    this(TfliteModel.read(file), TfliteMetadata.read(file));
  }

  private TaskModel(TfliteModel model, TfliteMetadata metadata) {
    this.metadata = metadata;
    this.graph = model.graph();
    this.function = Function.of(graph);
    if (!model.states().isEmpty() || graph.inputs().size() != 1) {
      throw new FormatException(
          "a model with "
              + graph.inputs().size()
              + " inputs; expected one, and nothing that is kept from run to run");
    }
  }

  TensorType input() {
    return graph.parameters().getFirst();
  }

  int outputs() {
    return graph.outputs().size();
  }

  TensorNotes inputNotes() {
    return notes(metadata.inputs(), 0);
  }

  TensorNotes outputNotes(int i) {
    return notes(metadata.outputs(), i);
  }

  private static TensorNotes notes(List<TensorNotes> list, int i) {
    return i < list.size() ? list.get(i) : TensorNotes.NONE;
  }

  byte[] file(String name) {
    return metadata.files().getOrDefault(name, new byte[0]);
  }

  List<Tensor> run(Tensor operand) {
    return function.callAll(List.of(operand));
  }

  /// A picture in the size and of the numbers that the model takes: resized (bilinear, by the
  /// centers of pixels), normalized as the model says, quantized if it is.
  Tensor picture(RgbImage image) {
    TensorType type = input();
    Shape shape = type.shape();
    if (shape.rank() != 4 || shape.dim(0) != 1 || (shape.dim(3) != 3 && shape.dim(3) != 1)) {
      throw new FormatException(
          "a model of " + type + "; expected pictures [1, height, width, 3 or 1]");
    }
    int height = shape.dim(1);
    int width = shape.dim(2);
    int channels = shape.dim(3);
    double[] values = new double[height * width * channels];
    int i = 0;
    for (int y = 0; y < height; y++) {
      double top = place(y, height, image.height());
      for (int x = 0; x < width; x++) {
        double left = place(x, width, image.width());
        for (int channel = 0; channel < channels; channel++) {
          double value =
              channels == 3 ? between(image, left, top, channel) : gray(image, left, top);
          values[i++] = ready(value, channel, type);
        }
      }
    }
    return Tensor.of(type, values);
  }

  private static double place(int i, int wanted, int extent) {
    return Math.clamp((i + 0.5) * extent / wanted - 0.5, 0, extent - 1.0);
  }

  private static double between(RgbImage image, double x, double y, int channel) {
    int left = (int) x;
    int top = (int) y;
    int right = Math.min(left + 1, image.width() - 1);
    int bottom = Math.min(top + 1, image.height() - 1);
    double u = x - left;
    double v = y - top;
    double above = image.at(left, top, channel) * (1 - u) + image.at(right, top, channel) * u;
    double below = image.at(left, bottom, channel) * (1 - u) + image.at(right, bottom, channel) * u;
    return above * (1 - v) + below * v;
  }

  /// Brightness, with the weights of ITU-R BT.601.
  private static double gray(RgbImage image, double x, double y) {
    return 0.299 * between(image, x, y, 0)
        + 0.587 * between(image, x, y, 1)
        + 0.114 * between(image, x, y, 2);
  }

  private double ready(double value, int channel, TensorType type) {
    TensorNotes notes = inputNotes();
    Quant quant = type.quant();
    if (quant == null && !type.dtype().isFloat()) {
      return Math.rint(value);
    }
    double normal =
        notes.mean().isEmpty() || notes.deviation().isEmpty()
            ? value
            : (value - at(notes.mean(), channel)) / at(notes.deviation(), channel);
    if (quant == null) {
      return normal;
    }
    if (notes.mean().isEmpty() && type.dtype().bits() == 8) {
      return Math.rint(value) + type.dtype().min();
    }
    double whole = Math.rint(normal / quant.scale()) + quant.zeroPoint();
    return Math.clamp(whole, (double) type.dtype().min(), (double) type.dtype().max());
  }

  private static double at(List<Float> values, int channel) {
    return values.get(Math.min(channel, values.size() - 1));
  }

  /// The real numbers of a result.
  static float[] reals(Tensor tensor) {
    float[] values = tensor.toFloatArray();
    Quant quant = tensor.type().quant();
    if (quant != null) {
      for (int i = 0; i < values.length; i++) {
        values[i] = quant.scale() * (values[i] - quant.zeroPoint());
      }
    } else if (tensor.dtype() == DType.U8) {
      for (int i = 0; i < values.length; i++) {
        values[i] /= 255;
      }
    }
    return values;
  }

  static String label(List<String> labels, int index) {
    return index >= 0 && index < labels.size() ? labels.get(index) : "";
  }

  /// The classes of an output, the surest first.
  List<Category> categories(int output, Tensor scores, int most) {
    TensorNotes notes = outputNotes(output);
    float[] values = reals(scores);
    List<Category> categories = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      if (values[i] >= notes.threshold() || notes.threshold() == 0) {
        categories.add(new Category(i, label(notes.labels(), i), values[i]));
      }
    }
    categories.sort(Comparator.comparingDouble(category -> -category.score()));
    return List.copyOf(categories.subList(0, Math.min(most, categories.size())));
  }
}
