package dev.tendril.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.plugin.layout.Code;
import dev.tendril.plugin.layout.Struct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The structures as Java has them are those that a C compiler makes of the header.
class AbiTest {
  @Test
  void layoutsAreThoseOfTheCompiler(@TempDir Path folder) throws IOException {
    StringBuilder source = new StringBuilder("#include \"tendril_plugin.h\"\nint main(void) {\n");
    List<String> expected = new ArrayList<>();
    for (Struct struct : Abi.STRUCTS) {
      String name = struct.name();
      source.append(
          String.format(Locale.ROOT, "  printf(\"%s %%zu\\n\", sizeof(%s));\n", name, name));
      expected.add(name + " " + struct.size());
      struct
          .fields()
          .forEach(
              (field, place) -> {
                source.append(
                    String.format(
                        Locale.ROOT,
                        "  printf(\"%s.%s %%zu %%zu\\n\", offsetof(%s, %s), sizeof(((%s *)0)->%s));\n",
                        name,
                        field,
                        name,
                        field,
                        name,
                        field));
                expected.add(name + "." + field + " " + place.offset() + " " + place.bytes());
              });
    }
    for (DType type : DType.values()) {
      source.append(String.format(Locale.ROOT, "  printf(\"TP_%s %%d\\n\", TP_%s);\n", type, type));
      expected.add("TP_" + type + " " + TypeNumber.of(type));
    }
    for (Code code : Code.values()) {
      source.append(String.format(Locale.ROOT, "  printf(\"TP_%s %%d\\n\", TP_%s);\n", code, code));
      expected.add("TP_" + code + " " + code.number());
    }
    for (Struct struct : Abi.STRUCTS) {
      long fields = struct.fields().values().stream().mapToLong(Struct.Field::bytes).sum();
      assertTrue(fields <= struct.size(), struct.name());
    }
    source.append("  return 0;\n}\n");
    Path file = folder.resolve("layout.c");
    Files.writeString(file, source);
    Path program = Gcc.compile(folder.resolve("layout"), List.of(file.toString()));
    assertEquals(String.join("\n", expected), Gcc.run(List.of(program.toString())).strip());
  }

  /// Nothing in the header is left out here.
  @Test
  void everyStructureIsDeclared() throws IOException {
    String header = Files.readString(Gcc.header().resolve("tendril_plugin.h"));
    List<String> inHeader =
        header
            .lines()
            .filter(line -> line.matches("} Tp\\w+;"))
            .map(line -> line.substring(2, line.length() - 1))
            .toList();
    assertEquals(inHeader, Abi.STRUCTS.stream().map(Struct::name).toList());
  }
}
