package dev.tendril.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.formats.tflite.TfliteModel;
import dev.tendril.pose.EstimationConfig;
import dev.tendril.pose.PoseDetector;
import dev.tendril.pose.movenet.MoveNetNetwork;
import dev.tendril.pose.movenet.Weights;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `tendril pose` and `tendril models`, with a network that has not learned anything: it sees
/// something everywhere.
class PoseCommandTest {
  @TempDir static Path folder;
  private static Path model = Path.of("");

  @BeforeAll
  static void makeModelAndPictures() throws IOException {
    model = folder.resolve("movenet.tflite");
    Weights weights = Weights.random(3);
    TfliteModel.of(MoveNetNetwork.singlePose(MoveNetNetwork.Size.LIGHTNING, weights)).write(model);
    Files.createDirectory(folder.resolve("pictures"));
    Random random = new Random(1);
    for (String name : new String[] {"a", "b", "c"}) {
      BufferedImage image = new BufferedImage(80, 60, BufferedImage.TYPE_INT_RGB);
      for (int i = 0; i < 80 * 60; i++) {
        image.setRGB(i % 80, i / 80, random.nextInt());
      }
      ImageIO.write(image, "png", folder.resolve("pictures/" + name + ".png").toFile());
    }
  }

  private static Cli.Result pose(String... arguments) {
    Object[] all = new Object[arguments.length + 3];
    all[0] = "pose";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[all.length - 2] = "--model";
    all[all.length - 1] = model.toString();
    return Cli.run(all);
  }

  @Test
  void aFolderOfPicturesGivesALineEach() {
    Cli.Result cli = pose(folder.resolve("pictures").toString(), "--json");
    assertEquals(0, cli.status(), cli.err());
    assertEquals(3, cli.out().lines().count());
    JsonNode poses = Json.parse(cli.out().lines().findFirst().orElseThrow());
    assertEquals(17, poses.get(0).get("keypoints").size());
    assertEquals("left_eye", poses.get(0).get("keypoints").get(1).get("name").asString());
    assertTrue(cli.err().contains("3 pictures"), cli.err());
  }

  @Test
  void drawingsAndAPageAreWritten() throws IOException {
    Path out = folder.resolve("out");
    Path page = folder.resolve("replay.html");
    Cli.Result cli =
        pose(
            folder.resolve("pictures").toString(),
            "--video",
            "--fps",
            "10",
            "--out",
            out.toString(),
            "--html",
            page.toString());
    assertEquals(0, cli.status(), cli.err());
    assertEquals(80, ImageIO.read(out.resolve("b.png").toFile()).getWidth());
    assertEquals(3, Files.readAllLines(out.resolve("poses.jsonl")).size());
    String html = Files.readString(page);
    assertTrue(html.contains("\"millis\":100") && html.contains("Knees, degrees"));
  }

  @Test
  void wrongUseIsSaidInOneLine() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path video = Files.writeString(folder.resolve("film.mp4"), "?");
    String picture = folder.resolve("pictures/a.png").toString();
    failure(pose(empty.toString()), "no picture in it");
    failure(pose(video.toString()), "ffmpeg -i");
    failure(pose("none.png"), "no such file");
    failure(pose("-"), "--size");
    failure(pose(picture, "--segmentation"), "BlazePose");
    failure(pose(picture, "--max-poses", "100"), "maxPoses cannot be 100");
    failure(Cli.run("pose", picture, "--model", "movenet-thunderstorm"), "movenet-lightning");
    Path text = Files.writeString(folder.resolve("text.tflite"), "no model");
    failure(Cli.run("pose", picture, "--model", text.toString()), "text.tflite");
    failure(Cli.run("models", "get", "posenet"), "blazepose-lite");
    failure(Cli.run("models", "give", "posenet"), "expected get NAME");
  }

  private static void failure(Cli.Result cli, String part) {
    assertTrue(cli.status() != 0, part);
    assertEquals(1, cli.err().lines().count(), cli.err());
    assertTrue(cli.err().contains(part), cli.err());
  }

  @Test
  void modelsAreListed() {
    Cli.Result cli = Cli.run("models", "--models", folder.toString());
    assertTrue(cli.out().contains("blazepose-heavy") && cli.out().contains("Apache-2.0"));
    JsonNode json = Json.parse(Cli.run("models", "--json").out());
    assertEquals(64, json.get(0).get("files").get(0).get("sha256").asString().length());
  }

  @Test
  void aPageShowsPosesOfACamera() throws IOException {
    try (PoseDetector detector = PoseDetector.create(model.toString());
        PoseServer server = new PoseServer(detector, EstimationConfig.DEFAULT, 0.3, 0)) {
      assertTrue(answer(server, "", null).contains("id=\"camera\""));
      byte[] picture = Files.readAllBytes(folder.resolve("pictures/a.png"));
      JsonNode found = Json.parse(answer(server, "poses", picture));
      assertEquals(17, found.get("poses").get(0).get("keypoints").size());
      assertTrue(found.get("millis").asDouble() > 0);
      byte[] nonsense = {1, 2, 3};
      assertTrue(answer(server, "poses", nonsense).contains("not a picture"));
      assertTrue(answer(server, "other", null).contains("no such page"));
    }
  }

  private static String answer(PoseServer server, String path, byte @Nullable [] body)
      throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(server.address() + path).toURL().openConnection();
    if (body != null) {
      connection.setDoOutput(true);
      connection.getOutputStream().write(body);
    }
    InputStream in =
        connection.getResponseCode() == 200
            ? connection.getInputStream()
            : connection.getErrorStream();
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }
}
