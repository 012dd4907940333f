package dev.tendril.core.place;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorScope;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Device;
import dev.tendril.core.spi.Executable;
import dev.tendril.core.spi.Profile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A graph on several devices: parts, each made ready by its device, and copies between them.
/// Values on the way are closed once nobody needs them.
final class PlacedGraph implements Executable {
  private final Graph source;
  private final Partition partition;
  private final Placement placement;
  private final List<Step> steps = new ArrayList<>();
  private final Map<Value, Integer> slots = new HashMap<>();
  private final int[] lastUses;

  /// Something to do at a run, on numbered values.
  ///
  /// @param executable null of a copy, to the device
  private record Step(
      @Nullable Executable executable, Device device, int[] inputs, int[] outputs) {}

  PlacedGraph(Graph source, Placement placement, Device host, CompileOptions options) {
    this.source = source;
    this.placement = placement;
    this.partition = new Partition(source, placement, host);
    source.inputs().forEach(this::slot);
    for (Partition.Work work : partition.order()) {
      steps.add(
          switch (work) {
            case Partition.Work.Copy(Node node, Value from, Device to) ->
                new Step(null, to, new int[] {slot(from)}, new int[] {slot(node.output())});
            case Partition.Work.Part(Graph graph, Device device, var inputs, var outputs) ->
                new Step(
                    device.compile(graph, options),
                    device,
                    inputs.stream().mapToInt(this::slot).toArray(),
                    outputs.stream().mapToInt(this::slot).toArray());
          });
    }
    this.lastUses = new int[slots.size()];
    for (int i = 0; i < steps.size(); i++) {
      for (int slot : steps.get(i).inputs) {
        lastUses[slot] = i;
      }
    }
    for (Value output : partition.graph().outputs()) {
      Integer slot = slots.get(output);
      if (slot != null) {
        lastUses[slot] = steps.size();
      }
    }
    for (int i = 0; i < source.inputs().size(); i++) {
      lastUses[i] = steps.size();
    }
  }

  private int slot(Value value) {
    return slots.computeIfAbsent(value, _ -> slots.size());
  }

  @Override
  public List<TensorType> inputs() {
    return source.parameters();
  }

  @Override
  public List<TensorType> outputs() {
    return source.outputTypes();
  }

  @Override
  public List<Tensor> run(List<Tensor> inputs) {
    check(inputs);
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> results = execute(inputs);
      results.forEach(scope::keep);
      return results;
    }
  }

  private void check(List<Tensor> inputs) {
    List<TensorType> types = inputs.stream().map(Tensor::type).toList();
    boolean fit = types.size() == source.inputs().size();
    for (int i = 0; fit && i < types.size(); i++) {
      fit = source.inputs().get(i).type().admits(types.get(i));
    }
    if (!fit) {
      throw new TensorException(
          "the operands of graph "
              + source.name()
              + " are of types "
              + types
              + "; expected "
              + source.parameters()
              + " for "
              + source.inputs().stream().map(Value.Input::name).toList());
    }
  }

  private List<Tensor> execute(List<Tensor> inputs) {
    @Nullable Tensor[] values = new Tensor[slots.size()];
    for (int i = 0; i < inputs.size(); i++) {
      values[i] = inputs.get(i);
    }
    Set<Tensor> foreign = Collections.newSetFromMap(new IdentityHashMap<>());
    foreign.addAll(inputs);
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (step.executable == null) {
        Tensor from = Objects.requireNonNull(values[step.inputs[0]]);
        Tensor to = step.device.receive(from);
        if (to == from) {
          foreign.add(to);
        }
        values[step.outputs[0]] = to;
      } else {
        List<Tensor> operands = new ArrayList<>(step.inputs.length);
        for (int slot : step.inputs) {
          operands.add(Objects.requireNonNull(values[slot]));
        }
        List<Tensor> results = step.executable.run(operands);
        for (int j = 0; j < step.outputs.length; j++) {
          values[step.outputs[j]] = results.get(j);
        }
      }
      for (int slot : step.inputs) {
        Tensor value = values[slot];
        if (lastUses[slot] == i && value != null && !foreign.contains(value)) {
          value.close();
        }
      }
    }
    return results(values, foreign);
  }

  /// The results, each of its own: an operand or a constant that is a result is copied.
  private List<Tensor> results(@Nullable Tensor[] values, Set<Tensor> foreign) {
    List<Tensor> results = new ArrayList<>();
    for (Value output : partition.graph().outputs()) {
      Integer slot = slots.get(output);
      Tensor result =
          slot == null ? ((Value.Constant) output).tensor() : Objects.requireNonNull(values[slot]);
      boolean isOwn = slot != null && !foreign.contains(result) && !results.contains(result);
      results.add(isOwn ? result : result.copy());
    }
    return results;
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> outputs) {
    List<Tensor> results = run(inputs);
    if (outputs.size() != results.size()) {
      throw new TensorException(
          "the results of graph "
              + source.name()
              + " are "
              + outputs.size()
              + " tensors; expected "
              + results.size());
    }
    for (int i = 0; i < results.size(); i++) {
      outputs.get(i).copyFrom(results.get(i));
      results.get(i).close();
    }
  }

  @Override
  public String report() {
    StringBuilder text = new StringBuilder("placement of " + source.name() + ":\n");
    for (Node node : source.nodes()) {
      String reason = placement.reason(node);
      text.append(
          String.format(
              Locale.ROOT,
              "  %-8s %-16s %s%s%n",
              placement.device(node).info().name(),
              Fallbacks.opName(node),
              node.name(),
              reason.isEmpty() ? "" : " (" + reason + ")"));
    }
    List<Node> copies = partition.graph().nodes().stream().filter(Partition::isCopy).toList();
    text.append(copies.isEmpty() ? "copies: none\n" : "copies:\n");
    for (Node copy : copies) {
      TensorType type = copy.output().type();
      text.append(
          String.format(
              Locale.ROOT,
              "  %s: %s%s%n",
              copy.name(),
              type,
              type.shape().isKnown() ? ", " + type.bytes() + " bytes" : ""));
    }
    for (Step step : steps) {
      if (step.executable != null) {
        text.append("part on ").append(step.device.info().name()).append(":\n");
        step.executable.report().lines().forEach(l -> text.append("  ").append(l).append('\n'));
      }
    }
    return text.toString();
  }

  @Override
  public Profile profile() {
    TreeSet<String> names = new TreeSet<>();
    List<Profile.Entry> entries = new ArrayList<>();
    int runs = 0;
    for (Step step : steps) {
      if (step.executable != null) {
        Profile part = step.executable.profile();
        names.add(step.device.info().name());
        entries.addAll(part.entries());
        runs = Math.max(runs, part.runs());
      }
    }
    return new Profile(source.name(), String.join(" + ", names), runs, entries);
  }

  @Override
  public void close() {
    for (Step step : steps) {
      if (step.executable != null) {
        step.executable.close();
      }
    }
  }
}
