package dev.tendril.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorScope;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Gradients;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.op.Activation;
import dev.tendril.core.run.Devices;
import dev.tendril.core.run.Function;
import dev.tendril.core.run.Ops;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import dev.tendril.data.Frame;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.IsolationForest;
import dev.tendril.forest.RandomForest;
import dev.tendril.formats.Npy;
import dev.tendril.formats.onnx.OnnxModel;
import dev.tendril.formats.tensorflow.SavedModel;
import dev.tendril.formats.tensorflow.TfjsModel;
import dev.tendril.formats.tflite.TfliteModel;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.UpliftMetrics;
import dev.tendril.pose.Pose;
import dev.tendril.pose.PoseDetector;
import dev.tendril.pose.exercise.Joint;
import dev.tendril.pose.exercise.RepetitionCounter;
import dev.tendril.pose.image.Picture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Java examples of how-to pages are the methods of this class, letter for letter, and print
/// what the pages say.
class HowtoExamplesTest {
  private static final String SOURCE =
      "conformance/src/test/java/dev/tendril/conformance/HowtoExamplesTest.java";

  @TempDir Path folder;

  // find-anomalies begins
  static void oddest(Path csv) {
    Frame penguins = Frame.read(csv);
    ForestModel model = IsolationForest.anomalyDetection().train(penguins);
    float[] scores = model.predict(penguins).values();
    int oddest = 0;
    for (int row = 1; row < scores.length; row++) {
      oddest = scores[row] > scores[oddest] ? row : oddest;
    }
    System.out.printf("row %d scores %.3f%n", oddest + 1, scores[oddest]);
  }

  // find-anomalies ends

  // uplift begins
  static void campaign(Path train, Path test) {
    ForestModel model =
        RandomForest.of(Inputs.categoricalUplift("bought", "mailed"), p -> p.minExamples = 50)
            .train(Frame.read(train));
    Frame rows = model.read(test.toString());
    UpliftMetrics quality = model.evaluate(rows).uplift();
    System.out.printf("qini %.4f, mean effect %.4f%n", quality.qini().value(), quality.effect());
    System.out.printf("effect on the first row: %.3f%n", model.predict(rows).value(0));
  }

  // uplift ends

  // graphs-of-models begins
  static void inGraphs(Path csv) {
    Frame penguins = Frame.read(csv);
    ForestModel model =
        RandomForest.of(
                Inputs.classification("species")
                    .withFeatures("island", "bill_length_mm", "flipper_length_mm"),
                p -> p.numTrees = 50)
            .train(penguins);
    Graph graph = model.graph();
    System.out.print(graph.toText());

    List<Tensor> operands = model.operands(penguins);
    try (Executable ready = Devices.current().compile(graph, CompileOptions.DEFAULT)) {
      float[] probabilities = ready.run(operands).getFirst().toFloatArray();
      boolean same = Arrays.equals(probabilities, model.predict(penguins).values());
      System.out.println("the same bits as the model: " + same);
    }

    Function forest = Function.of(graph);
    Tensor weights = Tensor.of(new float[] {-0.1f, 0, 0.1f}, 1, 3);
    Tensor bias = Tensor.vector(20f, 0, -20);
    Function mixed =
        Function.traceAll(
            "mixed",
            inputs -> {
              Tensor flipper = Ops.stack(1, inputs.get(2));
              Tensor scores = Ops.dense(flipper, weights, bias, Activation.NONE);
              Tensor trees = forest.callAll(inputs).getFirst();
              Tensor sum = Ops.add(trees, Ops.softmax(scores, 1));
              return List.of(Ops.div(sum, Tensor.scalar(2f)));
            });
    Tensor first = mixed.callAll(operands).getFirst();
    System.out.printf("%.3f %.3f %.3f%n", first.get(0), first.get(1), first.get(2));
  }

  // graphs-of-models ends

  // tensors-and-graphs begins
  static void tensors() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor w = Tensor.of(new float[] {1, 0, 0, 1, 1, 1}, 3, 2);
    System.out.println(Ops.matmul(x, w));

    Tensor largest;
    try (TensorScope scope = TensorScope.open()) {
      Tensor hidden = Ops.relu(Ops.matmul(x, w));
      largest = scope.keep(Ops.maximum(hidden));
    }
    System.out.println(largest);

    Function model = Function.trace("model", v -> Ops.softmax(Ops.relu(Ops.matmul(v, w)), -1));
    System.out.printf("%.4f%n", model.call(x).get(0));
    System.out.print(model.graph(TensorType.of(DType.F32, Shape.ANY, 3)).toText());

