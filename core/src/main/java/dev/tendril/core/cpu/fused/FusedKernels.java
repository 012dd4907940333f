package dev.tendril.core.cpu.fused;

import dev.tendril.core.DType;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Structured;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.KernelProvider;
import dev.tendril.core.spi.Support;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Kernels for pointwise ops on 32-bit floats, and for regions of them: a loop each, written as
/// byte code. On vectors where the module `jdk.incubator.vector` is there, else on single numbers,
/// which the compiler turns into vectors where it can.
public final class FusedKernels implements KernelProvider {
  private static final String MODULE = "jdk.incubator.vector";

  private final Dialect dialect;
  private final Set<String> functions;

  /// For the service loader.
  public FusedKernels() {
    boolean vectors = ModuleLayer.boot().findModule(MODULE).isPresent();
    Class<?> math = ScalarMath.class;
    Dialect chosen = ScalarMath.dialect();
    if (vectors) {
      try {
        math = Class.forName(FusedKernels.class.getPackageName() + ".LaneMath");
        chosen = (Dialect) math.getDeclaredMethod("dialect").invoke(null);
      } catch (ReflectiveOperationException | LinkageError e) {
        throw new IllegalStateException(e);
      }
    }
    this.dialect = chosen;
    this.functions =
        Arrays.stream(math.getDeclaredMethods()).map(Method::getName).collect(Collectors.toSet());
  }

  @Override
  public String name() {
    return "fused";
  }

  @Override
  public int priority() {
    return SCALAR + 50;
  }

  @Override
  public Support supports(Node node) {
    return switch (node.op()) {
      case Pointwise _ -> supports(node.inputTypes(), node.outputs(), List.of(node));
      case Structured.Fused fused when fused.body() instanceof Graph body ->
          body.outputs().size() == 1
              ? supports(node.inputTypes(), node.outputs(), body.nodes())
              : Support.no("several results");
      default -> Support.no("not a pointwise op");
    };
  }

  private Support supports(List<TensorType> operands, List<TensorType> results, List<Node> nodes) {
    for (TensorType type : operands) {
      if (type.dtype() != DType.F32) {
        return Support.no(type.dtype().text() + ": loops are of f32 only");
      }
    }
    if (results.getFirst().dtype() != DType.F32) {
      return Support.no("a result of " + results.getFirst().dtype().text());
    }
    if (operands.isEmpty()) {
      return Support.no("no operands");
    }
    for (Node node : nodes) {
      if (!(node.op() instanceof Pointwise) || !functions.contains(RegionCode.function(node))) {
        return Support.no("no loop for " + node.op().name());
      }
      for (TensorType type : node.outputs()) {
        if (type.dtype() != DType.F32 && type.dtype() != DType.BOOL) {
          return Support.no(type.dtype().text() + " on the way");
        }
      }
      for (Value value : node.inputs()) {
        if (value instanceof Value.Constant constant
            && (constant.type().dtype() != DType.F32 || constant.type().shape().size() != 1)) {
          return Support.no("the constant " + constant.type() + " within");
        }
      }
    }
    return Support.YES;
  }

  @Override
  public Kernel prepare(Node node, int threads) {
    Graph body =
        switch (node.op()) {
          case Structured.Fused fused when fused.body() instanceof Graph graph -> graph;
          case Pointwise _ -> single(node);
          default -> throw new TensorException("a loop for " + node.op().name());
        };
    return new RegionKernel(dialect, body, node.inputTypes(), node.outputs().getFirst(), threads);
  }

  /// The graph of one node, of its operands.
  private static Graph single(Node node) {
    GraphBuilder builder = Graph.builder(node.name());
    List<Value> inputs = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      inputs.add(builder.input("x" + i, node.inputs().get(i).type()));
    }
    builder.output("y", builder.add(node.op(), inputs).getFirst());
    return builder.build();
  }
}
