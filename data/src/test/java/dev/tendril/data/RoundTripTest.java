package dev.tendril.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundTripTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t.csv",
        "t.tsv",
        "t.csv.gz",
        "t.jsonl",
        "t.jsonl.gz",
        "t.tfrecord",
        "t.tfrecord.gz"
      })
  void writesWhatItReads(String name) {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    try {
      for (int i = 0; i < 20; i++) {
        boolean vectors = !name.contains("sv");
        Frame frame = new RandomFrames(random, 1 + random.nextInt(120)).frame(vectors);
        Path file = folder.resolve(name);
        frame.write(file);
        Frame back = Frame.read(file.toString(), o -> o.schema = frame.schema());
        RandomFrames.assertSame(frame, back.select(frame.schema().names()));
      }
    } catch (AssertionError | DataException e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }

  @Test
  void doesNotDependOnThreadsOrRanges() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    try {
      for (int i = 0; i < 10; i++) {
        Frame frame = new RandomFrames(random, 300).frame(false);
        Path file = folder.resolve("t.csv");
        frame.write(file);
        Frame one = Frame.read(file.toString(), o -> o.threads = 1);
        for (int threads : new int[] {2, 5}) {
          for (int bytes : new int[] {1, 50, 700}) {
            Frame several =
                Frame.read(
                    file.toString(),
                    o -> {
                      o.threads = threads;
                      o.chunkBytes = bytes;
                    });
            RandomFrames.assertSame(one, several);
          }
        }
      }
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }

  @Test
  void readsInOnePieceWhereQuotesMislead() throws IOException {
    StringBuilder text = new StringBuilder("a,b\n");
    for (int i = 0; i < 500; i++) {
      text.append(i).append(i % 7 == 0 ? ",5\" pipe\n" : ",\"two\nlines\"\n");
    }
    Path file = Files.writeString(folder.resolve("t.csv"), text);
    Frame frame =
        Frame.read(
            file.toString(),
            o -> {
              o.threads = 3;
              o.chunkBytes = 100;
            });
    assertEquals(500, frame.rows());
    RandomFrames.assertSame(Frame.read(file.toString(), o -> o.threads = 1), frame);
  }

  @Test
  void namesTheFirstErrorOfTheFileWhateverTheRanges() throws IOException {
    StringBuilder text = new StringBuilder("a,b\r\n");
    for (int i = 0; i < 3000; i++) {
      text.append(i == 2000 || i == 2500 ? "abc" : i).append(",\"x\r\ny\"\r\n");
    }
    Path file = Files.writeString(folder.resolve("t.csv"), text);
    for (int threads : new int[] {1, 2, 4}) {
      DataException e =
          assertThrows(
              DataException.class,
              () ->
                  Frame.read(
                      file.toString(),
                      o -> {
                        o.threads = threads;
                        o.chunkBytes = 500;
                      }));
      assertTrue(
          String.valueOf(e.getMessage())
              .startsWith(file + ":4002: column \"a\": \"abc\" is not a number"),
          e.getMessage());
    }
  }

  @Test
  void refusesToWriteWhatWouldReadAsSomethingElse() {
    Path file = folder.resolve("t.csv");
    Frame missing = Frame.of(TextColumn.of("t", Arrays.asList("x", "NA")));
    assertTrue(
        String.valueOf(assertThrows(DataException.class, () -> missing.write(file)).getMessage())
            .contains("column \"t\", row 2: \"NA\" cannot be written as CSV"));
    Frame items =
        Frame.of(CategoricalSetColumn.of("s", List.of(List.of("a b")), VocabularyLimits.NONE));
    assertThrows(DataException.class, () -> items.write(file));
    Frame vectors =
        Frame.of(
            VectorSequenceColumn.of("v", 1, new int[] {0, 1}, new float[] {1}, new boolean[1]));
    assertThrows(DataException.class, () -> vectors.write(file));
    assertEquals(0, folder.toFile().list().length);
  }

  @Test
  void writesShortNumbersAndMissingValues() throws IOException {
    Path file = folder.resolve("t.csv");
    Frame.of(
            NumericalColumn.of("n", 1, Float.NaN, 0.1f, 1e20f),
            BooleanColumn.of("b", (byte) 1, (byte) 0, (byte) -1, (byte) 1))
        .write(file);
    assertEquals("n,b\n1,1\n,0\n0.1,\n1.0E20,1\n", Files.readString(file));
    Frame.of(NumericalColumn.of("n", 1, Float.NaN)).write(file);
    assertEquals(1, Frame.read(file).column("n").field().missing());
  }
}
