package dev.tendril.core.rewrite;

import static dev.tendril.core.rewrite.Rewrites.check;
import static dev.tendril.core.rewrite.Rewrites.simplifies;
import static dev.tendril.core.rewrite.Rewrites.stays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.TensorException;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RewriterTest {
  @Test
  void constantsAreFolded() {
    simplifies(
        """
        (x: f32[2]) -> (y) {
          a = add(constant f32[2] {1, 2}, constant f32 {3})
          b = neg(a)
          y = mul(x, b)
        }
        """,
        """
        (x: f32[2]) -> (y) {
          y = mul(x, constant f32[2] {-4, -5})
        }
        """);
  }

  @Test
  void weightsAreDequantizedOnce() {
    simplifies(
        """
        (x: f32[2]) -> (y) {
          w = constant i8[2] q(0.5,1) {3, -5}
          a = dequantize(w)
          y = mul(x, a)
        }
        """,
        """
        (x: f32[2]) -> (y) {
          y = mul(x, constant f32[2] {1, -3})
        }
        """);
  }

  @Test
  void foldingDoesNotBlowUpTheGraph() {
    stays(
        """
        (x: f32[1000,2]) -> (y, z) {
          y = broadcast(constant f32[2] {1, 2}) shape=[1000,2]
          z = concat(x, y) axis=0
        }
        """);
  }

  @Test
  void shapesAreConstants() {
    simplifies(
        """
        (x: f32[2,3]) -> (y) {
          y = shape_of(x)
        }
        """,
        """
        (x: f32[2,3]) -> (y) {
          y = constant i32[2] {2, 3}
        }
        """);
  }

  @Test
  void equalNodesAndConstantsAreOne() {
    Rewriter.Result result =
        simplifies(
            """
            (x: f32[2]) -> (y, dead) {
              a = mul(x, constant f32[2] {2, 3})
              b = mul(x, constant f32[2] {2, 3})
              c = exp(a)
              d = exp(b)
              y = sub(c, d)
              dead = sin(b)
            }
            """,
            """
            (x: f32[2]) -> (y, dead) {
              a = mul(x, constant f32[2] {2, 3})
              c = exp(a)
              y = sub(c, c)
              dead = sin(a)
            }
            """);
    assertEquals(Map.of("common-subexpression", 2), result.report().counts());
  }

  @Test
  void deadNodesGo() {
    Rewriter.Result result =
        simplifies(
            """
            (x: f32[2], unused: f32[3]) -> (y) {
              a = sin(x)
              b = cos(a)
              y = exp(x)
            }
            """,
            """
            (x: f32[2], unused: f32[3]) -> (y) {
              y = exp(x)
            }
            """);
    assertEquals(
        "g: 3 nodes, now 1\n     2  dead-code                  a b\n", result.report().text());
  }

  @Test
  void pointwiseRegionsAreOneNode() {
    check(
        Passes.fuse(_ -> true),
        """
        (x: f32[2,3], b: f32[3], i: i32[3]) -> (y, p) {
          a = add(x, b)
          c = mul(a, constant f32 {2})
          d = exp(a)
          e = sub(c, d)
          f = softmax(e)
          g = neg(f)
          y = abs(g)
          h = cast(i) to=f32
          p = sqrt(h)
        }
        """,
        """
        (x: f32[2,3], b: f32[3], i: i32[3]) -> (y, p) {
          e = fused(x, b) body=graph e (x0: f32[2,3], x1: f32[3]) -> (y) {
            a = add(x0, x1)
            c = mul(a, constant f32 {2})
            d = exp(a)
            y = sub(c, d)
          }
          f = softmax(e)
          y = fused(f) body=graph y (x0: f32[2,3]) -> (y) {
            g = neg(x0)
            y = abs(g)
          }
          p = fused(i) body=graph p (x0: i32[3]) -> (y) {
            h = cast(x0) to=f32
            y = sqrt(h)
          }
        }
        """);
  }

  @Test
  void contractionsBeginRegionsThatATargetAccepts() {
    String graph =
        """
        (x: f32[2,3], w: f32[3,3], v: f32[3,3], s: f32[2,3]) -> (y) {
          t = exp(s)
          a = matmul(x, w)
          b = matmul(x, v)
          c = add(a, b)
          d = add(c, t)
          y = relu(d)
        }
        """;
    check(
        Passes.fuse(_ -> true, _ -> true),
        graph,
        """
        (x: f32[2,3], w: f32[3,3], v: f32[3,3], s: f32[2,3]) -> (y) {
          a = matmul(x, w)
          y = fused(x, v, s, a) body=graph y (x0: f32[2,3], x1: f32[3,3], x2: f32[2,3], x3: f32[2,3]) -> (y) {
            b = matmul(x0, x1)
            t = exp(x2)
            c = add(x3, b)
            d = add(c, t)
            y = relu(d)
          }
        }
        """);
    check(
        Passes.fuse(_ -> true, node -> ops(node) < 5),
        graph,
        """
        (x: f32[2,3], w: f32[3,3], v: f32[3,3], s: f32[2,3]) -> (y) {
          t = exp(s)
          a = matmul(x, w)
          y = fused(x, v, a, t) body=graph y (x0: f32[2,3], x1: f32[3,3], x2: f32[2,3], x3: f32[2,3]) -> (y) {
            b = matmul(x0, x1)
            c = add(x2, b)
            d = add(c, x3)
            y = relu(d)
          }
        }
        """);
  }

  private static int ops(Node node) {
    return node.op() instanceof Structured.Fused(Graph body) ? body.nodes().size() : 1;
  }

  @Test
  void whatIsNeededOutsideIsNotFused() {
    String graph =
        """
        graph g (x: f32[2,3], s: f32[3]) -> (y, z, u) {
          a = exp(x)
          y = neg(a)
          z = softmax(a)
          t = exp(s)
          u = add(y, t)
        }
        """;
    Graph before = Graph.parse(graph);
    assertTrue(Rewrites.same(before, Rewriter.rewrite(before, Passes.fuse(_ -> true)).graph()));
  }

  @Test
  void rulesThatNeverSettleAreNamed() {
    Rule there =
        Rule.of(
            "there",
            (node, context) ->
                node.op().equals(new Pointwise.Unary(UnaryKind.SIN))
                    ? context.replace(new Pointwise.Unary(UnaryKind.COS), node.inputs().getFirst())
                    : null);
    Rule back =
        Rule.of(
            "back",
            (node, context) ->
                node.op().equals(new Pointwise.Unary(UnaryKind.COS))
                    ? context.replace(new Pointwise.Unary(UnaryKind.SIN), node.inputs().getFirst())
                    : null);
    Graph graph = Graph.parse("graph g (x: f32[2]) -> (y) {\n  y = sin(x)\n}\n");
    TensorException e =
        assertThrows(
            TensorException.class,
            () -> Rewriter.rewrite(graph, Pass.of("circle", List.of(there, back))));
    assertTrue(e.getMessage().contains("{there=8, back=8}"), e.getMessage());
  }

  @Test
  void rulesThatChangeTypesAreCaught() {
    Rule wrong =
        Rule.of(
            "wrong",
            (node, context) -> node.op() instanceof Move.Reshape ? node.inputs().getFirst() : null);
    Graph graph = Graph.parse("graph g (x: f32[2]) -> (y) {\n  y = reshape(x) shape=[1,2]\n}\n");
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> Rewriter.rewrite(graph, Pass.of("p", List.of(wrong))));
    assertTrue(String.valueOf(e.getMessage()).contains("the rule wrong"), e.toString());
  }
}
