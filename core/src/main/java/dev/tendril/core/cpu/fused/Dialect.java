package dev.tendril.core.cpu.fused;

import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodHandles;

/// What a loop computes with: single numbers, or vectors of them.
///
/// @param value the type of a number or of a vector
/// @param flag the type of a truth value or of a vector of them
/// @param math the class whose static methods are the functions, named as ops are
/// @param lookup that of the class, in whose package loops are defined
/// @param step the numbers of a value
record Dialect(
    ClassDesc value, ClassDesc flag, ClassDesc math, MethodHandles.Lookup lookup, int step) {}
