package dev.tendril.core.cpu.fused;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.IS_FINITE;
import static jdk.incubator.vector.VectorOperators.IS_NAN;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;

import dev.tendril.core.cpu.vector.Elementary;
import java.lang.constant.ClassDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Functions of vectors of 32-bit floats, named as ops are in camel case, for loops that
/// [RegionCode] writes. Loaded only where the module `jdk.incubator.vector` is there.
///
/// Exponentials, logarithms and what is made of them are those of [Elementary]: the same bits on
/// every processor. Rare functions are computed element by element by [ScalarMath].
final class LaneMath {
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// The root of one half.
  private static final float HALF_ROOT = 0.70710677f;

  private LaneMath() {}

  /// A function of one number.
  private interface Scalar {
    float apply(float x);
  }

  static Dialect dialect() {
    return new Dialect(
        FloatVector.class.describeConstable().orElseThrow(),
        VectorMask.class.describeConstable().orElseThrow(),
        ClassDesc.of(LaneMath.class.getName()),
        MethodHandles.lookup(),
        FLOATS.length());
  }

  static FloatVector load(MemorySegment memory, long at) {
    return FloatVector.fromMemorySegment(FLOATS, memory, at, ByteOrder.LITTLE_ENDIAN);
  }

  static FloatVector spread(MemorySegment memory, long at) {
    return FloatVector.broadcast(FLOATS, memory.get(FLOAT, at));
  }

  static FloatVector constant(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }

  static void store(FloatVector value, MemorySegment memory, long at) {
    value.intoMemorySegment(memory, at, ByteOrder.LITTLE_ENDIAN);
  }

  static FloatVector neg(FloatVector x) {
    return x.neg();
  }

  static FloatVector abs(FloatVector x) {
    return x.abs();
  }

  static FloatVector sign(FloatVector x) {
    FloatVector one = constant(1);
    FloatVector signed = x.blend(one, x.compare(GT, 0));
    return signed.blend(one.neg(), x.compare(LT, 0));
  }

  static FloatVector square(FloatVector x) {
    return x.mul(x);
  }

  static FloatVector relu(FloatVector x) {
    return x.max(0);
  }

  static FloatVector round(FloatVector x) {
    FloatVector whole = x.abs().add(constant(0x1p23f)).sub(constant(0x1p23f));
    FloatVector signed =
        whole
            .reinterpretAsInts()
            .or(x.reinterpretAsInts().and(Integer.MIN_VALUE))
            .reinterpretAsFloats();
    return x.blend(signed, x.abs().compare(LT, 0x1p23f));
  }

  static FloatVector floor(FloatVector x) {
    FloatVector nearest = round(x);
    return nearest.sub(constant(1), nearest.compare(GT, x));
  }

  static FloatVector ceil(FloatVector x) {
    FloatVector nearest = round(x);
    return nearest.add(constant(1), nearest.compare(LT, x));
  }

  static FloatVector reciprocal(FloatVector x) {
    return constant(1).div(x);
  }

  static FloatVector sqrt(FloatVector x) {
    return x.sqrt();
  }

  static FloatVector rsqrt(FloatVector x) {
    return constant(1).div(x.sqrt());
  }

  static FloatVector exp(FloatVector x) {
    return Elementary.exp(x);
  }

  static FloatVector expm1(FloatVector x) {
    FloatVector r = x;
    FloatVector p = constant(1.9875691e-4f);
    p = p.fma(r, constant(0.0013981999f));
    p = p.fma(r, constant(0.008333452f));
    p = p.fma(r, constant(0.041665796f));
    p = p.fma(r, constant(0.16666666f));
    p = p.fma(r, constant(0.5f));
    FloatVector small = p.fma(r.mul(r), r);
    return exp(x).sub(constant(1)).blend(small, x.abs().compare(LT, 0.34f));
  }

  static FloatVector log(FloatVector x) {
    return Elementary.log(x);
  }

  /// The error of rounding `1 + x` is made good by a factor.
  static FloatVector log1p(FloatVector x) {
    FloatVector u = x.add(constant(1));
    FloatVector lost = x.div(u.sub(constant(1)));
    FloatVector y = log(u).mul(lost);
    VectorMask<Float> plain = u.compare(EQ, 1).or(u.test(IS_FINITE).not());
    FloatVector edge = x.blend(log(u), u.test(IS_FINITE).not());
    return y.blend(edge, plain).blend(log(u), x.compare(EQ, -1));
  }

  static FloatVector tanh(FloatVector x) {
    return Elementary.tanh(x);
  }

  static FloatVector sigmoid(FloatVector x) {
    return Elementary.sigmoid(x);
  }

