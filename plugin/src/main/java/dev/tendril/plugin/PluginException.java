package dev.tendril.plugin;

import dev.tendril.core.TensorException;

/// A function of a plug-in failed, with the plug-in's own words, or gave what makes no sense.
public final class PluginException extends TensorException {
  private static final long serialVersionUID = 1;

  private final int code;

  /// @param code the number of a status
  /// @param message one line, which names the plug-in
  public PluginException(int code, String message) {
    super(message);
    this.code = code;
  }

  /// The number of the status that the plug-in returned; 13, internal, for what makes no sense.
  public int code() {
    return code;
  }
}
