package dev.tendril.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which rows an evaluation takes for anomalies.
final class AnomalyMark {
  @Option(
      names = "--anomaly",
      paramLabel = "VALUE",
      description =
          "For anomaly: the label's value that marks an anomaly in evaluations. Default: 1 or true.",
      order = 9)
  @Nullable String value;
}
