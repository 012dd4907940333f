package dev.tendril.core.cpu;

import dev.tendril.core.TensorException;
import dev.tendril.core.graph.Node;
import dev.tendril.core.spi.KernelProvider;
import dev.tendril.core.spi.Support;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;

/// The kernels' providers of this JVM, best first; found once.
public final class Providers {
  private static final Providers FOUND = find();

  private final List<KernelProvider> usable;
  private final Map<String, String> refused;

  private Providers(List<KernelProvider> usable, Map<String, String> refused) {
    this.usable = List.copyOf(usable);
    this.refused = refused;
  }

  private static Providers find() {
    List<KernelProvider> all = new ArrayList<>();
    all.add(new ReferenceProvider());
    all.add(new ForestProvider());
    all.add(new CopyProvider());
    ServiceLoader.load(KernelProvider.class).forEach(all::add);
    all.sort(Comparator.comparingInt(KernelProvider::priority).reversed());
    List<KernelProvider> usable = new ArrayList<>();
    Map<String, String> refused = new LinkedHashMap<>();
    for (KernelProvider provider : all) {
      String reason = provider.available().reason();
      if (reason == null) {
        usable.add(provider);
      } else {
        refused.put(provider.name(), reason);
      }
    }
    return new Providers(usable, refused);
  }

  /// Those that work on this machine, best first.
  public static List<KernelProvider> usable() {
    return FOUND.usable;
  }

  /// Those that do not, and why.
  public static Map<String, String> refused() {
    return FOUND.refused;
  }

  /// Who computes a node.
  ///
  /// @param refusals why those before it do not, such as `vector: f64: vectors are of f32 only`;
  ///     empty when there are none
  public record Choice(KernelProvider provider, String refusals) {}

  /// The best provider for a node.
  ///
  /// @param allowed names of those that may be asked beside the reference; empty for all
  /// @throws TensorException when no provider supports it; the message has everyone's reason
  public static Choice choose(Node node, Set<String> allowed) {
    StringBuilder refusals = new StringBuilder();
    for (KernelProvider provider : FOUND.usable) {
      boolean asked =
          allowed.isEmpty()
              || allowed.contains(provider.name())
              || provider.priority() == KernelProvider.REFERENCE;
      Support support = asked ? provider.supports(node) : Support.no("not asked");
      if (support.isYes()) {
        return new Choice(provider, refusals.toString());
      }
      refusals.append(refusals.isEmpty() ? "" : "; ").append(provider.name());
      refusals.append(": ").append(support.reason());
    }
    throw new TensorException("no kernel for node " + node.name() + " (" + refusals + ")");
  }
}
