package dev.tendril.plugin.pjrt;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// What a C compiler made of `pjrt_c_api.h`, version 0.114: where fields and functions are.
final class PjrtHeader {
  static final PjrtHeader NEWEST = read("pjrt-0.114.tsv");

  final Map<String, Long> sizes = new LinkedHashMap<>();
  final Map<String, Long> fields = new LinkedHashMap<>();
  final Map<String, Long> functions = new LinkedHashMap<>();

  private static PjrtHeader read(String name) {
    try (InputStream in = PjrtHeader.class.getResourceAsStream(name)) {
      return of(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static PjrtHeader of(String table) {
    PjrtHeader header = new PjrtHeader();
    for (String line : table.split("\n", -1)) {
      String[] row = line.split("\t", -1);
      switch (row[0]) {
        case "struct", "apistruct" -> header.sizes.put(row[1], Long.parseLong(row[2]));
        case "field" -> header.fields.put(row[1] + "." + row[2], Long.parseLong(row[4]));
        case "api" -> header.functions.put(row[2], Long.parseLong(row[3]));
        default -> {}
      }
    }
    return header;
  }

  /// The sizes of structures that are not as large in an older version.
  static Map<String, Long> older(int minor) {
    Map<String, Long> sizes = new HashMap<>();
    if (minor < 114) {
      sizes.put("PJRT_ExecuteOptions", minor <= 81 ? 112L : 120L);
    }
    if (minor <= 81) {
      sizes.put("PJRT_Device_MemoryStats_Args", 185L);
      sizes.put("PJRT_Executable_DeserializeAndLoad_Args", 64L);
    }
    return sizes;
  }

  long offset(String struct, String field) {
    return Objects.requireNonNull(fields.get(struct + "." + field), struct + "." + field);
  }

  long size(String struct) {
    return Objects.requireNonNull(sizes.get(struct), struct);
  }
}
