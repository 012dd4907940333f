package dev.tendril.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A stream that after its first failure swallows what is written, and remembers why.
final class StandardStream extends OutputStream {
  private final OutputStream target;
  private @Nullable IOException failed;

  StandardStream(OutputStream target) {
    this.target = target;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (failed == null) {
      try {
        target.write(bytes, offset, length);
      } catch (IOException e) {
        failed = e;
      }
    }
  }

  @Override
  public void flush() {
    if (failed == null) {
      try {
        target.flush();
      } catch (IOException e) {
        failed = e;
      }
    }
  }

  /// Why writing failed; null when it did not, or when only the reader has gone.
  @Nullable String failure() {
    if (failed == null) {
      return null;
    }
    String reason = String.valueOf(failed.getMessage());
    return reason.toLowerCase(Locale.ROOT).contains("pipe") ? null : reason;
  }
}
