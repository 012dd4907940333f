package dev.tendril.cli;

import dev.tendril.core.TensorException;
import dev.tendril.pose.BlazePoseOptions;
import dev.tendril.pose.EstimationConfig;
import dev.tendril.pose.MoveNetOptions;
import dev.tendril.pose.Pose;
import dev.tendril.pose.PoseDetector;
import dev.tendril.pose.PoseJson;
import dev.tendril.pose.Topology;
import dev.tendril.pose.draw.SkeletonDrawing;
import dev.tendril.pose.image.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tendril pose`.
@Command(
    name = "pose",
    description = {
      "Finds people in pictures: their key points, and where asked for their outlines.",
      "INPUT is a picture, a folder of pictures, or - for frames of a video in rgb24 on standard"
          + " input.",
    },
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  tendril pose squat.png --model movenet-lightning --json",
      "  tendril pose frames --video --fps 30 --model blazepose-full --html replay.html",
      "  ffmpeg -i squats.mp4 -f rawvideo -pix_fmt rgb24 - |",
      "    tendril pose - --size 720x1280 --fps 30 --model blazepose-lite --out poses",
      "  tendril pose --live --model blazepose-lite"
    })
final class PoseCommand implements Callable<Integer> {
  private static final double MILLION = 1e6;

  private final Console console;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "INPUT",
      description = "A picture, a folder, or -.")
  private @Nullable String input;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "A model of `tendril models`, a .tflite file of MoveNet, or a folder with the two files of"
              + " BlazePose (default: movenet-lightning).",
      order = 1)
  private String model = "movenet-lightning";

  @Option(names = "--json", description = "Print the poses as JSON, one line a picture.", order = 2)
  private boolean json;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write pictures with skeletons, and poses.jsonl, there.",
      order = 3)
  private @Nullable Path out;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a page that plays the skeletons, with scores and angles over time.",
      order = 4)
  private @Nullable Path html;

  @Option(
      names = "--video",
      description = "The pictures of the folder are frames of one video, by their names.",
      order = 5)
  private boolean video;

  @Option(
      names = "--fps",
      paramLabel = "N",
      description = "Frames a second of the video (default: 30).",
      order = 6)
  private double fps = 30;

  @Option(
      names = "--size",
      paramLabel = "WxH",
      description = "The size of frames on standard input, in pixels.",
      order = 7)
  private @Nullable String size;

  @Option(
      names = "--max-poses",
      paramLabel = "N",
      description = "How many people to look for (default: 1, or all with a model for several).",
      order = 8)
  private int maxPoses;

  @Option(
      names = "--min-score",
      paramLabel = "S",
      description = "Below which key points are not drawn (default: 0.3).",
      order = 9)
  private double minScore = SkeletonDrawing.MIN_SCORE;

  @Option(names = "--no-smoothing", description = "Do not smooth key points over time.", order = 10)
  private boolean rough;

  @Option(
      names = "--segmentation",
      description = "Also tell which pixels belong to people (BlazePose).",
      order = 11)
  private boolean segmentation;

  @Option(names = "--flip", description = "Give poses as a mirror shows them.", order = 12)
  private boolean flip;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of a network's run (default: 0, one per processor).",
      order = 13)
  private int threads;

  @Option(
      names = "--live",
      paramLabel = "PORT",
      arity = "0..1",
      fallbackValue = "8600",
      description =
          "Instead of INPUT: serve a page to this machine that shows the poses in what a camera or a"
              + " video file shows, until interrupted (default port: 8600).",
      order = 14)
  private @Nullable Integer live;

  @Mixin CommonOptions common = new CommonOptions();

  PoseCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (html != null) {
      Output.requireFile("--html", html);
    }
    EstimationConfig config = new EstimationConfig(maxPoses, flip);
    if (live != null) {
      serve(config, live);
      return 0;
    }
    if (input == null) {
      throw new IllegalArgumentException("INPUT is missing: expected a picture, a folder, or -");
    }
    PictureSource source = PictureSource.of(input, video, fps, size);
    try (PoseDetector detector = detector()) {
      Run run = new Run(input, detector.topology());
      for (PictureSource.Frame frame = source.next(); frame != null; frame = source.next()) {
        if (frame.time() == null) {
          detector.reset();
        }
        long start = System.nanoTime();
        List<Pose> poses = detector.estimatePoses(frame.picture(), config, frame.time());
        run.take(frame, poses, System.nanoTime() - start);
      }
      run.finish();
    }
    return 0;
  }

  private void serve(EstimationConfig config, int port) {
    try (PoseDetector detector = detector();
        PoseServer server = new PoseServer(detector, config, minScore, port)) {
      console.line("Open %s in a browser; stop with Ctrl-C", server.address());
      console.out().flush();
      Thread.sleep(Duration.ofDays(Short.MAX_VALUE));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private PoseDetector detector() {
    return PoseDetector.create(
        model,
        switch (PoseDetector.options(model)) {
          case BlazePoseOptions options ->
              options
                  .withEnableSmoothing(!rough)
                  .withSegmentation(segmentation, !rough)
                  .withThreads(threads);
          case MoveNetOptions options -> {
            if (segmentation) {
              throw new IllegalArgumentException(
                  "--segmentation: the model " + model + " gives none; expected one of BlazePose");
            }
            yield options.withEnableSmoothing(!rough).withThreads(threads);
          }
        });
  }

  /// What becomes of the poses of all pictures.
  private final class Run {
    private final PoseReplay replay;
    private final StringBuilder lines = new StringBuilder();
    private long first;
    private long rest;
    private int count;

    Run(String title, Topology topology) {
      replay = new PoseReplay(title, topology, minScore);
    }

    void take(PictureSource.Frame frame, List<Pose> poses, long took) {
      if (count++ == 0) {
        first = took;
      } else {
        rest += took;
      }
      String line = PoseJson.of(poses);
      if (json) {
        console.line(line);
      } else {
        console.line("%-24s %s", frame.name(), words(poses));
      }
      if (html != null) {
        replay.add(frame, poses);
      }
      if (out != null) {
        lines.append(line).append('\n');
        draw(out.resolve(frame.name() + ".png"), frame.picture(), poses);
      }
    }

    private String words(List<Pose> poses) {
      if (poses.isEmpty()) {
        return "nobody";
      }
      StringBuilder text = new StringBuilder();
      for (Pose pose : poses) {
        long seen = pose.keypoints().stream().filter(p -> p.score() >= minScore).count();
        text.append(text.isEmpty() ? "" : "; ")
            .append(pose.id() == null ? "" : "#" + pose.id() + ": ")
            .append(
                String.format(
                    Locale.ROOT,
                    "score %.2f, %d of %d points",
                    pose.score(),
                    seen,
                    pose.topology().size()));
      }
      return text.toString();
    }

    private void draw(Path file, Picture picture, List<Pose> poses) {
      BufferedImage image = picture.toImage();
      new SkeletonDrawing(minScore).draw(image, poses);
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      try {
        ImageIO.write(image, "png", png);
        Files.createDirectories(file.toAbsolutePath().getParent());
      } catch (IOException e) {
        throw new TensorException("writing " + file + ": " + e.getMessage(), e);
      }
      Output.write(file, png.toByteArray());
    }

    void finish() {
      if (out != null && count > 0) {
        Output.write(out.resolve("poses.jsonl"), lines.toString());
      }
      if (html != null) {
        Output.write(html, replay.page());
      }
      if (count > 1) {
        double mean = rest / MILLION / (count - 1);
        console.note(
            String.format(
                Locale.ROOT,
                "%d pictures: %.0f ms for the first, then %.1f ms each (%.1f FPS)",
                count,
                first / MILLION,
                mean,
                1000 / mean));
      }
    }
  }
}
