package dev.tendril.cli;

import picocli.CommandLine.Option;

/// The options of every command.
final class CommonOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this help.",
      order = 100)
  boolean help;

  @Option(
      names = "--stacktrace",
      description = "On a failure, print where in the program it happened.",
      order = 101)
  boolean stacktrace;
}
