package dev.tendril.core.spi;

import org.jspecify.annotations.Nullable;

/// Whether something can be computed: yes, or no and why.
///
/// @param reason one line, such as `f64: vectors are of f32 only`; null for yes
public record Support(@Nullable String reason) {
  public static final Support YES = new Support(null);

  public static Support no(String reason) {
    return new Support(reason);
  }

  public boolean isYes() {
    return reason == null;
  }
}
