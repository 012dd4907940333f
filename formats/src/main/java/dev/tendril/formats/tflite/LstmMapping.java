package dev.tendril.formats.tflite;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.formats.FormatException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Long short-term memories of floats (Hochreiter and Schmidhuber 1997; with peepholes, Gers et al.
/// 2002; with a projection, Sak et al. 2014; normalized, Ba et al. 2016). Operands of the format,
/// by their number: 0 the input; 1-4 weights of the input for the gates input, forget, cell,
/// output; 5-8 of the output before; 9-11 peepholes; 12-15 biases; 16, 17 projection; 18, 19 output
/// and state; 20-23 factors of normalized gates. Without weights of the input gate, it is what the
/// forget gate leaves.
final class LstmMapping {
  private static final int OUTPUT = 18;
  private static final int STATE = 19;
  private static final float NORMAL_EPSILON = 1e-8f;

  private final OperatorImport op;
  private final boolean coupled;
  private final Activation activation;

  private LstmMapping(OperatorImport op) {
    this.op = op;
    this.coupled = !op.has(1);
    this.activation = op.activation();
    if (!op.dtype(0).isFloat()) {
      throw new FormatException("a memory of " + op.in(0).type() + "; expected floats");
    }
    if (op.count() < 20) {
      throw new FormatException(op.count() + " operands; expected 20 or 24");
    }
  }

  /// Many steps, along the first axis or the second.
  static void sequence(OperatorImport op) {
    LstmMapping memory = new LstmMapping(op);
    boolean timeMajor = op.options().flag("time_major");
    if (memory.isPlain()) {
      memory.one(op.in(0), timeMajor);
      return;
    }
    Value output = op.state(OUTPUT);
    Value state = op.state(STATE);
    List<Value> outputs = new ArrayList<>();
    for (Value x : RecurrentMapping.steps(op, op.in(0), timeMajor)) {
      List<Value> next = memory.next(x, output, state);
      output = next.get(0);
      state = next.get(1);
      outputs.add(output);
    }
    op.changeState(OUTPUT, output);
    op.changeState(STATE, state);
    op.give(RecurrentMapping.join(op, outputs, timeMajor));
  }

  /// One step.
  static void step(OperatorImport op) {
    if (op.options().integer("kernel_type") != 0) {
      throw new FormatException("the basic kind of LSTM kernel; expected the full one");
    }
    LstmMapping memory = new LstmMapping(op);
    List<Value> next = memory.next(op.in(0), op.state(OUTPUT), op.state(STATE));
    op.changeState(OUTPUT, next.get(0));
    op.changeState(STATE, next.get(1));
    op.give(next.getFirst());
  }

  private boolean isPlain() {
    boolean plain = !coupled && activation == Activation.TANH;
    for (int i : new int[] {9, 10, 11, 16, 17, 20, 21, 22, 23}) {
      plain &= !op.has(i);
    }
    return plain
        && op.options().real("cell_clip") == 0
        && op.options().real("proj_clip") == 0
        && op.has(12);
  }

  private Value stack(int first) {
    Value[] parts = new Value[4];
    for (int i = 0; i < 4; i++) {
      parts[i] = RecurrentMapping.weights(op, first + i);
    }
    return op.plain(new Move.Concat(0), parts);
  }

  private void one(Value x, boolean timeMajor) {
    Move.Transpose swap = new Move.Transpose(List.of(1, 0, 2));
    List<Value> results =
        op.several(
            new Structured.Lstm(),
            List.of(
                timeMajor ? x : op.plain(swap, x),
                stack(1),
                stack(5),
                stack(12),
                op.state(OUTPUT),
                op.state(STATE)));
    op.changeState(OUTPUT, results.get(1));
    op.changeState(STATE, results.get(2));
    Value outputs = results.getFirst();
    op.give(timeMajor ? outputs : op.plain(swap, outputs));
  }

  /// The sum of a gate before its function.
  ///
  /// @param gate 0 to 3: input, forget, cell, output
  /// @param peep the state that a peephole looks at
  private Value sum(int gate, Value x, Value output, @Nullable Value peep) {
    boolean normal = op.has(20 + gate);
    Value bias = RecurrentMapping.real(op, 12 + gate);
    Value sum =
        RecurrentMapping.add(
            op,
            RecurrentMapping.product(
                op, x, RecurrentMapping.weights(op, 1 + gate), normal ? null : bias),
            RecurrentMapping.product(op, output, RecurrentMapping.weights(op, 5 + gate), null));
    int peephole = gate == 3 ? 11 : 9 + gate;
    if (gate != 2 && peep != null && op.has(peephole)) {
      Value weights = RecurrentMapping.weights(op, peephole);
      sum = RecurrentMapping.add(op, sum, RecurrentMapping.multiply(op, peep, weights));
    }
    if (!normal) {
      return sum;
    }
    Value gamma = RecurrentMapping.weights(op, 20 + gate);
    Value beta = bias == null ? op.constant(Tensor.zeros(gamma.type())) : bias;
    return op.plain(new Structured.LayerNorm(1, NORMAL_EPSILON), sum, gamma, beta);
  }

  private Value sigmoid(Value x) {
    return op.plain(new Pointwise.Unary(UnaryKind.SIGMOID), x);
  }

  private Value clip(Value x, float limit) {
    return limit > 0 ? op.plain(new Pointwise.Clamp(-limit, limit), x) : x;
  }

  /// Output and state after a step.
  private List<Value> next(Value x, Value output, Value state) {
    Value forget = sigmoid(sum(1, x, output, state));
    Value in;
    if (coupled) {
      Value one = op.constant(Tensor.of(TensorType.of(DType.F32), 1));
      in = op.plain(new Pointwise.Binary(BinaryKind.SUB), one, forget);
    } else {
      in = sigmoid(sum(0, x, output, state));
    }
    Value cell = RecurrentMapping.activate(op, sum(2, x, output, null), activation);
    Value next =
        clip(
            RecurrentMapping.add(
                op,
                RecurrentMapping.multiply(op, forget, state),
                RecurrentMapping.multiply(op, in, cell)),
            op.options().real("cell_clip"));
    Value out = sigmoid(sum(3, x, output, next));
    Value hidden =
        RecurrentMapping.multiply(op, out, RecurrentMapping.activate(op, next, activation));
    if (op.has(16)) {
      hidden =
          clip(
              RecurrentMapping.product(
                  op, hidden, RecurrentMapping.weights(op, 16), RecurrentMapping.real(op, 17)),
              op.options().real("proj_clip"));
    }
    return List.of(hidden, next);
  }
}
