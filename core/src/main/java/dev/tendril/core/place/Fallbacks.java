package dev.tendril.core.place;

import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Custom;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Says when an op does not run where it was meant to: nothing is slower than a copy that nobody
/// knows of.
public final class Fallbacks {
  private static final System.Logger LOG = System.getLogger(Fallbacks.class.getName());
  private static final int KEPT = 1024;
  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  private Fallbacks() {}

  /// An op that a device was asked for and does not compute.
  ///
  /// @throws TensorException when the policy is [SoftPlacement#ERROR]
  public static void explicit(SoftPlacement policy, Node node, String wanted, String reason) {
    String what = opName(node) + " of " + text(node.inputTypes()) + " on " + wanted;
    switch (policy) {
      case ERROR ->
          throw new TensorException(
              what
                  + ": "
                  + reason
                  + "; run it elsewhere, or allow that by Devices.setSoftPlacement");
      case WARN ->
          warn(
              what
                  + ": "
                  + reason
                  + "; another device computes it, and up to "
                  + bytes(node)
                  + " bytes are moved each time");
      case ALLOW -> {}
    }
  }

  /// An op whose operands are on a device that does not compute it.
  public static void implicit(SoftPlacement policy, Node node, String from, String to) {
    if (policy != SoftPlacement.ALLOW) {
      warn(
          opName(node)
              + " of "
              + text(node.inputTypes())
              + " on "
              + to
              + ", though operands are on "
              + from
              + ", which has no kernel for it: up to "
              + bytes(node)
              + " bytes are moved each time");
    }
  }

  private static void warn(String text) {
    if (SAID.size() < KEPT && SAID.add(text)) {
      LOG.log(Level.WARNING, text);
    }
  }

  static String opName(Node node) {
    return node.op() instanceof Custom custom ? custom.op() : node.op().name();
  }

  private static String text(List<TensorType> types) {
    return types.stream().map(TensorType::toString).collect(Collectors.joining(", "));
  }

  private static long bytes(Node node) {
    return Stream.concat(node.inputTypes().stream(), node.outputs().stream())
        .filter(type -> type.shape().isKnown())
        .mapToLong(TensorType::bytes)
        .sum();
  }
}
