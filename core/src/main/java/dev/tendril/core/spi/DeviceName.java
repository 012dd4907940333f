package dev.tendril.core.spi;

import dev.tendril.core.TensorException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a device is called. Written short, `GPU:0`; in full `/device:GPU:0`, or
/// `/physical_device:GPU:0` where the thing itself is meant and not the share of it that a program
/// uses.
///
/// @param type capitals and underscores, beginning with a capital
/// @param index from 0, among those of its type
public record DeviceName(String type, int index) {
  private static final Pattern TYPE = Pattern.compile("[A-Z][A-Z_]*");
  private static final Pattern FORM =
      Pattern.compile(
          "(?:/job:\\w+)?(?:/replica:\\d+)?(?:/task:\\d+)?(?:/physical_device:|/device:|/)?"
              + "([a-z][a-z_]*):(\\d{1,6})",
          Pattern.CASE_INSENSITIVE);

  /// The processor that Java runs on.
  public static final DeviceName HOST = new DeviceName("CPU", 0);

  public DeviceName {
    checkType(type);
    if (index < 0) {
      throw new TensorException("device " + type + ":" + index + ": expected an index from 0 on");
    }
  }

  /// @throws TensorException when it is not of capitals and underscores
  public static void checkType(String type) {
    if (!TYPE.matcher(type).matches()) {
      throw new TensorException(
          "the type of device \""
              + type
              + "\": expected capitals and underscores, beginning with a capital, such as GPU");
    }
  }

  /// Reads a name: `GPU:0`, `gpu:0`, `/GPU:0`, `/device:GPU:0`, `/physical_device:GPU:0`, also with
  /// `/job:localhost/replica:0/task:0` in front. Letters may be small.
  ///
  /// @throws TensorException when it is none
  public static DeviceName parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TensorException(
          "device \"" + text + "\": expected a type and an index, such as GPU:0 or /device:GPU:0");
    }
    return new DeviceName(
        matcher.group(1).toUpperCase(Locale.ROOT), Integer.parseInt(matcher.group(2)));
  }

  public boolean isHost() {
    return equals(HOST);
  }

  /// Such as `/physical_device:GPU:0`.
  public String physical() {
    return "/physical_device:" + this;
  }

  /// Such as `/device:GPU:0`.
  public String logical() {
    return "/device:" + this;
  }

  /// Such as `GPU:0`.
  @Override
  public String toString() {
    return type + ":" + index;
  }
}