  static FloatVector erf(FloatVector x) {
    return Elementary.erf(x);
  }

  static FloatVector gelu(FloatVector x) {
    return x.mul(constant(0.5f)).mul(erf(x.mul(constant(HALF_ROOT))).add(constant(1)));
  }

  static FloatVector silu(FloatVector x) {
    return x.div(exp(x.neg()).add(constant(1)));
  }

  static FloatVector softplus(FloatVector x) {
    return log1p(exp(x.abs().neg())).add(x.max(0));
  }

  static FloatVector hardSwish(FloatVector x) {
    return x.mul(x.add(constant(3)).max(0).min(6).div(constant(6)));
  }

  static FloatVector geluApproximate(FloatVector x) {
    FloatVector cube = x.mul(x).mul(x);
    FloatVector inner = cube.fma(constant(0.044715f), x).mul(constant(0.7978846f));
    return x.mul(constant(0.5f)).mul(tanh(inner).add(constant(1)));
  }

  static VectorMask<Float> isNan(FloatVector x) {
    return x.test(IS_NAN);
  }

  static VectorMask<Float> isFinite(FloatVector x) {
    return x.test(IS_FINITE);
  }

  static VectorMask<Float> not(VectorMask<Float> x) {
    return x.not();
  }

  static FloatVector add(FloatVector x, FloatVector y) {
    return x.add(y);
  }

  static FloatVector sub(FloatVector x, FloatVector y) {
    return x.sub(y);
  }

  static FloatVector mul(FloatVector x, FloatVector y) {
    return x.mul(y);
  }

  static FloatVector div(FloatVector x, FloatVector y) {
    return x.div(y);
  }

  static FloatVector min(FloatVector x, FloatVector y) {
    return x.min(y);
  }

  static FloatVector max(FloatVector x, FloatVector y) {
    return x.max(y);
  }

  static FloatVector squaredDifference(FloatVector x, FloatVector y) {
    FloatVector d = x.sub(y);
    return d.mul(d);
  }

  static VectorMask<Float> eq(FloatVector x, FloatVector y) {
    return x.compare(EQ, y);
  }

  static VectorMask<Float> ne(FloatVector x, FloatVector y) {
    return x.compare(NE, y);
  }

  static VectorMask<Float> lt(FloatVector x, FloatVector y) {
    return x.compare(LT, y);
  }

  static VectorMask<Float> le(FloatVector x, FloatVector y) {
    return x.compare(LE, y);
  }

  static VectorMask<Float> gt(FloatVector x, FloatVector y) {
    return x.compare(GT, y);
  }

  static VectorMask<Float> ge(FloatVector x, FloatVector y) {
    return x.compare(GE, y);
  }

  static VectorMask<Float> and(VectorMask<Float> x, VectorMask<Float> y) {
    return x.and(y);
  }

  static VectorMask<Float> or(VectorMask<Float> x, VectorMask<Float> y) {
    return x.or(y);
  }

  static VectorMask<Float> xor(VectorMask<Float> x, VectorMask<Float> y) {
    return x.andNot(y).or(y.andNot(x));
  }

  static FloatVector select(VectorMask<Float> condition, FloatVector x, FloatVector y) {
    return y.blend(x, condition);
  }

  static FloatVector clamp(FloatVector x, float low, float high) {
    FloatVector above = x.blend(constant(low), x.compare(LT, low));
    return above.blend(constant(high), above.compare(GT, high));
  }

  static FloatVector leakyRelu(FloatVector x, float alpha) {
    return x.mul(constant(alpha)).blend(x, x.compare(GE, 0));
  }

  static FloatVector elu(FloatVector x, float alpha) {
    return expm1(x).mul(constant(alpha)).blend(x, x.compare(GE, 0));
  }

  static FloatVector sin(FloatVector x) {
    return each(x, ScalarMath::sin);
  }

  static FloatVector cos(FloatVector x) {
    return each(x, ScalarMath::cos);
  }

  static FloatVector tan(FloatVector x) {
    return each(x, ScalarMath::tan);
  }

  static FloatVector asin(FloatVector x) {
    return each(x, ScalarMath::asin);
  }

  static FloatVector acos(FloatVector x) {
    return each(x, ScalarMath::acos);
  }

  static FloatVector atan(FloatVector x) {
    return each(x, ScalarMath::atan);
  }

  static FloatVector sinh(FloatVector x) {
    return each(x, ScalarMath::sinh);
  }

  static FloatVector cosh(FloatVector x) {
    return each(x, ScalarMath::cosh);
  }

  private static FloatVector each(FloatVector x, Scalar function) {
    float[] values = x.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = function.apply(values[i]);
    }
    return FloatVector.fromArray(FLOATS, values, 0);
  }
}
