import dev.tendril.learn.LearnerProvider;
import dev.tendril.learn.ModelFormat;
import org.jspecify.annotations.NullMarked;

/// The `tendril` command: the only module that prints.
@NullMarked
module dev.tendril.cli {
  requires dev.tendril.forest;
  requires dev.tendril.formats;
  requires dev.tendril.machine;
  requires dev.tendril.plugin;
  requires dev.tendril.pose;
  requires info.picocli;
  requires jdk.httpserver;
  requires me.tongfei.progressbar;
  requires tools.jackson.databind;

  opens dev.tendril.cli to
      info.picocli;

  uses LearnerProvider;
  uses ModelFormat;
}
