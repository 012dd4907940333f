package dev.tendril.benchmarks;

import java.util.HashMap;
import java.util.Map;

/// Options of the form `--name value`.
record Arguments(Map<String, String> values) {
  static Arguments of(String[] args) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      if (!args[i].startsWith("--")) {
        throw new IllegalArgumentException(
            "argument \"" + args[i] + "\": expected an option such as --threads 1");
      }
      values.put(args[i].substring(2), args[i + 1]);
    }
    return new Arguments(values);
  }

  String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("option --" + name + " is missing");
    }
    return value;
  }

  int number(String name) {
    return Integer.parseInt(text(name));
  }
}
