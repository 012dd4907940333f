package dev.tendril.core.rewrite;

import static dev.tendril.core.rewrite.Rewrites.simplifies;

import org.junit.jupiter.api.Test;

final class TransposesTest {
  @Test
  void transposesCompose() {
    simplifies(
        """
        (x: f32[2,3,4]) -> (y) {
          a = transpose(x) axes=[2,0,1]
          y = transpose(a) axes=[0,2,1]
        }
        """,
        """
        (x: f32[2,3,4]) -> (y) {
          y = transpose(x) axes=[2,1,0]
        }
        """);
  }

  @Test
  void pairsAroundOpsThatDoNotCareCancel() {
    simplifies(
        """
        (x: f32[2,4,5,3], w: f32[2,4,5,3]) -> (y) {
          a = transpose(x) axes=[0,3,1,2]
          b = transpose(w) axes=[0,3,1,2]
          r = exp(a)
          s = mul(r, constant f32 {2})
          t = add(s, b)
          u = mul(t, constant f32[3,1,1] {1, 2, 3})
          v = pad(u) before=[0,0,1,0] after=[0,0,1,2]
          c = concat(v, v) axis=1
          y = transpose(c) axes=[0,2,3,1]
        }
        """,
        """
        (x: f32[2,4,5,3], w: f32[2,4,5,3]) -> (y) {
          r = exp(x)
          s = mul(r, constant f32 {2})
          t = add(s, w)
          u = mul(t, constant f32[1,1,1,3] {1, 2, 3})
          v = pad(u) before=[0,1,0,0] after=[0,1,2,0]
          y = concat(v, v) axis=3
        }
        """);
  }

  @Test
  void meanOfChannelsFirstIsMeanOfChannelsLast() {
    simplifies(
        """
        (x: f32[2,4,5,3]) -> (y) {
          a = transpose(x) axes=[0,3,1,2]
          y = reduce_mean(a) axes=[2,3]
        }
        """,
        """
        (x: f32[2,4,5,3]) -> (y) {
          y = reduce_mean(x) axes=[1,2]
        }
        """);
  }

  @Test
  void matmulTakesTransposes() {
    simplifies(
        """
        (a: f32[5,3,2], b: f32[5,4,3]) -> (y) {
          p = transpose(a) axes=[0,2,1]
          q = transpose(b) axes=[0,2,1]
          y = matmul(p, q)
        }
        """,
        """
        (a: f32[5,3,2], b: f32[5,4,3]) -> (y) {
          y = matmul(a, b) transpose_a=true transpose_b=true
        }
        """);
  }
}
