package dev.tendril.core.cpu.vector;

import static dev.tendril.core.cpu.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Elementary functions of vectors, as polynomials: the same bits on every processor, unlike those
/// of the libraries that the Vector API calls. Errors are relative, measured over all magnitudes
/// against double precision: e^x 2e-7, ln 2e-7, tanh 3e-7, the logistic function 3e-7; of erf 3e-7,
/// absolute. Infinities, NaN and subnormal numbers are as they should be.
public final class Elementary {
  private static final float ROUNDER = 12582912;
  private static final float LN2_HIGH = 0.6933594f;
  private static final float LN2_LOW = -0.00021219444f;
  private static final float LOG2_E = 1.442695f;

  private Elementary() {}

  /// By `x = n ln 2 + r` and the series of `e^r`, `|r| < 0.35`. The power of two is multiplied in
  /// halves, so that results may be subnormal.
  public static FloatVector exp(FloatVector x) {
    FloatVector cut = Lanes.cut(x, vector(-110), vector(90));
    FloatVector shifted = cut.fma(vector(LOG2_E), vector(ROUNDER));
    FloatVector n = shifted.sub(ROUNDER);
    FloatVector r = n.fma(vector(-LN2_HIGH), cut);
    r = n.fma(vector(-LN2_LOW), r);
    FloatVector p = vector(1 / 5040f);
    p = p.fma(r, vector(1 / 720f));
    p = p.fma(r, vector(1 / 120f));
    p = p.fma(r, vector(1 / 24f));
    p = p.fma(r, vector(1 / 6f));
    p = p.fma(r, vector(0.5f));
    p = p.fma(r, vector(1));
    p = p.fma(r, vector(1));
    IntVector power = shifted.reinterpretAsInts().sub(Float.floatToRawIntBits(ROUNDER));
    IntVector half = power.lanewise(VectorOperators.ASHR, 1);
    return p.mul(powerOfTwo(half)).mul(powerOfTwo(power.sub(half)));
  }

  private static FloatVector powerOfTwo(IntVector n) {
    return n.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }

  /// By `x = m 2^n`, `m` next to 1, and the series of `2 artanh((m - 1) / (m + 1))`.
  public static FloatVector log(FloatVector x) {
    VectorMask<Float> small = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
    FloatVector normal = x.blend(x.mul(1 << 25), small);
    IntVector bits = normal.reinterpretAsInts();
    // One half of the numbers between two powers of two belongs to the next.
    IntVector n = bits.sub(0x3f3504f3).lanewise(VectorOperators.ASHR, 23);
    FloatVector m = bits.sub(n.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
    FloatVector exponent = (FloatVector) n.convertShape(VectorOperators.I2F, FLOATS, 0);
    exponent = exponent.blend(exponent.sub(25), small);
    FloatVector s = m.sub(1).div(m.add(1));
    FloatVector z = s.mul(s);
    FloatVector p = vector(2 / 9f);
    p = p.fma(z, vector(2 / 7f));
    p = p.fma(z, vector(2 / 5f));
    p = p.fma(z, vector(2 / 3f));
    FloatVector tail = p.mul(z).fma(s, exponent.mul(LN2_LOW));
    FloatVector value = exponent.fma(vector(LN2_HIGH), s.add(s).add(tail));
    value = value.blend(x, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
    value = value.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0));
    VectorMask<Float> none = x.compare(VectorOperators.GE, 0).not();
    return value.blend(Float.NaN, none);
  }

  /// By its series next to 0, else `1 - 2 / (e^2|x| + 1)`.
  public static FloatVector tanh(FloatVector x) {
    FloatVector size = x.abs();
    FloatVector far = vector(1).sub(vector(2).div(exp(size.add(size)).add(1)));
    far = far.blend(far.neg(), x.compare(VectorOperators.LT, 0));
    FloatVector z = x.mul(x);
    FloatVector p = vector((float) (21844.0 / 6081075));
    p = p.fma(z, vector((float) (-1382.0 / 155925)));
    p = p.fma(z, vector((float) (62.0 / 2835)));
    p = p.fma(z, vector((float) (-17.0 / 315)));
    p = p.fma(z, vector((float) (2.0 / 15)));
    p = p.fma(z, vector((float) (-1.0 / 3)));
    FloatVector near = p.mul(z).fma(x, x);
    return far.blend(near, size.compare(VectorOperators.LT, 0.45f));
  }

  /// The logistic function.
  public static FloatVector sigmoid(FloatVector x) {
    return vector(1).div(exp(x.neg()).add(1));
  }

  /// By its series below 1; else `1 - e^-x² g(1 / (1 + x/2))`, where `g` was fitted to the scaled
  /// complement of erf up to 4.
  public static FloatVector erf(FloatVector x) {
    FloatVector size = x.abs();
    FloatVector cut = Lanes.cut(size, vector(0), vector(4));
    FloatVector t = vector(1).div(cut.fma(vector(0.5f), vector(1)));
    FloatVector g = vector(0.12087621f);
    g = g.fma(t, vector(-0.47660002f));
    g = g.fma(t, vector(0.5713611f));
    g = g.fma(t, vector(-0.11027216f));
    g = g.fma(t, vector(0.35105312f));
    g = g.fma(t, vector(0.2587475f));
    g = g.fma(t, vector(0.28506175f));
    g = g.fma(t, vector(-0.00016420819f));
    FloatVector far = vector(1).sub(exp(cut.mul(cut).neg()).mul(g));
    far = far.blend(far.neg(), x.compare(VectorOperators.LT, 0));
    FloatVector z = x.mul(x);
    FloatVector p = vector(1.4807193e-8f);
    p = p.fma(z, vector(-1.6365844e-7f));
    p = p.fma(z, vector(1.6462114e-6f));
    p = p.fma(z, vector(-1.492565e-5f));
    p = p.fma(z, vector(0.00012055333f));
    p = p.fma(z, vector(-0.0008548327f));
    p = p.fma(z, vector(0.005223978f));
    p = p.fma(z, vector(-0.026866172f));
    p = p.fma(z, vector(0.11283792f));
    p = p.fma(z, vector(-0.37612638f));
    p = p.fma(z, vector(1.1283792f));
    return far.blend(p.mul(x), size.compare(VectorOperators.LT, 1));
  }

  static FloatVector vector(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }
}
