package dev.tendril.pose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.TensorException;
import dev.tendril.pose.hub.KnownModel;
import dev.tendril.pose.hub.KnownModel.ModelFile;
import dev.tendril.pose.hub.ModelHub;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelHubTest {
  private static final byte[] BYTES = "the weights of a model".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private ServerSocket server;

  /// Answers requests for `/model`.
  @BeforeEach
  void serve() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    ServerSocket own = server;
    Thread.ofVirtual()
        .start(
            () -> {
              while (!own.isClosed()) {
                try (Socket socket = own.accept()) {
                  answer(socket);
                } catch (IOException _) {
                  // The test is over, or the client has seen enough.
                }
              }
            });
  }

  private static void answer(Socket socket) throws IOException {
    BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    boolean known = reader.readLine().startsWith("GET /model ");
    for (String line = reader.readLine(); line != null && !line.isEmpty(); ) {
      line = reader.readLine();
    }
    byte[] body = known ? BYTES : new byte[0];
    String head =
        "HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(known ? "200 OK" : "404 Not Found", body.length);
    OutputStream out = socket.getOutputStream();
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    out.flush();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private KnownModel model(String path, long size, byte[] content) throws Exception {
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    String address = "http://127.0.0.1:" + server.getLocalPort() + path;
    ModelFile file = new ModelFile("a.tflite", "published.tflite", address, size, sha256);
    return new KnownModel("a", "a test", "CC0-1.0", "here", List.of(file));
  }

  private long files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.count();
    }
  }

  @Test
  void getsAModelOnce() throws Exception {
    ModelHub hub = new ModelHub(folder);
    KnownModel model = model("/model", BYTES.length, BYTES);
    assertTrue(hub.find(model).isEmpty());
    long[] last = new long[1];
    List<Path> files = hub.get(model, bytes -> last[0] = bytes);
    assertEquals(BYTES.length, last[0]);
    assertTrue(ModelHub.verify(model, files));
    server.close();
    assertEquals(files, hub.get(model, _ -> {}));
    Files.write(files.getFirst(), new byte[BYTES.length]);
    assertFalse(ModelHub.verify(model, files));
  }

  @Test
  void whatIsNotThePublishedFileIsNotKept() throws Exception {
    ModelHub hub = new ModelHub(folder);
    failure(hub, model("/model", BYTES.length, new byte[3]), "SHA-256");
    failure(hub, model("/model", BYTES.length - 1, BYTES), "more than");
    failure(hub, model("/model", BYTES.length + 5, BYTES), "bytes came");
    failure(hub, model("/nothing", BYTES.length, BYTES), "answers 404");
    server.close();
    failure(hub, model("/model", BYTES.length, BYTES), "put the file into");
  }

  private void failure(ModelHub hub, KnownModel model, String part) throws IOException {
    String message =
        assertThrows(TensorException.class, () -> hub.get(model, _ -> {})).getMessage();
    assertTrue(message.contains(part), message);
    assertEquals(0, files(), "files left behind");
  }

  @Test
  void publishedNamesAreFoundToo() throws Exception {
    Path file = Files.write(folder.resolve("published.tflite"), BYTES);
    assertEquals(
        List.of(file),
        new ModelHub(folder).find(model("/model", BYTES.length, BYTES)).orElseThrow());
  }
}
