package dev.tendril.learn;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Declares a public field of a [Hyperparameters] class as a hyper-parameter. The field's name in
/// snake case is the hyper-parameter's name, its initial value the default, its type the type; the
/// annotation adds meaning and range.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Hyperparameter {
  /// What it does, in a sentence or two.
  String value();

  /// The smallest legal value.
  double min() default Double.NEGATIVE_INFINITY;

  /// The largest legal value.
  double max() default Double.POSITIVE_INFINITY;

  /// Legal values outside the range that have a meaning of their own, such as -1 for "no limit".
  double[] special() default {};
}
