package dev.tendril.machine.kernel;

import dev.tendril.core.cpu.scalar.Window;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Contract;
import dev.tendril.core.spi.Epilogue;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;
import dev.tendril.machine.gen.Ending;
import dev.tendril.machine.gen.Evenly;
import dev.tendril.machine.gen.Product;
import dev.tendril.machine.gen.ProductCode;
import dev.tendril.machine.gen.Target;
import dev.tendril.machine.gen.Tiling;
import dev.tendril.machine.host.Code;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Convolutions as products of matrices whose left operand is the image as it is: a row of the
/// window is next to each other in an image whose channels are last, and windows side by side are a
/// stride apart.
final class Conv {
  private Conv() {}

  static Support supports(Epilogue epilogue, Contract.Conv op) {
    Node node = epilogue.contraction();
    if (!Window.fits(node.inputs().getFirst().type().shape())) {
      return Support.no("three spatial axes");
    }
    if (op.groups() != 1) {
      return Support.no("groups");
    }
    if (!(node.inputs().get(1) instanceof Value.Constant)) {
      return Support.no("a filter that is not constant");
    }
    Window window = window(node, op);
    if (window.dilationAcross() != 1 && window.columns() != 1) {
      return Support.no("windows with gaps");
    }
    return Ending.supports(epilogue, op.activation());
  }

  private static Window window(Node node, Contract.Conv op) {
    return Window.ofFilter(
        node.inputs().get(0).type().shape(),
        node.inputs().get(1).type().shape(),
        op.strides(),
        op.dilations(),
        op.padding());
  }

  static Kernel kernel(Machine machine, Epilogue epilogue, Contract.Conv op, int threads) {
    Node node = epilogue.contraction();
    Window window = window(node, op);
    int out = node.outputs().getFirst().shape().dim(-1);
    if (window.places() == 0 || out == 0) {
      return new StepKernel(List.of(), 0, Set.of());
    }
    Target target = machine.target(out);
    Bordered bordered = window.isPadded() ? Bordered.of(window) : null;
    int segment = window.columns() * window.channels();
    long pixel = 4L * window.channels();
    long imageRow = bordered == null ? pixel * window.width() : bordered.row();
    boolean plain =
        window.rows() * window.columns() == 1
            && bordered == null
            && window.strideDown() == 1
            && window.strideAcross() == 1;
    int rows = plain ? window.places() : window.outWidth();
    int lines = plain ? 1 : window.outHeight();
    int images = plain ? 1 : window.batch();
    Product product =
        new Product(
            Tiling.of(target, rows, lines, out, window.rows() * segment),
            out,
            window.rows(),
            segment,
            window.dilationDown() * imageRow,
            window.strideAcross() * pixel,
            4,
            window.strideDown() * imageRow,
            true,
            0,
            4L * out,
            4L * out * rows,
            node.inputs().size() > 2 ? Product.Start.BIAS : Product.Start.ZERO,
            Ending.of(epilogue, op.activation()));
    Evenly depths = Evenly.of(product.depth(), product.depth());
    Panels panels = new Panels(product.tiling().vectors(), out, depths, target.lanes());
    MemorySegment filter = ((Value.Constant) node.inputs().get(1)).tensor().memory();
    MemorySegment packed = panels.pack(filter, 0, 1, product.depth());
    Argument bias = MatMul.bias(epilogue, panels);
    int operand = epilogue.operands().getFirst();
    List<List<Step.Call>> parts = new ArrayList<>();
    Code code = machine.code(product, it -> ProductCode.write(target, it));
    ProductParts calls =
        new ProductParts(
            List.of(new ProductParts.Block(product, code, 0, 0)), target.lanes(), lines);
    for (int image = 0; image < images; image++) {
      long to = image * product.resultLine() * lines;
      parts.addAll(
          calls.of(
              bordered == null
                  ? new Argument.Input(operand, image * imageRow * window.height())
                  : new Argument.Scratch(image * bordered.image()),
              new Argument.Own(packed, 0),
              new Argument.Output(0, to),
              bias,
              MatMul.residual(epilogue, to),
              threads,
              images));
    }
    Step step = new Step(parts, threads);
    return bordered == null
        ? new StepKernel(List.of(step), 0, Set.of())
        : new StepKernel(
            List.of(bordered.step(machine, operand, threads), step), bordered.bytes(), Set.of());
  }
}
