package dev.tendril.core.cpu.fused;

import dev.tendril.core.kernel.SpecialFunctions;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;

/// Functions of single numbers, named as ops are in camel case, for loops that [RegionCode] writes.
final class ScalarMath {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private ScalarMath() {}

  static Dialect dialect() {
    return new Dialect(
        ConstantDescs.CD_float,
        ConstantDescs.CD_boolean,
        ClassDesc.of(ScalarMath.class.getName()),
        MethodHandles.lookup(),
        1);
  }

  static float load(MemorySegment memory, long at) {
    return memory.get(FLOAT, at);
  }

  static float spread(MemorySegment memory, long at) {
    return memory.get(FLOAT, at);
  }

  static float constant(float value) {
    return value;
  }

  static void store(float value, MemorySegment memory, long at) {
    memory.set(FLOAT, at, value);
  }

  static float neg(float x) {
    return -x;
  }

  static float abs(float x) {
    return Math.abs(x);
  }

  static float sign(float x) {
    return Math.signum(x);
  }

  static float square(float x) {
    return x * x;
  }

  static float relu(float x) {
    return Math.max(x, 0);
  }

  static float floor(float x) {
    return (float) Math.floor(x);
  }

  static float ceil(float x) {
    return (float) Math.ceil(x);
  }

  static float round(float x) {
    return (float) Math.rint(x);
  }

  static float reciprocal(float x) {
    return 1 / x;
  }

  static float sqrt(float x) {
    return (float) Math.sqrt(x);
  }

  static float rsqrt(float x) {
    return (float) (1 / Math.sqrt(x));
  }

  static float exp(float x) {
    return (float) Math.exp(x);
  }

  static float expm1(float x) {
    return (float) Math.expm1(x);
  }

  static float log(float x) {
    return (float) Math.log(x);
  }

  static float log1p(float x) {
    return (float) Math.log1p(x);
  }

  static float sin(float x) {
    return (float) Math.sin(x);
  }

  static float cos(float x) {
    return (float) Math.cos(x);
  }

  static float tan(float x) {
    return (float) Math.tan(x);
  }

  static float asin(float x) {
    return (float) Math.asin(x);
  }

  static float acos(float x) {
    return (float) Math.acos(x);
  }

  static float atan(float x) {
    return (float) Math.atan(x);
  }

  static float sinh(float x) {
    return (float) Math.sinh(x);
  }

  static float cosh(float x) {
    return (float) Math.cosh(x);
  }

  static float tanh(float x) {
    return (float) Math.tanh(x);
  }

  static float sigmoid(float x) {
    return (float) (1 / (1 + Math.exp(-x)));
  }

  static float silu(float x) {
    return (float) (x / (1 + Math.exp(-x)));
  }

  static float softplus(float x) {
    return (float) (Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
  }

  static float hardSwish(float x) {
    return x * (Math.min(Math.max(x + 3, 0), 6) / 6);
  }

  static boolean isNan(float x) {
    return Float.isNaN(x);
  }

  static boolean isFinite(float x) {
    return Float.isFinite(x);
  }

  static boolean not(boolean x) {
    return !x;
  }

  static float add(float x, float y) {
    return x + y;
  }

  static float sub(float x, float y) {
    return x - y;
  }

  static float mul(float x, float y) {
    return x * y;
  }

  static float div(float x, float y) {
    return x / y;
  }

  static float floorDiv(float x, float y) {
    return (float) Math.floor((double) x / y);
  }

  static float pow(float x, float y) {
    return (float) Math.pow(x, y);
  }

  static float min(float x, float y) {
    return Math.min(x, y);
  }

  static float max(float x, float y) {
    return Math.max(x, y);
  }

  static float atan2(float x, float y) {
    return (float) Math.atan2(x, y);
  }

  static float squaredDifference(float x, float y) {
    return (x - y) * (x - y);
  }

  static boolean eq(float x, float y) {
    return x == y;
  }

  static boolean ne(float x, float y) {
    return x != y;
  }

  static boolean lt(float x, float y) {
    return x < y;
  }

  static boolean le(float x, float y) {
    return x <= y;
  }

  static boolean gt(float x, float y) {
    return x > y;
  }

  static boolean ge(float x, float y) {
    return x >= y;
  }

  static boolean and(boolean x, boolean y) {
    return x && y;
  }

  static boolean or(boolean x, boolean y) {
    return x || y;
  }

  static boolean xor(boolean x, boolean y) {
    return x ^ y;
  }

  static float select(boolean condition, float x, float y) {
    return condition ? x : y;
  }

  static float clamp(float x, float low, float high) {
    return Math.min(Math.max(x, low), high);
  }

  static float leakyRelu(float x, float alpha) {
    return x >= 0 ? x : alpha * x;
  }

  static float elu(float x, float alpha) {
    return x >= 0 ? x : (float) (alpha * Math.expm1(x));
  }

  static float erf(float x) {
    return (float) SpecialFunctions.erf(x);
  }

  static float gelu(float x) {
    return (float) (0.5 * x * (1 + SpecialFunctions.erf(x * Math.sqrt(0.5))));
  }

  static float geluApproximate(float x) {
    double inner = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
    return (float) (0.5 * x * (1 + Math.tanh(inner)));
  }
}
