package dev.tendril.plugin;

/// A finding about a plug-in.
///
/// @param name what was checked
/// @param text why it failed, or what was found; may be empty
public record Check(String name, State state, String text) {
  /// How it stands.
  public enum State {
    /// As it should be.
    OK,
    /// Against the rules.
    FAIL,
    /// Not checked, as the plug-in does not offer it or something before failed.
    SKIPPED,
    /// The process ended.
    CRASH
  }

  /// Whether it speaks against the plug-in.
  public boolean isBad() {
    return state == State.FAIL || state == State.CRASH;
  }

  String line() {
    return state + "\t" + name + "\t" + text.replace('\t', ' ').replace('\n', ' ');
  }
}
