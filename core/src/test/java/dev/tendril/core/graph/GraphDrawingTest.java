package dev.tendril.core.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class GraphDrawingTest {
  /// A network with branches, skips, and several outputs.
  static Graph network(int blocks, long seed) {
    Random random = new Random(seed);
    StringBuilder text =
        new StringBuilder(
            """
            graph "residual network" (image: f32[?,32,32,16], c: bool[]) -> (classes = p, best:1, h0) {
              w = constant f32[16,3,3,16] base64 {"%s"}
              b = constant f32[16] {0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0}
              h0 = conv(image, w, b) padding=same activation=relu
            """
                .formatted("A".repeat(12288)));
    for (int i = 1; i <= blocks; i++) {
      int skip = Math.max(0, i - 1 - random.nextInt(3));
      text.append(
          """
            a%1$d = conv(h%2$d, w, b) padding=same activation=relu dilations=[2,2]
            m%1$d = mul(a%1$d, constant f32 {0.5})
            s%1$d = sigmoid(h%3$d)
            h%1$d = add(m%1$d, s%1$d)
          """
              .formatted(i, i - 1, skip));
    }
    text.append(
        """
          pool = reduce_mean(h%d) axes=[1,2]
          t = if(c, pool) then=graph yes (a: f32[?,16]) -> (a) {
          } otherwise=graph no (a: f32[?,16]) -> (b) {
            b = neg(a)
          }
          p = softmax(t)
          best = top_k(p) k=3
        }
        """
            .formatted(blocks));
    return Graph.parse(text.toString());
  }

  @Test
  void drawsEveryBox() {
    Graph graph = network(6, 1);
    String svg = graph.toSvg();
    assertTrue(svg.equals(network(6, 1).toSvg()));
    assertEquals(count("<", svg), count(">", svg));
    int boxes = graph.nodes().size() + graph.inputs().size() + graph.outputs().size();
    assertEquals(boxes, count("<rect class=", svg));
  }

  @Test
  void boxesDoNotOverlap() {
    String svg = network(24, 2).toSvg();
    Matcher boxes =
        Pattern.compile(
                "class=\"box\" x=\"(\\S+)\" y=\"(\\S+)\" width=\"(\\S+)\" height=\"(\\S+)\"")
            .matcher(svg);
    List<double[]> all = new ArrayList<>();
    while (boxes.find()) {
      double[] box = new double[4];
      for (int i = 0; i < 4; i++) {
        box[i] = Double.parseDouble(boxes.group(i + 1));
      }
      for (double[] other : all) {
        boolean apart =
            box[0] + box[2] < other[0]
                || other[0] + other[2] < box[0]
                || box[1] + box[3] < other[1]
                || other[1] + other[3] < box[1];
        assertTrue(apart, () -> java.util.Arrays.toString(box));
      }
      all.add(box);
    }
    assertTrue(all.size() > 100, () -> "boxes: " + all.size());
  }

  @Test
  void drawsEmptyGraphs() {
    assertTrue(Graph.parse("graph \"<&>\" () -> () {}").toSvg().contains("&lt;&amp;&gt;"));
  }

  private static int count(String part, String text) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }
}
