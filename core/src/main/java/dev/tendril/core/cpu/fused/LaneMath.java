package dev.tendril.core.cpu.fused;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.IS_FINITE;
import static jdk.incubator.vector.VectorOperators.IS_NAN;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;

import java.lang.constant.ClassDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Functions of vectors of 32-bit floats, named as ops are in camel case, for loops that
/// [RegionCode] writes. Loaded only where the module `jdk.incubator.vector` is there.
///
/// Exponentials, logarithms and what is made of them are polynomials over a reduced range, computed
/// in 32 bits with fused multiply-add, so that they give the same bits on every processor, which
/// the functions of the Vector API do not. Coefficients are minimax ones of Cephes (Moshier 1989);
/// relative errors, measured over all floats of the range: exp 1.2e-7, log 1.5e-7, tanh 3e-7,
/// sigmoid 2e-7. Rare functions are computed element by element by [ScalarMath].
final class LaneMath {
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Added and taken away again, it rounds to a whole number.
  private static final float ROUNDING = 0x1.8p23f;

  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.6933594f;
  private static final float LN2_LOW = -2.1219444e-4f;

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

  /// `2^n · e^r` with `x = n ln 2 + r`. Two factors for `2^n`, so that results below the least
  /// normal number are right.
  static FloatVector exp(FloatVector x) {
    FloatVector kept = x.max(-104).min(89);
    FloatVector n = kept.fma(constant(LOG2_E), constant(ROUNDING)).sub(constant(ROUNDING));
    FloatVector r = n.fma(constant(-LN2_HIGH), kept);
    r = n.fma(constant(-LN2_LOW), r);
    FloatVector p = constant(1.9875691e-4f);
    p = p.fma(r, constant(0.0013981999f));
    p = p.fma(r, constant(0.008333452f));
    p = p.fma(r, constant(0.041665796f));
    p = p.fma(r, constant(0.16666666f));
    p = p.fma(r, constant(0.5f));
    p = p.fma(r.mul(r), r.add(constant(1)));
    IntVector exponent = whole(n);
    IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
    FloatVector y = p.mul(power(half)).mul(power(exponent.sub(half)));
    return y.blend(x, x.test(IS_NAN));
  }

  private static IntVector whole(FloatVector n) {
    return (IntVector) n.convertShape(VectorOperators.F2I, INTS, 0);
  }

  /// `2^n` for a normal result.
  private static FloatVector power(IntVector n) {
    return n.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
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

  /// `n ln 2 + log m` with `x = 2^n · m`, `m` from `√½` to `√2`.
  static FloatVector log(FloatVector x) {
    VectorMask<Float> tiny = x.compare(LT, Float.MIN_NORMAL);
    FloatVector scaled = x.blend(x.mul(constant(0x1p24f)), tiny);
    IntVector bits = scaled.reinterpretAsInts();
    IntVector exponent = bits.lanewise(VectorOperators.LSHR, 23).sub(126);
    FloatVector m = bits.and(0x007FFFFF).or(0x3F000000).reinterpretAsFloats();
    VectorMask<Float> low = m.compare(LT, 0.70710677f);
    FloatVector n = (FloatVector) exponent.convertShape(VectorOperators.I2F, FLOATS, 0);
    n = n.sub(constant(1), low).sub(constant(24), tiny);
    FloatVector f = m.add(m, low).sub(constant(1));
    FloatVector y = constant(0.070376836f);
    y = y.fma(f, constant(-0.1151461f));
    y = y.fma(f, constant(0.116769984f));
    y = y.fma(f, constant(-0.12420141f));
    y = y.fma(f, constant(0.14249323f));
    y = y.fma(f, constant(-0.16668057f));
    y = y.fma(f, constant(0.20000714f));
    y = y.fma(f, constant(-0.24999994f));
    y = y.fma(f, constant(0.3333333f));
    FloatVector square = f.mul(f);
    y = y.mul(f).mul(square);
    y = n.fma(constant(LN2_LOW), y);
    y = square.fma(constant(-0.5f), y).add(f);
    y = n.fma(constant(LN2_HIGH), y);
    y = y.blend(x, x.compare(EQ, Float.POSITIVE_INFINITY));
    y = y.blend(constant(Float.NEGATIVE_INFINITY), x.compare(EQ, 0));
    return y.blend(constant(Float.NaN), x.compare(GE, 0).not());
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
    FloatVector a = x.abs();
    FloatVector square = x.mul(x);
    FloatVector p = constant(-0.0057049887f);
    p = p.fma(square, constant(0.020639088f));
    p = p.fma(square, constant(-0.053739715f));
    p = p.fma(square, constant(0.13331442f));
    p = p.fma(square, constant(-0.3333328f));
    FloatVector small = p.mul(square).fma(x, x);
    FloatVector e = exp(a.add(a)).add(constant(1));
    FloatVector large = constant(1).sub(constant(2).div(e));
    FloatVector signed =
        large
            .reinterpretAsInts()
            .or(x.reinterpretAsInts().and(Integer.MIN_VALUE))
            .reinterpretAsFloats();
    return signed.blend(small, a.compare(LT, 0.625f)).blend(x, x.test(IS_NAN));
  }

  static FloatVector sigmoid(FloatVector x) {
    return constant(1).div(exp(x.neg()).add(constant(1)));
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
