package dev.tendril.core.rewrite;

import static dev.tendril.core.rewrite.Rewrites.simplifies;
import static dev.tendril.core.rewrite.Rewrites.stays;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AlgebraRulesTest {
  @Test
  void zerosAndOnesGo() {
    Rewriter.Result result =
        simplifies(
            """
            (x: f32[2,3]) -> (y) {
              a = add(x, constant f32 {0})
              b = mul(constant f32[3] {1, 1, 1}, a)
              c = sub(b, constant f32[1,1] {0})
              d = div(c, constant f32 {1})
              y = exp(d)
            }
            """,
            """
            (x: f32[2,3]) -> (y) {
              y = exp(x)
            }
            """);
    assertEquals(Map.of("add-zero", 2, "multiply-by-one", 2), Map.copyOf(result.report().counts()));
    assertEquals(
        List.of("a", "b", "c", "d"),
        result.report().firings().stream().map(Report.Firing::node).toList());
  }

  @Test
  void zeroThatStretchesStays() {
    stays(
        """
        (x: f32[3]) -> (y) {
          y = add(x, constant f32[2,3] {0, 0, 0, 0, 0, 0})
        }
        """);
  }

  @Test
  void productWithZeroMayBeNan() {
    stays(
        """
        (x: f32[2]) -> (y) {
          y = mul(x, constant f32 {0})
        }
        """);
    simplifies(
        """
        (x: i32[2]) -> (y) {
          z = mul(x, constant i32 {0})
          y = add(x, z)
        }
        """,
        """
        (x: i32[2]) -> (y = x) {
        }
        """);
  }

  @Test
  void doubleNegationAndRepetitionGo() {
    simplifies(
        """
        (x: f32[2], b: bool[2]) -> (y, z, c) {
          p = neg(x)
          q = neg(p)
          r = relu(q)
          y = relu(r)
          s = ceil(x)
          z = ceil(s)
          d = not(b)
          c = not(d)
        }
        """,
        """
        (x: f32[2], b: bool[2]) -> (y, z, c = b) {
          y = relu(x)
          z = ceil(x)
        }
        """);
  }

  @Test
  void selectOfKnownCondition() {
    simplifies(
        """
        (x: f32[2], y: f32[2], c: bool[2]) -> (p, q, r) {
          p = select(constant bool {true}, x, y)
          q = select(constant bool[2] {false, false}, x, y)
          r = select(c, y, y)
        }
        """,
        """
        (x: f32[2], y: f32[2], c: bool[2]) -> (p = x, q = y, r = y) {
        }
        """);
  }

  @Test
  void castsThatLoseNothingMerge() {
    simplifies(
        """
        (x: i8[4], b: bool[4], f: f16[4]) -> (p, q, r, s) {
          a = cast(x) to=i32
          p = cast(a) to=f32
          c = cast(x) to=f32
          q = cast(c) to=i8
          d = cast(b) to=f32
          r = cast(d) to=i64
          e = cast(f) to=f32
          s = cast(e) to=f64
        }
        """,
        """
        (x: i8[4], b: bool[4], f: f16[4]) -> (p, q = x, r, s) {
          p = cast(x) to=f32
          r = cast(b) to=i64
          s = cast(f) to=f64
        }
        """);
  }

  @Test
  void castsThatCutStay() {
    stays(
        """
        (x: i32[4], y: i8[4]) -> (p, q) {
          a = cast(x) to=i8
          p = cast(a) to=i32
          b = cast(y) to=f32
          q = cast(b) to=u8
        }
        """);
  }

  @Test
  void extremesAreRanges() {
    simplifies(
        """
        (x: f32[2,2]) -> (y, z) {
          a = max(x, constant f32 {0})
          y = min(constant f32[2] {6, 6}, a)
          z = max(constant f32 {0}, x)
        }
        """,
        """
        (x: f32[2,2]) -> (y, z) {
          y = clamp(x) low=0 high=6
          z = relu(x)
        }
        """);
  }

  @Test
  void rangesOfRangesAreRanges() {
    simplifies(
        """
        (x: f32[2,2]) -> (y, z) {
          a = clamp(x) low=-2 high=3
          b = clamp(a) low=-1 high=5
          y = relu(b)
          c = clamp(x) low=1 high=2
          z = clamp(c) low=3 high=4
        }
        """,
        """
        (x: f32[2,2]) -> (y, z) {
          y = clamp(x) low=0 high=3
          z = clamp(x) low=3 high=3
        }
        """);
  }
}
