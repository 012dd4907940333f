package dev.tendril.machine.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.kernel.ResizePlace;
import dev.tendril.core.op.Structured;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;
import dev.tendril.machine.gen.Bilinear;
import dev.tendril.machine.gen.Target;
import dev.tendril.machine.host.Code;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Images that are resized by the pixels around: where those are is worked out before, for each row
/// and each column.
final class Resized {
  private Resized() {}

  static Support supports(Node node, Structured.Resize op) {
    TensorType x = node.inputs().getFirst().type();
    TensorType y = node.outputs().getFirst();
    if (op.method() != Structured.Resize.Method.BILINEAR) {
      return Support.no("the nearest pixel, which is a copy");
    }
    if (!x.shape().isKnown()) {
      return Support.no("extents that are not known");
    }
    if ((x.dtype() != DType.F32 && x.dtype() != DType.I8)
        || !Objects.equals(x.quant(), y.quant())) {
      return Support.no("pixels of " + x + " to " + y);
    }
    return y.shape().size() == 0 ? Support.no("no elements") : Support.YES;
  }

  static Kernel kernel(Machine machine, Node node, Structured.Resize op, int threads) {
    TensorType type = node.inputs().getFirst().type();
    Shape x = type.shape();
    boolean bytes = type.dtype() == DType.I8;
    ResizePlace[] rows = ResizePlace.between(op, type.dtype(), x.dim(1), op.height());
    ResizePlace[] columns = ResizePlace.between(op, type.dtype(), x.dim(2), op.width());
    int channels = x.dim(3);
    long pixel = bytes ? channels : 4L * channels;
    Argument places = new Argument.Own(columns(columns, pixel, bytes), 0);
    Bilinear shape = new Bilinear(bytes, channels);
    Target target = bytes ? machine.bytes() : machine.target(channels);
    Code code = machine.code(shape, it -> it.write(target));
    int lines = x.dim(0) * op.height();
    long work = 4L * lines * op.width() * channels;
    int parts = Math.clamp(lines, 1, QuantizedProducts.wanted(threads, 8 * work));
    List<List<Argument>> all = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      int begin = (int) ((long) lines * part / parts);
      int end = (int) ((long) lines * (part + 1) / parts);
      List<Argument> arguments = new ArrayList<>();
      arguments.add(places);
      arguments.add(new Argument.Count(op.width()));
      arguments.add(new Argument.Count(end - begin));
      for (int line = begin; line < end; line++) {
        ResizePlace row = rows[line % op.height()];
        long image = (long) line / op.height() * x.dim(1);
        long pitch = x.dim(2) * pixel;
        arguments.add(new Argument.Input(0, (image + row.low()) * pitch));
        arguments.add(new Argument.Input(0, (image + row.high()) * pitch));
        arguments.add(new Argument.Output(0, (long) line * op.width() * pixel));
        arguments.add(
            new Argument.Count(weight(1 - row.part(), ResizePlace.ONE - row.part(), bytes)));
        arguments.add(new Argument.Count(weight(row.part(), row.part(), bytes)));
      }
      all.add(arguments);
    }
    return new StepKernel(List.of(Step.of(code, all, threads)), 0, Set.of());
  }

  private static int weight(float share, float whole, boolean bytes) {
    return bytes ? (int) whole : Float.floatToRawIntBits(share);
  }

  private static MemorySegment columns(ResizePlace[] columns, long pixel, boolean bytes) {
    ByteBuffer all =
        ByteBuffer.allocate(Bilinear.PER_COLUMN * columns.length).order(ByteOrder.LITTLE_ENDIAN);
    for (ResizePlace column : columns) {
      all.putLong(column.low() * pixel).putLong(column.high() * pixel);
      if (bytes) {
        int after = (int) column.part();
        all.putShort((short) (ResizePlace.ONE - after)).putShort((short) after).putInt(0);
      } else {
        all.putFloat(1 - column.part()).putFloat(column.part());
      }
    }
    return Own.bytes(all.array());
  }
}
