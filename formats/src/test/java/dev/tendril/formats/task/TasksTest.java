package dev.tendril.formats.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.formats.Mutations;
import dev.tendril.formats.tflite.TfliteMetadata;
import dev.tendril.formats.tflite.TfliteModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Models with what their makers say of them, written as TensorFlow Lite's tools do.
class TasksTest {
  private static final int NORMALIZATION = 1;
  private static final int WORDS = 6;

  @TempDir private Path folder;

  private static int file(FlatBufferBuilder b, String name, int type) {
    int text = b.createString(name);
    b.startTable(5);
    b.addOffset(0, text, 0);
    b.addByte(2, (byte) type, 0);
    return b.endTable();
  }

  private static int floats(FlatBufferBuilder b, float value) {
    b.startVector(4, 1, 4);
    b.addFloat(value);
    return b.endVector();
  }

  private static int unit(FlatBufferBuilder b, int type, int options) {
    b.startTable(2);
    b.addByte(0, (byte) type, 0);
    b.addOffset(1, options, 0);
    return b.endTable();
  }

  private static int tensor(FlatBufferBuilder b, int unit, int file) {
    int units = unit == 0 ? 0 : b.createVectorOfTables(new int[] {unit});
    int files = file == 0 ? 0 : b.createVectorOfTables(new int[] {file});
    b.startTable(7);
    b.addOffset(4, units, 0);
    b.addOffset(6, files, 0);
    return b.endTable();
  }

  private static byte[] metadata(FlatBufferBuilder b, int input, int... outputs) {
    int inputs = b.createVectorOfTables(new int[] {input});
    int results = b.createVectorOfTables(outputs);
    b.startTable(7);
    b.addOffset(2, inputs, 0);
    b.addOffset(3, results, 0);
    int subgraphs = b.createVectorOfTables(new int[] {b.endTable()});
    int name = b.createString("colors");
    b.startTable(8);
    b.addOffset(0, name, 0);
    b.addOffset(3, subgraphs, 0);
    b.finish(b.endTable(), "M001");
    return b.sizedByteArray();
  }

