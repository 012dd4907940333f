package dev.tendril.formats.onnx;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.formats.graph.GraphDraft;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Normalizations and resampling.
final class NormNodes {
  private NormNodes() {}

  static boolean read(OnnxNode node) {
    switch (node.type()) {
      case "Softmax" -> node.give(softmax(node, false));
      case "LogSoftmax" -> node.give(softmax(node, true));
      case "BatchNormalization" -> node.give(batchNorm(node));
      case "InstanceNormalization" -> node.give(instanceNorm(node));
      case "LayerNormalization" -> node.give(layerNorm(node));
      case "LRN" -> node.give(responseNorm(node));
      case "LpNormalization" -> node.give(lpNorm(node));
      case "Resize" -> node.give(resize(node));
      case "Upsample" -> node.give(resize(node));
      default -> {
        return false;
      }
    }
    return true;
  }

  /// Before version 13 all axes from the given one are taken together.
  private static Value softmax(OnnxNode node, boolean log) {
    GraphDraft d = node.draft();
    Value x = node.in(0);
    Shape shape = x.type().shape();
    int axis = node.axis(node.integer("axis", node.version() < 13 ? 1 : -1), shape.rank());
    boolean together = node.version() < 13 && axis < shape.rank() - 1;
    Value rows = x;
    if (together) {
      OnnxImport.known(x, "an operand");
      rows =
          d.reshape(
              x,
              Math.toIntExact(shape.size(0, axis)),
              Math.toIntExact(shape.size(axis, shape.rank())));
      axis = 1;
    }
    Value soft =
        d.add(log ? new Structured.LogSoftmax(axis) : new Structured.Softmax(axis, 1), rows);
    return together ? d.reshape(soft, shape) : soft;
  }

  private static Value batchNorm(OnnxNode node) {
    GraphDraft d = node.draft();
    if (node.flag("training_mode")) {
      throw node.refusal("statistics of the batch; expected those of the training");
    }
    Value last = d.channelsLast(node.in(0));
    Structured.BatchNorm op = new Structured.BatchNorm(node.real("epsilon", 1e-5f));
    Value normal = d.add(op, last, node.in(3), node.in(4), node.in(1), node.in(2));
    return d.channelsFirst(normal);
  }

  private static Value instanceNorm(OnnxNode node) {
    GraphDraft d = node.draft();
    int rank = node.rank(0);
    Value x = d.channelsLast(node.in(0));
    int[] axes = IntStream.range(1, rank - 1).toArray();
    Value centered = d.binary(BinaryKind.SUB, x, d.reduce(Reduce.Kind.MEAN, x, true, axes));
    Value squares = d.binary(BinaryKind.MUL, centered, centered);
    Value variance = d.reduce(Reduce.Kind.MEAN, squares, true, axes);
    Value safe = d.binary(BinaryKind.ADD, variance, node.real("epsilon", 1e-5f));
    Value normal = d.binary(BinaryKind.MUL, centered, d.unary(UnaryKind.RSQRT, safe));
    Value scaled = d.binary(BinaryKind.MUL, normal, node.in(1));
    return d.channelsFirst(d.binary(BinaryKind.ADD, scaled, node.in(2)));
  }

  private static Value layerNorm(OnnxNode node) {
    GraphDraft d = node.draft();
    Shape shape = node.shape(0);
    int axis = node.axis(node.integer("axis", -1), shape.rank());
    int[] dims = IntStream.range(axis, shape.rank()).map(shape::dim).toArray();
    Value gamma = d.broadcast(node.in(1), Shape.of(dims));
    Value beta = d.broadcast(node.has(2) ? node.in(2) : d.number(0, node.dtype(0)), Shape.of(dims));
    Structured.LayerNorm op =
        new Structured.LayerNorm(shape.rank() - axis, node.real("epsilon", 1e-5f));
    return d.add(op, node.in(0), gamma, beta);
  }

  private static Value responseNorm(OnnxNode node) {
    GraphDraft d = node.draft();
    int size = node.integer("size", 1);
    if (size < 1 || size % 2 == 0) {
      throw node.refusal("a window of " + size + " channels; expected an odd number");
    }
    Structured.LocalResponseNorm op =
        new Structured.LocalResponseNorm(
            size / 2,
            node.real("bias", 1),
            node.real("alpha", 1e-4f) / size,
            node.real("beta", 0.75f));
    return d.channelsFirst(d.add(op, d.channelsLast(node.in(0))));
  }

  private static Value lpNorm(OnnxNode node) {
    GraphDraft d = node.draft();
    Value x = node.in(0);
    int axis = node.axis(node.integer("axis", -1), node.rank(0));
    boolean squares = node.integer("p", 2) == 2;
    Value sizes = squares ? d.binary(BinaryKind.MUL, x, x) : d.unary(UnaryKind.ABS, x);
    Value sum = d.reduce(Reduce.Kind.SUM, sizes, true, axis);
    return d.binary(BinaryKind.DIV, x, squares ? d.unary(UnaryKind.SQRT, sum) : sum);
  }

  /// Where pixels of the result lie along an axis of the operand.
  private record Grid(int extent, int wanted, double scale) {
    double place(String mode, int i) {
      return switch (mode) {
        case "asymmetric" -> i / scale;
        case "align_corners" -> wanted == 1 ? 0 : i * (extent - 1.0) / (wanted - 1);
        case "pytorch_half_pixel" -> wanted == 1 ? 0 : (i + 0.5) / scale - 0.5;
        default -> (i + 0.5) / scale - 0.5;
      };
    }

    boolean whole() {
      return (float) scale == wanted / (float) extent;
    }
  }

