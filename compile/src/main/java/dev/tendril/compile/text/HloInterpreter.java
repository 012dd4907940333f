package dev.tendril.compile.text;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs the ops of a block, and of the blocks inside.
final class HloInterpreter {
  private final @Nullable HloInterpreter outer;
  private final Map<String, Tensor> values = new HashMap<>();

  /// @param outer the block around, whose values are seen
  HloInterpreter(@Nullable HloInterpreter outer) {
    this.outer = outer;
  }

  /// Runs a region inside of this block.
  List<Tensor> run(HloRegion region, List<Tensor> operands) {
    return new HloInterpreter(this).execute(region, operands);
  }

  private List<Tensor> execute(HloRegion region, List<Tensor> operands) {
    for (int i = 0; i < operands.size(); i++) {
      values.put(region.parameters().get(i), operands.get(i));
    }
    for (HloOp op : region.ops()) {
      List<Tensor> x = op.operands().stream().map(this::value).toList();
      check(op, x);
      if (op.isEnd()) {
        return x;
      }
      List<Tensor> results = run(op, x);
      for (int i = 0; i < results.size(); i++) {
        if (!results.get(i).type().equals(op.types().get(i))) {
          throw op.wrong("gives " + results.get(i).type() + ", and says " + op.types().get(i));
        }
        values.put(op.results().get(i), results.get(i));
      }
    }
    throw new TensorException("StableHLO: a block without a return");
  }

  private static void check(HloOp op, List<Tensor> x) {
    for (int i = 0; i < x.size(); i++) {
      if (!x.get(i).type().equals(op.operandTypes().get(i))) {
        throw op.wrong(
            "operand "
                + op.operands().get(i)
                + " is "
                + x.get(i).type()
                + ", and is said to be "
                + op.operandTypes().get(i));
      }
    }
  }

  private Tensor value(String name) {
    Tensor value = values.get(name);
    if (value != null) {
      return value;
    }
    if (outer == null) {
      throw new TensorException("StableHLO: the value " + name + " is not there");
    }
    return outer.value(name);
  }

  private List<Tensor> run(HloOp op, List<Tensor> x) {
    return switch (op.name()) {
      case "if" -> run(op.regions().get(x.getFirst().getLong(0) != 0 ? 0 : 1), List.of());
      case "while" -> {
        List<Tensor> state = x;
        while (run(op.regions().get(0), state).getFirst().getLong(0) != 0) {
          state = new ArrayList<>(run(op.regions().get(1), state));
        }
        yield state;
      }
      case "sort" -> HloPlaces.sort(op, x, this);
      case "gather" -> List.of(HloPlaces.gather(op, x.get(0), x.get(1)));
      case "scatter" -> List.of(HloPlaces.scatter(op, x.get(0), x.get(1), x.get(2)));
      default -> {
        Tensor result = HloMoves.run(op, x);
        if (result == null) {
          result = HloSums.run(op, x);
        }
        if (result == null) {
          result = HloElements.run(op, x);
        }
        if (result == null) {
          throw op.wrong("an op that is not known for operands of " + op.operandTypes());
        }
        yield List.of(result);
      }
    };
  }
}