  private Path model(Graph graph, byte[] metadata, Map<String, String> files) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(TfliteModel.of(graph).withMetadata(TfliteMetadata.KEY, metadata).toBytes());
    ZipOutputStream zip = new ZipOutputStream(all);
    for (Map.Entry<String, String> file : files.entrySet()) {
      zip.putNextEntry(new ZipEntry(file.getKey()));
      zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
    }
    zip.finish();
    return Files.write(folder.resolve("model.tflite"), all.toByteArray());
  }

  /// The mean of each color, from -1 to 1.
  private Path colors() throws IOException {
    GraphBuilder b = Graph.builder("colors");
    Value x = b.input("x", TensorType.of(DType.F32, 1, 4, 6, 3));
    Value mean = b.add(new Reduce.Reduction(Reduce.Kind.MEAN, List.of(1, 2), false), x);
    FlatBufferBuilder f = new FlatBufferBuilder();
    int middle = floats(f, 127.5f);
    int half = floats(f, 127.5f);
    f.startTable(2);
    f.addOffset(0, middle, 0);
    f.addOffset(1, half, 0);
    int normal = unit(f, NORMALIZATION, f.endTable());
    int input = tensor(f, normal, 0);
    int output = tensor(f, 0, file(f, "labels.txt", 2));
    return model(
        b.output("y", mean).build(),
        metadata(f, input, output),
        Map.of("labels.txt", "red\ngreen\nblue\n"));
  }

  private static RgbImage teal() {
    byte[] pixels = new byte[3 * 10 * 10];
    for (int i = 0; i < pixels.length; i += 3) {
      pixels[i + 1] = (byte) 255;
      pixels[i + 2] = (byte) 153;
    }
    return new RgbImage(10, 10, pixels);
  }

  @Test
  void picturesAreClassified() throws IOException {
    List<Category> found = ImageClassifier.read(colors()).classify(teal(), 2);
    assertEquals(
        List.of(new Category(1, "green", 1), new Category(2, "blue", 0.2f)).toString(),
        found.stream()
            .map(c -> new Category(c.index(), c.label(), Math.round(c.score() * 1000) / 1000f))
            .toList()
            .toString());
  }

  @Test
  void pixelsOfBytesGoInAsTheyAre() {
    GraphBuilder b = Graph.builder("bytes");
    TensorType type = TensorType.of(DType.I8, 1, 10, 10, 3).with(Quant.of(1 / 255f, -128));
    Value x = b.input("x", type);
    Value mean =
        b.addQuantized(
            new Reduce.Reduction(Reduce.Kind.MEAN, List.of(1, 2), false),
            Quant.of(1 / 255f, -128),
            x);
    Path file = folder.resolve("bytes.tflite");
    TfliteModel.of(b.output("y", mean).build()).write(file);
    Category first = ImageClassifier.read(file).classify(teal(), 1).getFirst();
    assertEquals(1, first.index());
    assertEquals(1, first.score(), 1e-6);
  }

  @Test
  void pixelsAreTold() throws IOException {
    GraphBuilder b = Graph.builder("masks");
    Value x = b.input("x", TensorType.of(DType.F32, 1, 2, 2, 3));
    Value scale = b.constant(Tensor.vector(1f, 1f, 2f));
    Value y = b.add(new Pointwise.Binary(BinaryKind.MUL), x, scale);
    Path file = folder.resolve("masks.tflite");
    TfliteModel.of(b.output("y", y).build()).write(file);
    Segmentation found = ImageSegmenter.read(file).segment(teal());
    assertArrayEquals(new int[] {2, 2, 2, 2}, found.classes());
    assertEquals(2, found.at(1, 1));
  }

  @Test
  void boxesAreRead() {
    GraphBuilder b = Graph.builder("boxes");
    Value x = b.input("x", TensorType.of(DType.F32, 1, 2, 2, 3));
    Value zero =
        b.add(
            new Pointwise.Binary(BinaryKind.MUL),
            b.add(new Reduce.Reduction(Reduce.Kind.SUM, List.of(0, 1, 2, 3), false), x),
            b.constant(Tensor.scalar(0f)));
    String[] names = {"boxes", "classes", "scores", "count"};
    Tensor[] results = {
      Tensor.of(new float[] {0.1f, 0.2f, 0.5f, 0.6f, 0, 0, 1, 1}, 1, 2, 4),
      Tensor.of(new float[] {3, 1}, 1, 2),
      Tensor.of(new float[] {0.4f, 0.9f}, 1, 2),
      Tensor.of(new float[] {2}, 1)
    };
    for (int i = 0; i < 4; i++) {
      b.output(names[i], b.add(new Pointwise.Binary(BinaryKind.ADD), b.constant(results[i]), zero));
    }
    Path file = folder.resolve("boxes.tflite");
    TfliteModel.of(b.build()).write(file);
    List<Detection> found = ObjectDetector.read(file).detect(teal(), 5, 0.3f);
    assertEquals(
        "Detection[category=Category[index=1, label=, score=0.9], left=0.0, top=0.0, right=1.0,"
            + " bottom=1.0]",
        found.get(0).toString());
    assertEquals(0.2f, found.get(1).left());
    assertEquals(1, ObjectDetector.read(file).detect(teal(), 5, 0.5f).size());
  }

  /// Scores count how often good and bad words occur.
  @Test
  void textsAreClassified() throws IOException {
    GraphBuilder b = Graph.builder("words");
    Value x = b.input("x", TensorType.of(DType.I32, 1, 8));
    Value votes = b.constant(Tensor.of(new float[] {0, 0, 0, 0, 0, 0, 1, 0, 0, 1}, 5, 2));
    Value each = b.add(new Index.Gather(0, 0), votes, x);
    Value sum = b.add(new Reduce.Reduction(Reduce.Kind.SUM, List.of(1), false), each);
    FlatBufferBuilder f = new FlatBufferBuilder();
    int vocabulary = f.createVectorOfTables(new int[] {file(f, "vocab.txt", 5)});
    int pattern = f.createString("[^\\w\\']+");
    f.startTable(2);
    f.addOffset(0, pattern, 0);
    f.addOffset(1, vocabulary, 0);
    int input = tensor(f, unit(f, WORDS, f.endTable()), 0);
    int output = tensor(f, 0, file(f, "labels.txt", 2));
    Map<String, String> files = new LinkedHashMap<>();
    files.put("vocab.txt", "<PAD> 0\n<START> 1\n<UNKNOWN> 2\nfine 3\nbad 4\n");
    files.put("labels.txt", "good\npoor");
    Path file = model(b.output("y", sum).build(), metadata(f, input, output), files);
    TextClassifier classifier = TextClassifier.read(file);
    assertEquals(
        "Category[index=1, label=poor, score=2.0]",
        classifier.classify("bad, bad but fine", 1).getFirst().toString());
    assertEquals("good", classifier.classify("a fine day", 1).getFirst().label());
  }

  @Test
  void otherModelsAreRefused() throws IOException {
    Path colors = colors();
    assertThrows(TensorException.class, () -> TextClassifier.read(colors));
    assertThrows(TensorException.class, () -> ObjectDetector.read(colors));
  }

  @Test
  void damagedMetadataAreReadOrRefused() throws IOException {
    TfliteModel model = TfliteModel.read(colors());
    byte[] bytes = model.metadata().getOrDefault(TfliteMetadata.KEY, new byte[0]);
    Mutations.change(
        bytes,
        20261124,
        3_000,
        damaged -> {
          TfliteModel other = model.withMetadata(TfliteMetadata.KEY, damaged);
          TfliteMetadata.of(other, Map.of());
        });
  }
}
