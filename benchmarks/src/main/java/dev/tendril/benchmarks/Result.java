package dev.tendril.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// A measurement: named values that print as one line of JSON.
final class Result {
  private static final MathContext DIGITS = new MathContext(7);

  private final Map<String, Object> values = new LinkedHashMap<>();

  Result(String suite) {
    values.put("suite", suite);
    values.put("date", LocalDate.now(ZoneOffset.UTC).toString());
  }

  /// Real numbers are kept to seven digits.
  Result put(String name, Object value) {
    values.put(
        name,
        value instanceof Double number && Double.isFinite(number)
            ? new BigDecimal(number).round(DIGITS).doubleValue()
            : value);
    return this;
  }

  /// Adds what the figures depend on: processor, Java and its options, and how busy the machine is.
  Result machine() {
    put("cpu", cpu());
    put("processors", Runtime.getRuntime().availableProcessors());
    put("java", System.getProperty("java.vendor.version") + " " + Runtime.version());
    put("heap_mb", Runtime.getRuntime().maxMemory() >> 20);
    return put("load", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static String cpu() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    } catch (IOException _) {
      return System.getProperty("os.arch");
    }
    return System.getProperty("os.arch");
  }

  @Override
  public String toString() {
    return JsonMapper.shared().writeValueAsString(values);
  }
}
