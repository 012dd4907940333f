package dev.tendril.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.learn.LearnerProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The manual is what the command says of itself. With `-Dtendril.docs=update` it is written anew.
class ManualTest {
  private static final Pattern COMMAND = Pattern.compile("(?m)^ {2}([a-z]+) {2,}");

  @Test
  void commandsAreDescribedAsTheyAre() throws IOException {
    StringBuilder manual =
        new StringBuilder(
            """
            # The command line

            What `tendril COMMAND --help` prints; a test keeps this page as it is there.
            """);
    String overview = printed("--help");
    section(manual, "tendril", overview);
    List<String> commands =
        COMMAND
            .matcher(overview.substring(overview.indexOf("Commands:")))
            .results()
            .map(command -> command.group(1))
            .filter(command -> !command.equals("help"))
            .toList();
    assertTrue(commands.contains("train"), overview);
    for (String command : commands) {
      section(manual, "tendril " + command, printed(command, "--help"));
    }
    check("docs/cli.md", manual.toString());
  }

  @Test
  void hyperparametersAreDescribedAsTheyAre() throws IOException {
    StringBuilder manual =
        new StringBuilder(
            """
            # Hyper-parameters

            What `tendril learners NAME` prints; a test keeps this page as it is there.
            """);
    for (LearnerProvider learner : LearnerProvider.all()) {
      section(manual, learner.name(), printed("learners", learner.name()));
    }
    check("docs/hyperparameters.md", manual.toString());
  }

  private static void section(StringBuilder manual, String title, String text) {
    manual.append("\n## ").append(title).append("\n\n```text\n");
    manual.append(text.strip()).append("\n```\n");
  }

  private static String printed(String... words) {
    Cli.Result result = Cli.run((Object[]) words);
    assertEquals(0, result.status(), result.err());
    return result.out();
  }

  private static void check(String name, String manual) throws IOException {
    Path file = Cli.root().resolve(name);
    if (System.getProperty("tendril.docs", "").equals("update")) {
      Files.writeString(file, manual);
    }
    assertEquals(
        manual,
        Files.readString(file),
        name + " is stale; -Dtest=ManualTest -Dtendril.docs=update writes it anew");
  }
}
