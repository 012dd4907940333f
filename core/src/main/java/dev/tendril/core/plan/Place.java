package dev.tendril.core.plan;

import dev.tendril.core.graph.Value;
import org.jspecify.annotations.Nullable;

/// Where a value is in memory, and for how long.
///
/// @param owner the input, constant or output in whose memory it is; null for the arena
/// @param offset its first byte, from the beginning of the arena or of the owner's memory
/// @param bytes its size
/// @param firstUse the step that makes it; -1 when it is there before the first
/// @param lastUse the last step that needs it; the number of steps when it is needed after the last
public record Place(@Nullable Value owner, long offset, long bytes, int firstUse, int lastUse) {
  public boolean inArena() {
    return owner == null;
  }
}
