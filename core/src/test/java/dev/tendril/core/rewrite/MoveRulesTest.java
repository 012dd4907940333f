package dev.tendril.core.rewrite;

import static dev.tendril.core.rewrite.Rewrites.simplifies;
import static dev.tendril.core.rewrite.Rewrites.stays;

import org.junit.jupiter.api.Test;

final class MoveRulesTest {
  @Test
  void movesOfNothingGo() {
    simplifies(
        """
        (x: f32[2,3]) -> (y) {
          a = reshape(x) shape=[2,3]
          b = transpose(a) axes=[0,1]
          c = slice(b)
          d = pad(c) before=[0,0] after=[0,0]
          e = broadcast(d) shape=[2,3]
          f = concat(e) axis=0
          g = tile(f) repeats=[1,1]
          h = cast(g) to=f32
          y = exp(h)
        }
        """,
        """
        (x: f32[2,3]) -> (y) {
          y = exp(x)
        }
        """);
  }

  @Test
  void movesOfQuantizedValuesGoToo() {
    simplifies(
        """
        (x: i8[2,3] q(0.5,-3)) -> (y) {
          a = reshape(x) shape=[3,2]
          y = reshape(a) shape=[6]
        }
        """,
        """
        (x: i8[2,3] q(0.5,-3)) -> (y) {
          y = reshape(x) shape=[6]
        }
        """);
  }

  @Test
  void unknownExtentsAreLeft() {
    stays(
        """
        (x: f32[?,3]) -> (y) {
          y = reshape(x) shape=[?,3]
        }
        """);
  }

  @Test
  void slicesMerge() {
    simplifies(
        """
        (x: f32[10,4]) -> (y) {
          a = slice(x) begin=[1,0] end=[9,4] step=[2,1]
          y = slice(a) begin=[1,1] end=[4,3] step=[2,1]
        }
        """,
        """
        (x: f32[10,4]) -> (y) {
          y = slice(x) begin=[3,1] end=[8,3] step=[4,1]
        }
        """);
  }

  @Test
  void broadcastsMergeAndGoBeforePointwise() {
    simplifies(
        """
        (x: f32[3], z: f32[2,3]) -> (y, w) {
          a = broadcast(x) shape=[1,3]
          w = broadcast(a) shape=[4,3]
          b = broadcast(x) shape=[2,3]
          y = add(z, b)
        }
        """,
        """
        (x: f32[3], z: f32[2,3]) -> (y, w) {
          y = add(z, x)
          w = broadcast(x) shape=[4,3]
        }
        """);
  }

  @Test
  void padsGoIntoWindows() {
    simplifies(
        """
        (x: f32[1,4,4,1]) -> (y, z, m) {
          f = constant f32[1,3,3,1] {1, 2, 3, 4, 5, 6, 7, 8, 9}
          d = constant f32[3,3,1] {1, 2, 3, 4, 5, 6, 7, 8, 9}
          p = pad(x) before=[0,1,0,0] after=[0,2,1,0]
          y = conv(p, f)
          z = depthwise_conv(p, d) padding=explicit([1,1],[0,0]) strides=[2,2]
          q = pad(x) before=[0,1,1,0] after=[0,1,1,0] value=-inf
          m = max_pool(q) window=[2,2]
        }
        """,
        """
        (x: f32[1,4,4,1]) -> (y, z, m) {
          f = constant f32[1,3,3,1] {1, 2, 3, 4, 5, 6, 7, 8, 9}
          d = constant f32[3,3,1] {1, 2, 3, 4, 5, 6, 7, 8, 9}
          y = conv(x, f) padding=explicit([1,0],[2,1])
          z = depthwise_conv(x, d) padding=explicit([2,1],[2,1]) strides=[2,2]
          m = max_pool(x) window=[2,2] padding=explicit([1,1],[1,1])
        }
        """);
  }

  @Test
  void padsOfOtherNumbersStay() {
    stays(
        """
        (x: f32[1,4,4,1]) -> (y, m) {
          f = constant f32[1,2,2,1] {1, 2, 3, 4}
          p = pad(x) before=[0,1,1,0] after=[0,1,1,0] value=1
          y = conv(p, f)
          q = pad(x) before=[0,1,1,0] after=[0,1,1,0]
          m = average_pool(q) window=[2,2]
        }
        """);
  }

  @Test
  void transposesOfOneElementAreReshapes() {
    simplifies(
        """
        (x: f32[2,1,3]) -> (y) {
          y = transpose(x) axes=[1,0,2]
        }
        """,
        """
        (x: f32[2,1,3]) -> (y) {
          y = reshape(x) shape=[1,2,3]
        }
        """);
  }
}
