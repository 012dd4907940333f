package dev.tendril.forest.engine;

import dev.tendril.forest.tree.Forest;

/// Makes engines that run on vectors. Loaded by name, and only where the module
/// `jdk.incubator.vector` is there: it and the engines are the only classes that refer to it.
final class LaneEngines implements Engines.Maker {
  LaneEngines() {}

  @Override
  public Engine make(String name, Forest forest, Layout layout) throws Unsuited {
    return name.equals(TreeLanes.NAME)
        ? new TreeLanes(forest, layout)
        : new RowLanes(forest, layout);
  }
}
