package dev.tendril.core.rewrite;

import static dev.tendril.core.rewrite.Rewrites.simplifies;
import static dev.tendril.core.rewrite.Rewrites.stays;

import org.junit.jupiter.api.Test;

final class ContractRulesTest {
  @Test
  void biasAndActivationGoIntoMatmul() {
    simplifies(
        """
        (x: f32[2,2]) -> (y) {
          w = constant f32[2,3] {1, 2, 3, 4, 5, 6}
          a = matmul(x, w)
          b = add(constant f32[3] {1, -2, 3}, a)
          c = sub(b, constant f32 {1})
          y = relu(c)
        }
        """,
        """
        (x: f32[2,2]) -> (y) {
          w = constant f32[2,3] {1, 2, 3, 4, 5, 6}
          y = matmul(x, w, constant f32[3] {0, -3, 2}) activation=relu
        }
        """);
  }

  @Test
  void vectorThatIsAnInputIsABias() {
    simplifies(
        """
        (x: f32[2,2], w: f32[2,3], b: f32[3]) -> (y) {
          a = matmul(x, w)
          c = add(a, b)
          y = tanh(c)
        }
        """,
        """
        (x: f32[2,2], w: f32[2,3], b: f32[3]) -> (y) {
          y = matmul(x, w, b) activation=tanh
        }
        """);
  }

  @Test
  void factorsGoIntoWeights() {
    simplifies(
        """
        (x: f32[1,2,2,1]) -> (y, z, m, t) {
          f = constant f32[2,1,1,1] {1, 2}
          a = conv(x, f, constant f32[2] {1, 1})
          y = mul(a, constant f32[2] {2, 3})
          d = constant f32[1,1,2] {1, 2}
          b = depthwise_conv(x, d)
          z = div(b, constant f32[1,1,1,2] {2, 4})
          c = matmul(x, constant f32[2,1] {1, 2}) transpose_b=true
          m = mul(constant f32 {0.5}, c)
          g = constant f32[2,1,1,1] {3, 4}
          e = conv_transpose(x, g) spatial=[2,2]
          t = mul(e, constant f32[2] {2, 3})
        }
        """,
        """
        (x: f32[1,2,2,1]) -> (y, z, m, t) {
          y = conv(x, constant f32[2,1,1,1] {2, 6}, constant f32[2] {2, 3})
          z = depthwise_conv(x, constant f32[1,1,2] {0.5, 0.5})
          m = matmul(x, constant f32[2,1] {0.5, 1}) transpose_b=true
          t = conv_transpose(x, constant f32[2,1,1,1] {6, 12}) spatial=[2,2]
        }
        """);
  }

  @Test
  void batchNormGoesIntoWeightsAndRelu6IntoTheActivation() {
    simplifies(
        """
        (x: f32[1,2,2,1]) -> (y) {
          a = conv(x, constant f32[2,1,1,1] {1, 2}, constant f32[2] {1, 2})
          n = batch_norm(a, constant f32[2] {1, 1}, constant f32[2] {3, 8},
            constant f32[2] {4, 6}, constant f32[2] {5, 7}) epsilon=1
          r = max(n, constant f32 {0})
          y = min(r, constant f32 {6})
        }
        """,
        """
        (x: f32[1,2,2,1]) -> (y) {
          y = conv(x, constant f32[2,1,1,1] {2, 4}, constant f32[2] {5, 9}) activation=relu6
        }
        """);
  }

  @Test
  void batchNormsAloneAreAProductAndASum() {
    simplifies(
        """
        (x: f32[1,2,2,2]) -> (y) {
          a = tanh(x)
          y = batch_norm(a, constant f32[2] {1, 1}, constant f32[2] {3, 8},
            constant f32[2] {4, 6}, constant f32[2] {5, 7}) epsilon=1
        }
        """,
        """
        (x: f32[1,2,2,2]) -> (y) {
          a = tanh(x)
          y_1 = mul(a, constant f32[2] {2, 2})
          y = add(y_1, constant f32[2] {3, 5})
        }
        """);
  }

  @Test
  void channelsFirstNetIsChannelsLast() {
    simplifies(
        """
        (x: f32[1,2,2,1]) -> (y) {
          p = transpose(x) axes=[0,3,1,2]
          q = transpose(p) axes=[0,2,3,1]
          a = conv(q, constant f32[2,1,1,1] {1, 2})
          b = transpose(a) axes=[0,3,1,2]
          c = add(b, constant f32[1,2,1,1] {3, 4})
          d = relu(c)
          e = transpose(d) axes=[0,2,3,1]
          y = conv(e, constant f32[1,2,2,2] {1, 2, 3, 4, 5, 6, 7, 8})
        }
        """,
        """
        (x: f32[1,2,2,1]) -> (y) {
          a = conv(x, constant f32[2,1,1,1] {1, 2}, constant f32[2] {3, 4}) activation=relu
          y = conv(a, constant f32[1,2,2,2] {1, 2, 3, 4, 5, 6, 7, 8})
        }
        """);
  }

  @Test
  void whatOthersNeedStays() {
    stays(
        """
        (x: f32[2,2], w: f32[2,2], b: f32[2]) -> (y, a) {
          a = matmul(x, w)
          c = add(a, b)
          y = exp(c)
        }
        """);
    stays(
        """
        (x: f32[2,2], w: f32[2,2]) -> (y, z) {
          a = matmul(x, w)
          y = relu(a)
          z = exp(a)
        }
        """);
  }

  @Test
  void activationComesLast() {
    stays(
        """
        (x: f32[2,2], w: f32[2,2], b: f32[2]) -> (y, z) {
          a = matmul(x, w) activation=relu
          y = add(a, b)
          c = matmul(w, x) activation=relu
          z = tanh(c)
        }
        """);
    simplifies(
        """
        (x: f32[2,2], w: f32[2,2]) -> (y) {
          a = matmul(x, w) activation=relu
          y = clamp(a) low=-1 high=6
        }
        """,
        """
        (x: f32[2,2], w: f32[2,2]) -> (y) {
          y = matmul(x, w) activation=relu6
        }
        """);
  }
}
