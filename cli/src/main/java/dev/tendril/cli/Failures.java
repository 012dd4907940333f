package dev.tendril.cli;

import dev.tendril.core.TensorException;
import dev.tendril.data.TendrilException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Turns every failure into one line and an exit status. A stack trace is printed only when
/// `--stacktrace` asks for it.
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final Console console;

  Failures(Console console) {
    this.console = console;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    say(
        name,
        lowerCase(oneLine(String.valueOf(e.getMessage())))
            + suggestion(e)
            + "; see "
            + name
            + " --help");
    return Main.WRONG_USE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    boolean trace = parsed.hasMatchedOption("--stacktrace");
    for (ParseResult one = parsed; one.hasSubcommand(); one = one.subcommand()) {
      trace |= one.subcommand().hasMatchedOption("--stacktrace");
    }
    if (trace) {
      console.out().flush();
      e.printStackTrace(console.err());
    }
    String name = command.getCommandSpec().qualifiedName();
    String message = oneLine(String.valueOf(e.getMessage()));
    switch (e) {
      case ParameterException wrong -> {
        return handleParseException(wrong, new String[0]);
      }
      case TendrilException _, TensorException _ -> say(name, message);
      case IllegalArgumentException _ -> {
        say(name, message);
        return Main.WRONG_USE;
      }
      default ->
          say(
              name,
              "failed unexpectedly: "
                  + e.getClass().getSimpleName()
                  + (e.getMessage() == null ? "" : ": " + message)
                  + (trace ? "" : "; --stacktrace shows where"));
    }
    return Main.FAILURE;
  }

  private void say(String command, String message) {
    console.note(command + ": " + message);
  }

  private static String suggestion(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> near = unmatched.getSuggestions();
      return near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
    }
    return "";
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  private static String lowerCase(String message) {
    return message.isEmpty()
        ? message
        : message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }
}