    Graph loss = Function.trace("loss", v -> Ops.sum(Ops.square(Ops.matmul(v, w)))).graph(x.type());
    Function slope = Function.of(Gradients.of(loss, 0, List.of(0)));
    System.out.println(slope.callAll(List.of(x)));
  }

  // tensors-and-graphs ends

  // run-a-tflite-model begins
  static void lite(Path file, Path numbers) {
    Tensor x = Npy.read(numbers);
    TfliteModel model = TfliteModel.read(file);
    Function function = Function.of(model.graph(List.of(x.type())));
    Tensor y = function.call(x);
    System.out.printf("%s: %.4f %.4f %.4f%n", y.type(), y.get(0), y.get(1), y.get(2));
  }

  // run-a-tflite-model ends

  // find-poses begins
  static void squats(List<Path> frames, String model) {
    RepetitionCounter counter = new RepetitionCounter(110, 150);
    try (PoseDetector detector = PoseDetector.create(model)) {
      for (int i = 0; i < frames.size(); i++) {
        Duration time = Duration.ofMillis(200L * (i + 1));
        for (Pose pose : detector.estimatePoses(Picture.read(frames.get(i)), time)) {
          double left = Joint.LEFT_KNEE.angle(pose, 0.5);
          double right = Joint.RIGHT_KNEE.angle(pose, 0.5);
          counter.add((left + right) / 2, time);
        }
      }
    }
    for (RepetitionCounter.Repetition one : counter.repetitions()) {
      long degrees = Math.round(one.range() / 10) * 10;
      System.out.printf(
          "%.1f s, knees bent by about %d degrees%n", one.length().toMillis() / 1000.0, degrees);
    }
  }

  // find-poses ends

  // convert-models begins
  static void convert(Graph graph, Path numbers, Path folder) {
    OnnxModel.of(graph).write(folder.resolve("mlp.onnx"));
    SavedModel.of(graph).write(folder.resolve("saved"));
    TfjsModel.of(graph).write(folder.resolve("web"), TfjsModel.Weights.UINT8);

    Tensor x = Npy.read(numbers);
    Graph same = OnnxModel.read(folder.resolve("mlp.onnx")).graph(List.of(x.type()));
    Graph small = TfjsModel.read(folder.resolve("web")).graph(List.of(x.type()));
    System.out.printf("%.4f%n", Function.of(same).call(x).get(0));
    System.out.printf("%.4f with 256 steps%n", Function.of(small).call(x).get(0));
  }

  // convert-models ends

  @Test
  void otherForms() throws IOException {
    Path examples = root().resolve("examples");
    Path numbers = examples.resolve("mlp-input.npy");
    Graph graph = Graph.parse(Files.readString(examples.resolve("mlp.tendril")));
    agrees(root(), "convert-models", printed(() -> convert(graph, numbers, folder)));
  }

  @Test
  void modelsOfTensorFlowLite() throws IOException {
    Path examples = root().resolve("examples");
    Path file = folder.resolve("mlp.tflite");
    TfliteModel.of(Graph.parse(Files.readString(examples.resolve("mlp.tendril")))).write(file);
    agrees(
        root(), "run-a-tflite-model", printed(() -> lite(file, examples.resolve("mlp-input.npy"))));
  }

  @Test
  void poses() throws IOException {
    List<Path> frames = new ArrayList<>();
    for (int i = 1; i <= 24; i++) {
      frames.add(Shared.file("pose/frames/squats_%03d.jpg".formatted(i)));
    }
    Path models = Files.createDirectory(folder.resolve("models"));
    for (String name : List.of("pose_detection.tflite", "pose_landmark_lite.tflite")) {
      Files.copy(Shared.file("pose/models/" + name), models.resolve(name));
    }
    agrees(root(), "find-poses", printed(() -> squats(frames, models.toString())));
  }

  @Test
  void tensorsAndGraphs() throws IOException {
    agrees(root(), "tensors-and-graphs", printed(HowtoExamplesTest::tensors));
  }

  @Test
  void graphsOfModels() throws IOException {
    Path root = root();
    agrees(
        root, "graphs-of-models", printed(() -> inGraphs(root.resolve("examples/penguins.csv"))));
  }

  @Test
  void anomalies() throws IOException {
    Path root = root();
    agrees(root, "find-anomalies", printed(() -> oddest(root.resolve("examples/penguins.csv"))));
  }

  @Test
  void uplift() throws IOException {
    Path train = folder.resolve("train.csv");
    Path test = folder.resolve("test.csv");
    write(train, test);
    agrees(root(), "uplift", printed(() -> campaign(train, test)));
  }

  private static void agrees(Path root, String page, String printed) throws IOException {
    String source = Files.readString(root.resolve(SOURCE));
    String begin = "// " + page + " begins\n";
    String method =
        source
            .substring(
                source.indexOf(begin) + begin.length(), source.indexOf("// " + page + " ends"))
            .stripIndent()
            .strip();
    String text = Files.readString(root.resolve("docs/howto/" + page + ".md"));
    assertTrue(text.contains("```java\n" + method + "\n```"), page + ".md lacks\n" + method);
    assertTrue(
        text.contains("```text\n" + printed.strip() + "\n```"), page + ".md lacks\n" + printed);
  }

  private static String printed(Runnable example) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream standard = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      example.run();
    } finally {
      System.setOut(standard);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  private static long state;

  private static double draw() {
    state = state * 16807 % 2147483647;
    return state / 2147483647.0;
  }

  /// The tables that the page makes by awk.
  private static void write(Path train, Path test) throws IOException {
    state = 1;
    String header = "age,visits,newsletter,mailed,bought\n";
    StringBuilder[] tables = {new StringBuilder(header), new StringBuilder(header)};
    for (int row = 0; row < 4000; row++) {
      int age = 18 + (int) (60 * draw());
      int visits = (int) (10 * draw());
      String letter = draw() < 0.5 ? "yes" : "no";
      int mailed = draw() < 0.5 ? 1 : 0;
      double effect = age < 40 && letter.equals("no") ? 0.25 : visits > 7 ? -0.15 : 0;
      int bought = draw() < 0.1 + visits / 40.0 + mailed * effect ? 1 : 0;
      tables[row % 2].append(
          age + "," + visits + "," + letter + "," + mailed + "," + bought + "\n");
    }
    Files.writeString(train, tables[0]);
    Files.writeString(test, tables[1]);
  }

  private static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (at.getParent() != null && !Files.exists(at.resolve("README.md"))) {
      at = at.getParent();
    }
    return at;
  }
}
