package dev.tendril.pose.movenet;

import dev.tendril.core.graph.Value;

/// What the network says of every place, `[1, rows, columns, ...]`, as logits where it is a share.
///
/// @param center of persons, `[..., 1]`
/// @param heatmap of key points, `[..., 17]`
/// @param regress from a center to its key points, y and x of each, `[..., 34]`
/// @param offset from a place to the key point there, y and x of each, `[..., 34]`
/// @param size height and width of boxes, `[..., 2]`; for several persons
/// @param place y and x from a place to the center of its box, `[..., 2]`; for several persons
public record Heads(
    int rows,
    int columns,
    Value center,
    Value heatmap,
    Value regress,
    Value offset,
    Value size,
    Value place) {}
