package dev.tendril.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where the report on a smaller graph goes.
final class ReportOptions {
  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "Write the report with all layers as one page that needs no other file.",
      order = 20)
  private @Nullable Path page;

  @Option(names = "--json", description = "Print the report as JSON.", order = 21)
  private boolean json;

  /// Checks that the page can be written.
  void require() {
    if (page != null) {
      Output.requireFile("--report", page);
    }
  }

  void print(Console console, SmallerReport report) {
    console.out().print(json ? report.json() + "\n" : report.text());
    if (page != null) {
      Output.write(page, report.html());
      console.note("wrote " + page);
    }
  }
}
