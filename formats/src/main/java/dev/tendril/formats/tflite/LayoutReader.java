package dev.tendril.formats.tflite;

import dev.tendril.core.Quant;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.tflite.Layout.Operator;
import dev.tendril.formats.tflite.Layout.Signature;
import dev.tendril.formats.tflite.Layout.Subgraph;
import dev.tendril.formats.tflite.Layout.TensorEntry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the parts of a `.tflite` file. Every index is checked against what it counts.
final class LayoutReader {
  private static final int VERSION = 3;
  private static final int CUSTOM = 32;

  private final FlatFile file;
  private final List<@Nullable MemorySegment> buffers = new ArrayList<>();
  private final List<Code> codes = new ArrayList<>();
  private int graphs;

  /// An entry of the list of operators that a file uses.
  private record Code(Schema.Builtin builtin, String custom, int version) {}

  private LayoutReader(FlatFile file) {
    this.file = file;
  }

  static Layout read(MemorySegment bytes) {
    FlatFile file = new FlatFile(bytes);
    return new LayoutReader(file).model(file.root("TFL3", Schema.table("Model")));
  }

  private Layout model(FlatTable model) {
    if (model.whole("version") != VERSION) {
      throw new FormatException(
          model.at(), "schema version " + model.whole("version") + "; expected " + VERSION);
    }
    for (FlatTable buffer : model.tables("buffers")) {
      buffers.add(buffer(buffer));
    }
    for (FlatTable code : model.tables("operator_codes")) {
      codes.add(code(code));
    }
    List<FlatTable> tables = model.tables("subgraphs");
    if (tables.isEmpty()) {
      throw new FormatException(model.at(), "no subgraphs; expected at least one");
    }
    graphs = tables.size();
    List<Subgraph> subgraphs = new ArrayList<>();
    for (FlatTable table : tables) {
      subgraphs.add(subgraph(table));
    }
    List<Signature> signatures = new ArrayList<>();
    for (FlatTable table : model.tables("signature_defs")) {
      signatures.add(signature(table, subgraphs));
    }
    Map<String, MemorySegment> metadata = new LinkedHashMap<>();
    for (FlatTable entry : model.tables("metadata")) {
      MemorySegment data = buffers.get(entry.index("buffer", buffers.size()));
      metadata.put(entry.text("name"), data == null ? MemorySegment.NULL : data);
    }
    return new Layout(model.text("description"), subgraphs, signatures, metadata);
  }

  private @Nullable MemorySegment buffer(FlatTable buffer) {
    long offset = buffer.whole("offset");
    MemorySegment data =
        offset > 1
            ? file.slice(offset, buffer.whole("size"), buffer.path() + ".offset")
            : buffer.segment("data");
    return data.byteSize() == 0 ? null : data;
  }

  private static Code code(FlatTable code) {
    int number =
        Math.max((int) code.whole("deprecated_builtin_code"), code.integer("builtin_code"));
    Schema.Builtin builtin = Schema.builtin(number);
    if (builtin == null) {
      throw new FormatException(
          code.at(), code.path() + " of operator " + number + ", which the schema does not list");
    }
    String custom = number == CUSTOM ? code.text("custom_code") : "";
    if (number == CUSTOM && custom.isEmpty()) {
      throw new FormatException(code.at(), code.path() + ": a custom operator without a name");
    }
    return new Code(builtin, custom, code.integer("version"));
  }

  private Subgraph subgraph(FlatTable graph) {
    List<TensorEntry> tensors = new ArrayList<>();
    List<FlatTable> tables = graph.tables("tensors");
    for (FlatTable tensor : tables) {
      tensors.add(tensor(tensor, tables.size()));
    }
    List<Operator> operators = new ArrayList<>();
    for (FlatTable operator : graph.tables("operators")) {
      operators.add(operator(operator, tensors.size()));
    }
    return new Subgraph(
        graph.text("name"),
        tensors,
        indices(graph, "inputs", 0, tensors.size()),
        indices(graph, "outputs", 0, tensors.size()),
        operators);
  }

  private static List<Integer> indices(FlatTable table, String field, int least, int limit) {
    List<Integer> list = new ArrayList<>();
    for (int index : table.integers(field)) {
      if (index < least || index >= limit) {
        throw new FormatException(
            table.at(),
            table.path() + "." + field + " with tensor " + index + "; there are " + limit);
      }
      list.add(index);
    }
    return list;
  }

  private TensorEntry tensor(FlatTable tensor, int tensors) {
    if (tensor.whole("external_buffer") != 0) {
      throw new FormatException(
          tensor.at(), tensor.path() + ".external_buffer: data in another file, which is not read");
    }
    List<Integer> shape = extents(tensor, "shape", 0);
    ElementType type = ElementType.of(tensor.whole("type"), tensor.path() + ".type");
    FlatTable quantization = tensor.table("quantization");
    FlatTable sparsity = tensor.table("sparsity");
    MemorySegment data = null;
    if (tensor.has("buffer")) {
      data = buffers.get(tensor.index("buffer", Math.max(buffers.size(), 1)));
    }
    return new TensorEntry(
        tensor.text("name"),
        type,
        shape,
        extents(tensor, "shape_signature", -1),
        data,
        quantization == null ? null : quant(quantization, type, shape),
        quantization == null ? null : blocks(quantization, tensors),
        sparsity == null ? null : SparseData.read(sparsity),
        tensor.flag("is_variable"));
  }

