package dev.tendril.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tendril.core.TensorException;
import dev.tendril.pose.EstimationConfig;
import dev.tendril.pose.Pose;
import dev.tendril.pose.PoseDetector;
import dev.tendril.pose.PoseJson;
import dev.tendril.pose.Topology;
import dev.tendril.pose.image.Picture;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Serves a page to this machine alone that sends what a camera or a video file shows, frame by
/// frame, and draws the poses that are found in it. One page at a time: opening another begins
// anew.
final class PoseServer implements AutoCloseable {
  private static final int MOST_BYTES = 16 << 20;

  private final PoseDetector detector;
  private final EstimationConfig config;
  private final double minScore;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private long began = System.nanoTime();

  /// @param port 0 for any that is free
  PoseServer(PoseDetector detector, EstimationConfig config, double minScore, int port) {
    this.detector = detector;
    this.config = config;
    this.minScore = minScore;
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new TensorException("serving on port " + port + ": " + e.getMessage(), e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::page);
    server.createContext("/poses", this::poses);
    server.start();
  }

  String address() {
    return "http://localhost:" + server.getAddress().getPort() + "/";
  }

  private void page(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getPath().equals("/")) {
      answer(exchange, 404, "text/plain", "no such page");
      return;
    }
    synchronized (detector) {
      detector.reset();
      began = System.nanoTime();
    }
    answer(exchange, 200, "text/html", LivePage.of(detector.topology(), minScore));
  }

  private void poses(HttpExchange exchange) throws IOException {
    byte[] bytes;
    try (InputStream in = exchange.getRequestBody()) {
      bytes = in.readNBytes(MOST_BYTES);
    }
    try {
      Picture picture = Picture.read(bytes, "of the page");
      String json;
      synchronized (detector) {
        long start = System.nanoTime();
        Duration time = Duration.ofNanos(start - began + 1_000_000);
        List<Pose> poses = detector.estimatePoses(picture, config, time);
        json =
            "{\"millis\":%d.%d,\"poses\":%s}"
                .formatted(
                    (System.nanoTime() - start) / 1_000_000,
                    (System.nanoTime() - start) / 100_000 % 10,
                    PoseJson.of(poses));
      }
      answer(exchange, 200, "application/json", json);
    } catch (TensorException e) {
      answer(exchange, 400, "text/plain", String.valueOf(e.getMessage()));
    }
  }

  private static void answer(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }

  /// The page.
  private static final class LivePage {
    private static final String STYLE =
        """
        .live { display: grid; gap: 1rem; max-width: 52rem; margin-top: 1rem; }
        .live canvas { max-width: 100%; max-height: 70vh; justify-self: start; border-radius: .6rem; background: #1d2b24; display: block; }
        .live button, .live label { font: inherit; padding: .3rem 1rem; border-radius: .4rem;
          border: 1px solid var(--soft); background: var(--panel); color: var(--ink);
          cursor: pointer; }
        .live input[type=file] { display: none; }
        .live .row { display: flex; gap: .75rem; align-items: center; flex-wrap: wrap; }
        """;

    private static final String BODY =
        """
        <div class="live"><div class="row"><button id="camera">Camera</button>
        <label>Video file<input type="file" accept="video/*"></label>
        <span class="muted" id="state">Choose what to look at.</span></div>
        <canvas width="640" height="480"></canvas></div>
        <div class="tiles"><div><b id="fps">-</b><span>frames a second</span></div>
        <div><b id="millis">-</b><span>ms to find poses</span></div>
        <div><b id="count">-</b><span>people</span></div></div>
        """;

    private static final String SCRIPT =
        """
        const canvas = document.querySelector('canvas'), pen = canvas.getContext('2d');
        const video = document.createElement('video'), colors = ['#d55e00', '#0072b2', '#f0e442'];
        const frame = document.createElement('canvas'), state = document.querySelector('#state');
        video.muted = true; video.loop = true; video.playsInline = true;
        let last = performance.now(), fps = 0, running = false;
        function draw(poses) {
          if (canvas.width !== frame.width || canvas.height !== frame.height) {
            canvas.width = frame.width; canvas.height = frame.height;
          }
          pen.drawImage(frame, 0, 0);
          const thick = Math.max(canvas.width, canvas.height) / 160;
          pen.lineCap = 'round';
          for (const pose of poses) {
            const points = pose.keypoints;
            for (const [a, b] of DATA.pairs) {
              const p = points[a], q = points[b];
              if (p.score < DATA.minScore || q.score < DATA.minScore) continue;
              pen.lineWidth = thick;
              pen.strokeStyle = colors[DATA.sides[a] === DATA.sides[b] ? DATA.sides[a] : 2];
              pen.beginPath(); pen.moveTo(p.x, p.y); pen.lineTo(q.x, q.y); pen.stroke();
            }
            points.forEach((p, i) => {
              if (p.score < DATA.minScore) return;
              pen.beginPath(); pen.arc(p.x, p.y, 1.3 * thick, 0, 7);
              pen.fillStyle = colors[DATA.sides[i]]; pen.fill();
            });
          }
        }
        async function step() {
          if (video.readyState < 2) { requestAnimationFrame(step); return; }
          frame.width = video.videoWidth; frame.height = video.videoHeight;
          frame.getContext('2d').drawImage(video, 0, 0);
          const body = await new Promise(done => frame.toBlob(done, 'image/jpeg', 0.9));
          const reply = await fetch('poses', {method: 'POST', body});
          if (!reply.ok) { state.textContent = await reply.text(); running = false; return; }
          const answer = await reply.json();
          draw(answer.poses);
          const now = performance.now();
          fps = 0.9 * fps + 0.1 * 1000 / (now - last); last = now;
          document.querySelector('#fps').textContent = fps.toFixed(1);
          document.querySelector('#millis').textContent = answer.millis.toFixed(1);
          document.querySelector('#count').textContent = answer.poses.length;
          requestAnimationFrame(step);
        }
        async function start(how) {
          try { await how(); await video.play(); } catch (e) { state.textContent = e.message; return; }
          state.textContent = '';
          if (!running) { running = true; step(); }
        }
        document.querySelector('#camera').onclick = () => start(async () => {
          video.srcObject = await navigator.mediaDevices.getUserMedia({video: true}); });
        document.querySelector('input').onchange = e => start(async () => {
          video.srcObject = null; video.src = URL.createObjectURL(e.target.files[0]); });
        if (location.hash === '#camera') document.querySelector('#camera').click();
        """;

    static String of(Topology topology, double minScore) {
      Page page = new Page("Poses", STYLE);
      page.add(BODY);
      page.add("<script>\nconst DATA = " + PoseReplay.drawing(topology, minScore) + ";\n");
      return page.add(SCRIPT + "</script>\n").finish();
    }
  }
}
