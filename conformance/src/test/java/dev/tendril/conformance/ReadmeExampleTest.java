package dev.tendril.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.Frame;
import dev.tendril.data.Split;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.Prediction;
import dev.tendril.forest.RandomForest;
import dev.tendril.learn.Predictions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Java example of the README is the method of this class, letter for letter, and prints what
/// the README says.
class ReadmeExampleTest {
  private static final String SOURCE =
      "conformance/src/test/java/dev/tendril/conformance/ReadmeExampleTest.java";

  @TempDir Path folder;

  // example begins
  static void penguins(Path csv, Path folder) {
    Split split = Frame.read(csv).split(0.3, 42);
    ForestModel model =
        RandomForest.classification("species", p -> p.numTrees = 500).train(split.train());
    System.out.println("accuracy: " + model.evaluate(split.test()).accuracy());

    Predictions many = model.predict(split.test());
    System.out.println("first of " + many.rows() + " rows: " + many.label(0));

    Prediction one = model.predict(Map.of("island", "Biscoe", "flipper_length_mm", 217));
    System.out.println("one row: " + one.label() + ", probability " + one.value());

    model.save(folder);
    System.out.println("loaded: " + ForestModel.load(folder));
  }

  // example ends

  @Test
  void readmeShowsTheCompiledExample() throws IOException {
    Path root = root();
    String source = Files.readString(root.resolve(SOURCE));
    String readme = block(root, "java");
    String method =
        source
            .substring(source.indexOf("// example begins\n"), source.indexOf("// example ends\n"))
            .replaceFirst("// example begins\n", "")
            .stripIndent()
            .strip();
    int body = readme.indexOf("static void");
    assertTrue(body >= 0, "the ```java block of README.md has no method");
    assertEquals(method, readme.substring(body).strip(), "README.md against " + SOURCE);
    List<String> imports = source.lines().filter(line -> line.startsWith("import ")).toList();
    readme
        .substring(0, body)
        .lines()
        .filter(line -> !line.isBlank())
        .forEach(line -> assertTrue(imports.contains(line), "README.md: " + line));
  }

  @Test
  void examplePrintsWhatTheReadmeSays() throws IOException {
    Path root = root();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream standard = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      penguins(root.resolve("examples/penguins.csv"), folder.resolve("model"));
    } finally {
      System.setOut(standard);
    }
    String output = printed.toString(StandardCharsets.UTF_8);
    List<String> lines = output.lines().toList();
    assertEquals(4, lines.size(), output);
    double accuracy = Double.parseDouble(lines.get(0).replace("accuracy: ", ""));
    assertTrue(accuracy > 0.95 && accuracy <= 1, output);
    assertTrue(lines.get(1).matches("first of 103 rows: (Adelie|Chinstrap|Gentoo)"), output);
    assertTrue(lines.get(2).matches("one row: Gentoo, probability (0\\.[5-9].*|1\\.0)"), output);
    assertEquals("loaded: random_forest of 500 trees for classification", lines.get(3));
    assertEquals(block(root, "text java"), output.strip(), "the output in README.md");
  }

  /// The only block of the README with this info string.
  private static String block(Path root, String info) throws IOException {
    String readme = Files.readString(root.resolve("README.md"));
    String fence = "```" + info + "\n";
    int begin = readme.indexOf(fence);
    int end = readme.indexOf("\n```", begin);
    assertTrue(begin >= 0 && end > begin, "README.md has no block " + fence);
    assertEquals(begin, readme.lastIndexOf(fence), "README.md has two blocks " + fence);
    return readme.substring(begin + fence.length(), end).strip();
  }

  static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (at.getParent() != null && !Files.exists(at.resolve("README.md"))) {
      at = at.getParent();
    }
    return at;
  }
}