  private static List<Integer> extents(FlatTable table, String field, int least) {
    int[] extents = table.integers(field);
    if (extents.length > 16) {
      throw new FormatException(
          table.at(), table.path() + "." + field + " of " + extents.length + " axes; expected 16");
    }
    for (int extent : extents) {
      if (extent < least) {
        throw new FormatException(
            table.at(), table.path() + "." + field + " " + Arrays.toString(extents));
      }
    }
    return Arrays.stream(extents).boxed().toList();
  }

  /// How a tensor is quantized; null where no scale is said. A scale of zero stands for weights
  /// that are all zero: any small one will do.
  private static @Nullable Quant quant(FlatTable table, ElementType type, List<Integer> shape) {
    float[] scales = table.reals("scale");
    long[] points = table.wholes("zero_point");
    if (scales.length == 0 || type.dtypeOrNull() == null || !type.dtype().isInteger()) {
      return null;
    }
    if (points.length != 0 && points.length != 1 && points.length != scales.length) {
      throw new FormatException(
          table.at(),
          table.path() + ": " + scales.length + " scales and " + points.length + " zero points");
    }
    int[] zeroPoints = new int[scales.length];
    for (int i = 0; i < scales.length; i++) {
      if (!(scales[i] >= 0) || Float.isInfinite(scales[i])) {
        throw new FormatException(
            table.at(), table.path() + ".scale of " + scales[i] + "; expected a positive number");
      }
      scales[i] = Math.max(scales[i], Float.MIN_VALUE);
      zeroPoints[i] = points.length == 0 ? 0 : (int) points[points.length == 1 ? 0 : i];
    }
    if (scales.length == 1) {
      return new Quant(scales, zeroPoints, Quant.PER_TENSOR);
    }
    // Biases often carry the axis of their weights.
    int axis = shape.size() == 1 ? 0 : table.integer("quantized_dimension");
    if (axis < 0 || axis >= shape.size() || shape.get(axis) != scales.length) {
      throw new FormatException(
          table.at(),
          table.path() + ": " + scales.length + " scales along axis " + axis + " of " + shape);
    }
    return new Quant(scales, zeroPoints, axis);
  }

  private static Layout.@Nullable Blocks blocks(FlatTable table, int tensors) {
    int kind = table.integer("details_type");
    if (kind != 2) {
      return null;
    }
    FlatTable details = table.union("details", Schema.table("BlockwiseQuantization"));
    if (details == null) {
      return null;
    }
    int zeroPoints =
        details.has("zero_points") && details.integer("zero_points") >= 0
            ? details.index("zero_points", tensors)
            : -1;
    return new Layout.Blocks(
        details.index("scales", tensors), zeroPoints, details.integer("block_size"));
  }

  private Operator operator(FlatTable operator, int tensors) {
    Code code = codes.get(operator.index("opcode_index", codes.size()));
    byte[] custom = operator.segment("custom_options").toArray(ValueLayout.JAVA_BYTE);
    long offset = operator.whole("large_custom_options_offset");
    if (offset > 1) {
      long size = operator.whole("large_custom_options_size");
      file.decode(operator.at(), size, operator.path() + ".large_custom_options_size");
      custom =
          file.slice(offset, size, operator.path() + ".large_custom_options_offset")
              .toArray(ValueLayout.JAVA_BYTE);
    }
    return new Operator(
        code.builtin,
        code.custom,
        code.version,
        indices(operator, "inputs", -1, tensors),
        indices(operator, "outputs", 0, tensors),
        options(operator, code.builtin),
        custom,
        indices(operator, "intermediates", -1, tensors));
  }

  private static Options options(FlatTable operator, Schema.Builtin builtin) {
    Options first = options(operator, "builtin_options", false);
    Options second = options(operator, "builtin_options_2", true);
    Options given = second.schema() == null ? first : second;
    Schema.Table expected = builtin.options();
    if (expected == null) {
      return given;
    }
    return expected.equals(given.schema()) ? given : new Options(expected, Map.of());
  }

  private static Options options(FlatTable operator, String field, boolean second) {
    Schema.Table member = Schema.options(operator.integer(field + "_type"), second);
    FlatTable table = member == null ? null : operator.union(field, member);
    return table == null ? Options.NONE : Options.of(table);
  }

  private Signature signature(FlatTable table, List<Subgraph> subgraphs) {
    int subgraph = table.index("subgraph_index", graphs);
    int tensors = subgraphs.get(subgraph).tensors().size();
    return new Signature(
        table.text("signature_key"),
        subgraph,
        names(table.tables("inputs"), tensors),
        names(table.tables("outputs"), tensors));
  }

  private static Map<String, Integer> names(List<FlatTable> entries, int tensors) {
    Map<String, Integer> names = new LinkedHashMap<>();
    for (FlatTable entry : entries) {
      names.put(entry.text("name"), entry.index("tensor_index", tensors));
    }
    return names;
  }
}
