package dev.tendril.forest.export;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// Makes identifiers of the names of columns and categories, all different, and checks those that a
/// user gave.
final class Names {
  private static final Set<String> KEYWORDS =
      Set.of(
          ("abstract assert boolean break byte case catch char class const continue default do"
                  + " double else enum extends final finally float for goto if implements import"
                  + " instanceof int interface long native new package private protected public"
                  + " return short static strictfp super switch synchronized this throw throws"
                  + " transient try void volatile while true false null _ var record yield sealed"
                  + " permits")
              .split(" "));

  private final Set<String> taken = new HashSet<>();

  Names(String... reserved) {
    taken.addAll(List.of(reserved));
  }

  /// Reserves what nodes test, too.
  Names withKinds() {
    for (Kind kind : Kind.values()) {
      taken.add(kind.name());
    }
    return this;
  }

  /// An identifier in capitals, such as `BILL_LENGTH_MM`.
  String constant(String text) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (plain) {
        name.append(c);
      } else if (name.length() > 0 && name.charAt(name.length() - 1) != '_') {
        name.append('_');
      }
    }
    String base = name.toString().replaceAll("_+$", "").toUpperCase(Locale.ROOT);
    if (base.isEmpty()) {
      base = "OTHER";
    } else if (Character.isDigit(base.charAt(0))) {
      base = "N_" + base;
    }
    String unique = base;
    for (int i = 2; !taken.add(unique); i++) {
      unique = base + "_" + i;
    }
    return unique;
  }

  /// `BILL_LENGTH_MM` as `BillLengthMm`.
  static String camel(String constant) {
    return Arrays.stream(constant.split("_"))
        .map(
            word ->
                word.isEmpty() ? "_" : word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  /// @throws IllegalArgumentException when it names no class
  static void requireClass(String name) {
    for (String part : name.split("\\.", -1)) {
      if (!part.matches("[A-Za-z_$][A-Za-z0-9_$]*") || KEYWORDS.contains(part)) {
        throw new IllegalArgumentException(
            "\""
                + name
                + "\" cannot name a Java class; expected a name such as Penguins or"
                + " com.example.Penguins");
      }
    }
  }

  /// @throws IllegalArgumentException when no identifier of C begins so
  static void requirePrefix(String prefix) {
    if (!prefix.matches("[A-Za-z][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException(
          "\"" + prefix + "\" cannot begin the names in a C header; expected one such as penguins");
    }
  }
}
