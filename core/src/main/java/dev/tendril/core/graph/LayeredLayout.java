package dev.tendril.core.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Places the boxes of a drawing in layers, so that edges lead downward (Sugiyama, Tagawa, Toda,
/// *Methods for visual understanding of hierarchical system structures*, 1981).
///
/// A vertex' layer is the length of the longest path to it; sources move down to what they feed. An
/// edge over several layers goes through a bend in each, which all edges of the same source share.
/// Layers are ordered by the mean place of neighbors, sweeping down and up; then each is moved as
/// near to its neighbors as its order and the widths allow, by isotonic regression. The same
/// vertices always get the same places.
final class LayeredLayout {
  /// Between neighbors, and from layer to layer.
  private static final double GAP = 28;

  private static final double DROP = 46;
  private static final int SWEEPS = 12;

  /// A box or the bend of an edge.
  static final class Vertex {
    final double width;
    final double height;
    final boolean bend;
    final List<Vertex> above = new ArrayList<>();
    final List<Vertex> below = new ArrayList<>();
    int layer;

    /// The middle and the top.
    double x;

    double y;
    private double wish;

    Vertex(double width, double height, boolean bend) {
      this.width = width;
      this.height = height;
      this.bend = bend;
    }
  }

  private final List<Vertex> vertices = new ArrayList<>();
  private final List<List<Vertex>> layers = new ArrayList<>();

  /// Adds a box; what it needs must be there before.
  Vertex add(double width, double height, List<Vertex> needs) {
    Vertex vertex = new Vertex(width, height, false);
    for (Vertex need : needs) {
      vertex.layer = Math.max(vertex.layer, need.layer + 1);
      vertex.above.add(need);
      need.below.add(vertex);
    }
    vertices.add(vertex);
    return vertex;
  }

  double width;
  double height;

  /// Gives all vertices their places, and bends to edges over several layers.
  void arrange() {
    for (int i = vertices.size() - 1; i >= 0; i--) {
      Vertex vertex = vertices.get(i);
      if (vertex.above.isEmpty() && !vertex.below.isEmpty()) {
        vertex.layer = vertex.below.stream().mapToInt(v -> v.layer).min().orElseThrow() - 1;
      }
    }
    for (Vertex vertex : List.copyOf(vertices)) {
      bend(vertex);
    }
    for (Vertex vertex : vertices) {
      while (layers.size() <= vertex.layer) {
        layers.add(new ArrayList<>());
      }
      layers.get(vertex.layer).add(vertex);
    }
    layers.forEach(LayeredLayout::pack);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      sweep(sweep % 2 == 0, true);
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      sweep(sweep % 2 == 0, false);
    }
    finish();
  }

  private void bend(Vertex source) {
    List<Vertex> targets = List.copyOf(source.below);
    List<Vertex> chain = new ArrayList<>(List.of(source));
    for (Vertex target : targets) {
      int span = target.layer - source.layer;
      if (span < 2) {
        continue;
      }
      while (chain.size() < span) {
        Vertex before = chain.getLast();
        Vertex next = new Vertex(6, 0, true);
        next.layer = before.layer + 1;
        next.above.add(before);
        before.below.add(next);
        vertices.add(next);
        chain.add(next);
      }
      Vertex last = chain.get(span - 1);
      source.below.remove(target);
      target.above.replaceAll(v -> v.equals(source) ? last : v);
      last.below.add(target);
    }
  }

  private static void pack(List<Vertex> layer) {
    double x = 0;
    for (Vertex vertex : layer) {
      vertex.x = x + vertex.width / 2;
      x += vertex.width + GAP;
    }
  }

  private void sweep(boolean down, boolean reorder) {
    for (int i = 0; i < layers.size(); i++) {
      List<Vertex> layer = layers.get(down ? i : layers.size() - 1 - i);
      for (Vertex vertex : layer) {
        List<Vertex> neighbors = down ? vertex.above : vertex.below;
        vertex.wish = neighbors.stream().mapToDouble(v -> v.x).average().orElse(vertex.x);
        if (!reorder && !vertex.above.isEmpty() && !vertex.below.isEmpty()) {
          List<Vertex> others = down ? vertex.below : vertex.above;
          double other = others.stream().mapToDouble(v -> v.x).average().orElse(vertex.x);
          vertex.wish = 0.75 * vertex.wish + 0.25 * other;
        }
      }
      if (reorder) {
        layer.sort(Comparator.comparingDouble(v -> v.wish));
      }
      align(layer);
    }
  }

  /// Moves the vertices of a layer as near to their wishes, in least squares, as they may come
  /// without overlap: with the room before each taken off, places must not decrease (pool adjacent
  /// violators).
  private static void align(List<Vertex> layer) {
    double[] room = new double[layer.size()];
    double[] sums = new double[layer.size()];
    int[] counts = new int[layer.size()];
    int blocks = 0;
    for (int i = 0; i < layer.size(); i++) {
      Vertex vertex = layer.get(i);
      if (i > 0) {
        room[i] = room[i - 1] + (layer.get(i - 1).width + vertex.width) / 2 + GAP;
      }
      sums[blocks] = vertex.wish - room[i];
      counts[blocks++] = 1;
      while (blocks > 1
          && sums[blocks - 2] / counts[blocks - 2] > sums[blocks - 1] / counts[blocks - 1]) {
        blocks--;
        sums[blocks - 1] += sums[blocks];
        counts[blocks - 1] += counts[blocks];
      }
    }
    int i = 0;
    for (int block = 0; block < blocks; block++) {
      for (int end = i + counts[block]; i < end; i++) {
        layer.get(i).x = sums[block] / counts[block] + room[i];
      }
    }
  }

  private void finish() {
    double left = vertices.stream().mapToDouble(v -> v.x - v.width / 2).min().orElse(0);
    double y = 0;
    for (List<Vertex> layer : layers) {
      double tallest = layer.stream().mapToDouble(v -> v.height).max().orElse(0);
      for (Vertex vertex : layer) {
        vertex.x -= left;
        vertex.y = y + (vertex.bend ? tallest / 2 : (tallest - vertex.height) / 2);
      }
      y += tallest + DROP;
    }
    width = vertices.stream().mapToDouble(v -> v.x + v.width / 2).max().orElse(0);
    height = Math.max(0, y - DROP);
  }

  List<Vertex> vertices() {
    return vertices;
  }
}
