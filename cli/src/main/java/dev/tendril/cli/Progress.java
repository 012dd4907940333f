package dev.tendril.cli;

import dev.tendril.learn.TrainOptions;
import java.io.PrintStream;
import java.util.function.Consumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// A line on a terminal that shows how far training has come and how long it will take. It is
/// redrawn in place and gone when training ends; elsewhere than on a terminal nothing is shown.
final class Progress implements Consumer<TrainOptions.Progress>, AutoCloseable {
  private static final int INTERVAL_MILLIS = 200;

  private final Console console;
  private final boolean shown;
  private @Nullable ProgressBar bar;

  /// @param quiet whether the user wants none
  Progress(Console console, boolean quiet) {
    this.console = console;
    this.shown = console.terminal() && !quiet;
  }

  @Override
  public void accept(TrainOptions.Progress progress) {
    if (!shown) {
      return;
    }
    ProgressBar line = bar;
    if (line == null) {
      line =
          new ProgressBarBuilder()
              .setTaskName("training " + progress.unit())
              .setInitialMax(progress.total())
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(INTERVAL_MILLIS)
              .setConsumer(new Line(console.err(), console.columns()))
              .build();
      bar = line;
    }
    line.stepTo(progress.done());
    line.setExtraMessage(" " + progress.status());
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  /// One line that is drawn over itself.
  private static final class Line implements ProgressBarConsumer {
    private final PrintStream err;
    private final int width;

    Line(PrintStream err, int columns) {
      this.err = err;
      this.width = columns - 1;
    }

    @Override
    public int getMaxRenderedLength() {
      return width;
    }

    @Override
    public void accept(String rendered) {
      err.print('\r' + Words.padded(rendered, width));
      err.flush();
    }

    @Override
    public void close() {
      err.print('\r' + " ".repeat(width) + '\r');
      err.flush();
    }
  }
}
