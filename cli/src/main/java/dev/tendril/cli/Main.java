package dev.tendril.cli;

import dev.tendril.learn.Version;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/// The `tendril` command. A failure is one line on standard error and an exit status: 2 for wrong
/// use, 1 for everything else.
@Command(
    name = "tendril",
    description = "Machine learning from a table to a model that predicts, in pure Java.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Main.VersionText.class,
    footerHeading = "%nExample:%n",
    footer = {
      "  tendril train penguins.csv --label species --out penguins-model",
      "  tendril predict penguins-model penguins.csv",
      "",
      "tendril COMMAND --help tells more about a command.",
    })
public final class Main implements Runnable {
  /// Exit status of wrong use.
  static final int WRONG_USE = 2;

  /// Exit status of every other failure.
  static final int FAILURE = 1;

  private static final int HELP_WIDTH = 100;

  private final Console console;

  private Main(Console console) {
    this.console = console;
  }

  public static void main(String[] args) {
    System.exit(run(args, Console.ofSystem()));
  }

  /// Runs a command.
  ///
  /// @param args the words after `tendril`
  /// @return the exit status: 0 on success, 2 on wrong use, 1 otherwise
  static int run(String[] args, Console console) {
    CommandLine tendril = commandLine(console);
    List<Object> commands =
        List.of(
            new TrainCommand(console),
            new TuneCommand(console),
            new EvaluateCommand(console),
            new PredictCommand(console),
            new AnalyzeCommand(console),
            new ShowCommand(console),
            new ConvertCommand(console),
            new QuantizeCommand(console),
            new PruneCommand(console),
            new BenchmarkCommand(console),
            new RunCommand(console),
            new PoseCommand(console),
            new ModelsCommand(console),
            new DevicesCommand(console),
            new PluginCommand(console),
            new LearnersCommand(console),
            new DoctorCommand(console),
            new HelpCommand());
    commands.forEach(tendril::addSubcommand);
    settings(tendril, console);
    return console.finish(execute(tendril, args, console));
  }

  private static int execute(CommandLine tendril, String[] args, Console console) {
    try {
      return tendril.execute(args);
    } catch (OutOfMemoryError e) {
      console.note(
          "tendril: out of memory ("
              + e.getMessage()
              + "): give Java more, for example JDK_JAVA_OPTIONS=-Xmx8g, or use fewer rows or"
              + " columns");
      return FAILURE;
    }
  }

  private static CommandLine commandLine(Console console) {
    return new CommandLine(new Main(console));
  }

  private static void settings(CommandLine tendril, Console console) {
    Failures failures = new Failures(console);
    tendril
        .setOut(console.writer())
        .setErr(console.errorWriter())
        .setColorScheme(Help.defaultColorScheme(console.colors() ? Help.Ansi.ON : Help.Ansi.OFF))
        .setUsageHelpWidth(HELP_WIDTH)
        .setExpandAtFiles(false)
        .setOptionsCaseInsensitive(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures);
  }

  @Override
  public void run() {
    throw new ParameterException(commandLine(console), "a command is missing");
  }

  /// The version with that of Java.
  static final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"tendril " + Version.current()};
    }
  }
}