  private static Value resize(OnnxNode node) {
    Shape shape = OnnxImport.known(node.in(0), "an operand");
    Grid[] grids = grids(node, shape);
    boolean upsample = node.type().equals("Upsample") || node.version() < 11;
    String mode = node.text("mode", "nearest");
    String place =
        upsample ? "asymmetric" : node.text("coordinate_transformation_mode", "half_pixel");
    switch (place) {
      case "half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners" -> {}
      default -> throw node.refusal("places of pixels by " + place);
    }
    if (mode.equals("nearest")) {
      String rounding = upsample ? "floor" : node.text("nearest_mode", "round_prefer_floor");
      return nearest(node, grids, place, rounding);
    }
    if (!mode.equals("linear") && !mode.equals("bilinear")) {
      throw node.refusal("resizing by " + mode + "; expected nearest or linear");
    }
    return linear(node, grids, place);
  }

  private static Grid[] grids(OnnxNode node, Shape shape) {
    int rank = shape.rank();
    boolean old = node.version() < 11 || node.type().equals("Upsample");
    int at = old ? 1 : 2;
    int[] axes = node.integers("axes");
    int[] which = axes == null ? IntStream.range(0, rank).toArray() : axes;
    boolean sizes = node.has(3);
    Tensor numbers = GraphDraft.tensor(sizes ? node.in(3) : node.in(at), "the size of the result");
    if (numbers.shape().size() != which.length) {
      throw node.refusal(numbers.type() + " as the size of " + which.length + " axes");
    }
    Grid[] grids = new Grid[rank];
    for (int i = 0; i < rank; i++) {
      grids[i] = new Grid(shape.dim(i), shape.dim(i), 1);
    }
    for (int i = 0; i < which.length; i++) {
      int axis = node.axis(which[i], rank);
      int extent = shape.dim(axis);
      double wanted = sizes ? numbers.get(i) : Math.floor(extent * numbers.get(i));
      if (!(wanted >= 1 && wanted <= 1 << 24)) {
        throw node.refusal("an extent of " + wanted);
      }
      double scale = sizes ? wanted / extent : numbers.get(i);
      grids[axis] = new Grid(extent, (int) wanted, scale);
    }
    return grids;
  }

  private static Value nearest(OnnxNode node, Grid[] grids, String place, String rounding) {
    GraphDraft d = node.draft();
    Value x = node.in(0);
    for (int axis = 0; axis < grids.length; axis++) {
      Grid grid = grids[axis];
      if (grid.scale == 1 && grid.extent == grid.wanted) {
        continue;
      }
      int[] places = new int[grid.wanted];
      for (int i = 0; i < places.length; i++) {
        double at = grid.place(place, i);
        double near =
            switch (rounding) {
              case "floor" -> Math.floor(at);
              case "ceil" -> Math.ceil(at);
              case "round_prefer_ceil" -> Math.floor(at + 0.5);
              default -> Math.ceil(at - 0.5);
            };
        places[i] = Math.clamp((long) near, 0, grid.extent - 1);
      }
      x = d.add(new Index.Gather(axis, 0), x, d.constant(Tensor.vector(places)));
    }
    return x;
  }

  /// Pictures are resized as such, all else axis by axis with a matrix of weights.
  private static Value linear(OnnxNode node, Grid[] grids, String place) {
    GraphDraft d = node.draft();
    Value x = node.in(0);
    if (!node.dtype(0).isFloat()) {
      throw node.refusal("integers between which others lie; expected floats");
    }
    boolean half =
        place.equals("half_pixel")
            || (place.equals("pytorch_half_pixel")
                && Arrays.stream(grids).noneMatch(grid -> grid.wanted == 1));
    boolean picture =
        grids.length == 4
            && same(grids[0])
            && same(grids[1])
            && grids[2].whole()
            && grids[3].whole()
            && (half || !place.equals("pytorch_half_pixel"));
    if (picture) {
      Structured.Resize op =
          new Structured.Resize(
              Structured.Resize.Method.BILINEAR,
              grids[2].wanted,
              grids[3].wanted,
              place.equals("align_corners"),
              half);
      return d.channelsFirst(d.add(op, d.channelsLast(x)));
    }
    for (int axis = 0; axis < grids.length; axis++) {
      if (!same(grids[axis])) {
        x = along(d, x, axis, grids[axis], place);
      }
    }
    return x;
  }

  private static boolean same(Grid grid) {
    return grid.scale == 1 && grid.extent == grid.wanted;
  }

  private static Value along(GraphDraft d, Value x, int axis, Grid grid, String place) {
    DType dtype = x.type().dtype();
    if ((long) grid.extent * grid.wanted > 1 << 22) {
      throw new dev.tendril.formats.FormatException(
          "resizing an axis of " + grid.extent + " to " + grid.wanted);
    }
    double[] weights = new double[grid.extent * grid.wanted];
    for (int i = 0; i < grid.wanted; i++) {
      double at = Math.clamp(grid.place(place, i), 0.0, grid.extent - 1.0);
      int low = (int) at;
      weights[low * grid.wanted + i] += 1 - (at - low);
      weights[Math.min(low + 1, grid.extent - 1) * grid.wanted + i] += at - low;
    }
    Value matrix = d.constant(Tensor.of(TensorType.of(dtype, grid.extent, grid.wanted), weights));
    int rank = x.type().shape().rank();
    int[] order = IntStream.range(0, rank).toArray();
    order[axis] = rank - 1;
    order[rank - 1] = axis;
    return d.transpose(d.matmul(d.transpose(x, order), matrix, false, false), order);
  }
}
