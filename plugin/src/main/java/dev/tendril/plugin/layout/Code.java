package dev.tendril.plugin.layout;

/// What a function of a plug-in returns; the numbers are those of gRPC.
public enum Code {
  OK(0),
  CANCELLED(1),
  UNKNOWN(2),
  INVALID_ARGUMENT(3),
  DEADLINE_EXCEEDED(4),
  NOT_FOUND(5),
  ALREADY_EXISTS(6),
  PERMISSION_DENIED(7),
  RESOURCE_EXHAUSTED(8),
  FAILED_PRECONDITION(9),
  ABORTED(10),
  OUT_OF_RANGE(11),
  UNIMPLEMENTED(12),
  INTERNAL(13),
  UNAVAILABLE(14),
  DATA_LOSS(15),
  UNAUTHENTICATED(16);

  private final int number;

  Code(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  private static final Code[] ALL = values();

  /// The name of a code, also of one that there is not.
  public static String text(int code) {
    return code >= 0 && code < ALL.length ? ALL[code].name() : "the unknown code " + code;
  }

  public static boolean isKnown(int code) {
    return code >= 0 && code < ALL.length;
  }
}
