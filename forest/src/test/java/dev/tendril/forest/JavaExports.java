package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.data.Semantic;
import dev.tendril.learn.Predictions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Exports models to Java, compiles them with javac and compares what they predict.
final class JavaExports {
  private final Path folder;

  JavaExports(Path folder) {
    this.folder = folder;
  }

  void check(Map<String, ExportCase> cases) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                "--release",
                "8",
                "-Xlint:all,-options",
                "-Werror",
                "-d",
                folder.resolve("classes").toString()));
    for (Map.Entry<String, ExportCase> entry : cases.entrySet()) {
      Path source = folder.resolve(entry.getKey() + ".java");
      Files.writeString(source, entry.getValue().model().toJava("some.where." + entry.getKey()));
      command.add(source.toString());
    }
    String errors =
        new String(ExportTest.run(folder, command, new byte[0]), StandardCharsets.UTF_8);
    assertEquals("", errors);
    URL[] urls = {folder.resolve("classes").toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls)) {
      for (Map.Entry<String, ExportCase> entry : cases.entrySet()) {
        Class<?> type = loader.loadClass("some.where." + entry.getKey());
        check(type, entry.getValue());
      }
    }
  }

  private static void check(Class<?> type, ExportCase given)
      throws IllegalAccessException,
          InvocationTargetException,
          NoSuchFieldException,
          NoSuchMethodException {
    Exported rows = new Exported(given.model(), given.frame());
    Predictions expected = given.model().predict(given.frame());
    Method predict =
        Arrays.stream(type.getMethods())
            .filter(method -> method.getName().equals("predict"))
            .findFirst()
            .orElseThrow();
    int outputs = given.model().outputs();
    assertEquals(outputs, type.getField("OUTPUTS").getInt(null));
    float[] actual = new float[given.frame().rows() * outputs];
    for (int row = 0; row < given.frame().rows(); row++) {
      float[] out = new float[outputs];
      List<Object> arguments = new ArrayList<>(List.of(rows.values.get(row)));
      if (Exported.has(given.model(), Semantic.CATEGORICAL_SET)) {
        arguments.add(rows.sets.get(row));
      }
      if (Exported.has(given.model(), Semantic.NUMERICAL_VECTOR_SEQUENCE)) {
        arguments.add(rows.sequences.get(row));
      }
      arguments.add(out);
      predict.invoke(null, arguments.toArray());
      System.arraycopy(out, 0, actual, row * outputs, outputs);
    }
    assertArrayEquals(expected.values(), actual, type.getName());
    if (!given.model().classes().isEmpty()) {
      assertArrayEquals(
          given.model().classes().toArray(), (Object[]) type.getField("CLASSES").get(null));
    }
    if (type.getSimpleName().startsWith("large")) {
      Method small = type.getMethod("categoryOfSmall", String.class);
      Method many = type.getMethod("categoryOfManywords", String.class);
      assertEquals(4, small.invoke(null, "v3"));
      assertEquals(0, small.invoke(null, "never seen"));
      assertEquals(2500, many.invoke(null, "v2499"));
      assertEquals(1, type.getField("MANYWORDS").getInt(null));
    }
  }
}
