package dev.tendril.cli;

import dev.tendril.pose.Keypoint;
import dev.tendril.pose.Pose;
import dev.tendril.pose.Topology;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A page that plays pictures with the skeletons found in them, and shows scores and the angles of
/// joints over time. Pictures are in it, made small; of long videos only the first ones.
final class PoseReplay {
  private static final int LONGER_SIDE = 480;
  private static final int MOST_PICTURES = 900;

  private static final String STYLE =
      """
      .stage { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 26rem) minmax(0, 1fr);
        align-items: start; margin-top: 1rem; }
      @media (max-width: 50rem) { .stage { grid-template-columns: 1fr; } }
      .stage canvas { width: 100%; border-radius: .6rem; background: #1d2b24; display: block; }
      .controls { display: flex; gap: .75rem; align-items: center; margin-top: .6rem; }
      .controls button { font: inherit; padding: .2rem .9rem; border-radius: .4rem; cursor: pointer;
        border: 1px solid var(--soft); background: var(--panel); color: var(--ink); }
      .controls input[type=range] { flex: 1; accent-color: var(--accent); min-width: 5rem; }
      .controls output { color: var(--muted); font-variant-numeric: tabular-nums; }
      .charts { display: grid; gap: .75rem;
        grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); }
      .charts svg { width: 100%; cursor: pointer; }
      .now { stroke: var(--muted); stroke-dasharray: 3 3; }
      """;

  private static final String SCRIPT =
      """
      const canvas = document.querySelector('canvas'), pen = canvas.getContext('2d');
      const slider = document.querySelector('input[type=range]');
      const label = document.querySelector('output');
      const button = document.querySelector('button');
      const images = DATA.frames.map(f => { if (!f.image) return null;
        const i = new Image(); i.src = 'data:image/jpeg;base64,' + f.image; i.onload = draw;
        return i; });
      const colors = ['#d55e00', '#0072b2', '#f0e442'];
      let at = 0, timer = null;
      canvas.width = DATA.width; canvas.height = DATA.height;
      slider.max = DATA.frames.length - 1;
      function draw() {
        const frame = DATA.frames[at];
        pen.fillStyle = '#1d2b24'; pen.fillRect(0, 0, canvas.width, canvas.height);
        const image = images[at];
        if (image && image.complete) pen.drawImage(image, 0, 0, canvas.width, canvas.height);
        const thick = Math.max(canvas.width, canvas.height) / 160;
        pen.lineCap = 'round';
        for (const pose of frame.poses) {
          for (const [a, b] of DATA.pairs) {
            const p = pose.points[a], q = pose.points[b];
            if (p[2] < DATA.minScore || q[2] < DATA.minScore) continue;
            for (const [width, color] of [[2 * thick, 'rgba(0,0,0,.75)'], [thick,
                colors[DATA.sides[a] === DATA.sides[b] ? DATA.sides[a] : 2]]]) {
              pen.lineWidth = width; pen.strokeStyle = color;
              pen.beginPath(); pen.moveTo(p[0], p[1]); pen.lineTo(q[0], q[1]); pen.stroke();
            }
          }
          pose.points.forEach((p, i) => {
            if (p[2] < DATA.minScore) return;
            pen.beginPath(); pen.arc(p[0], p[1], 1.3 * thick, 0, 7);
            pen.fillStyle = colors[DATA.sides[i]]; pen.fill();
            pen.lineWidth = thick / 3; pen.strokeStyle = '#fff'; pen.stroke();
          });
        }
        label.value = frame.name + (frame.seconds === undefined ? ''
            : ' \\u00b7 ' + frame.seconds.toFixed(2) + ' s');
        for (const line of document.querySelectorAll('.now')) {
          const x = +line.dataset.left + line.dataset.width * at / Math.max(1, DATA.frames.length - 1);
          line.setAttribute('x1', x); line.setAttribute('x2', x);
        }
        slider.value = at;
      }
      function play() {
        if (timer) { clearInterval(timer); timer = null; button.textContent = 'Play'; return; }
        button.textContent = 'Pause';
        timer = setInterval(() => { at = (at + 1) % DATA.frames.length; draw(); }, DATA.millis);
      }
      button.onclick = play;
      slider.oninput = () => { at = +slider.value; draw(); };
      for (const svg of document.querySelectorAll('.charts svg')) svg.onclick = e => {
        const box = svg.getBoundingClientRect(), line = svg.querySelector('.now');
        const x = (e.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
        const share = (x - line.dataset.left) / line.dataset.width;
        at = Math.round(Math.min(1, Math.max(0, share)) * (DATA.frames.length - 1)); draw();
      };
      draw();
      """;

  private final String title;
  private final Topology topology;
  private final double minScore;
  private final ObjectNode data;
  private final ArrayNode frames;
  private final PoseCharts charts;
  private double first = Double.NaN;
  private double second = Double.NaN;
  private int pictures;

  PoseReplay(String title, Topology topology, double minScore) {
    this.title = title.equals("-") ? "video" : title;
    this.topology = topology;
    this.minScore = minScore;
    charts = new PoseCharts(minScore);
    data = drawing(topology, minScore);
    frames = data.putArray("frames");
  }

  /// What scripts need to know to draw skeletons.
  static ObjectNode drawing(Topology topology, double minScore) {
    ObjectNode data = Json.object().put("minScore", minScore);
    ArrayNode pairs = data.putArray("pairs");
    topology.pairs().forEach(pair -> pairs.addArray().add(pair.first()).add(pair.second()));
    ArrayNode sides = data.putArray("sides");
    for (int i = 0; i < topology.size(); i++) {
      sides.add(topology.left().contains(i) ? 0 : topology.right().contains(i) ? 1 : 2);
    }
    return data;
  }

  void add(PictureSource.Frame frame, List<Pose> poses) {
    if (pictures == 0) {
      data.put("width", frame.picture().width()).put("height", frame.picture().height());
    }
    ObjectNode object = frames.addObject().put("name", frame.name());
    if (frame.time() != null) {
      double seconds = frame.time().toNanos() / 1e9;
      object.put("seconds", seconds);
      if (Double.isNaN(first)) {
        first = seconds;
      } else if (Double.isNaN(second)) {
        second = seconds;
      }
    }
    if (pictures++ < MOST_PICTURES) {
      object.put("image", jpeg(frame.picture().toImage()));
    }
    ArrayNode array = object.putArray("poses");
    for (Pose pose : poses) {
      ArrayNode points = array.addObject().putArray("points");
      for (Keypoint point : pose.keypoints()) {
        points
            .addArray()
            .add(rounded(point.x()))
            .add(rounded(point.y()))
            .add(rounded(point.score()));
      }
    }
    charts.add(poses);
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  private static String jpeg(BufferedImage image) {
    double scale =
        Math.min(1, (double) LONGER_SIDE / Math.max(image.getWidth(), image.getHeight()));
    int width = (int) Math.max(1, Math.round(image.getWidth() * scale));
    int height = (int) Math.max(1, Math.round(image.getHeight() * scale));
    BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = small.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(image, 0, 0, width, height, null);
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(small, "jpg", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  String page() {
    double millis = Double.isNaN(second) ? 1000 : (second - first) * 1000;
    data.put("millis", Math.max(15, millis));
    if (pictures == 0) {
      data.put("width", 16).put("height", 9);
    }
    Page page = new Page("Poses of " + title, STYLE);
    page.add(
        "<p class=\"about\">%d picture%s, %s key points a person, above a score of %s.</p>\n"
            .formatted(
                pictures,
                pictures == 1 ? "" : "s",
                topology.size(),
                String.format(Locale.ROOT, "%.2f", minScore)));
    page.add("<div class=\"stage\"><div><canvas></canvas><div class=\"controls\">");
    page.add("<button>Play</button><input type=\"range\" min=\"0\" value=\"0\"");
    page.add(" aria-label=\"frame\"><output></output></div>");
    page.add(
        "<ul class=\"legend\"><li><i style=\"background:#d55e00\"></i>left side</li>"
            + "<li><i style=\"background:#0072b2\"></i>right side</li>"
            + "<li><i style=\"background:#f0e442\"></i>middle</li></ul></div>\n");
    page.add("<div class=\"charts\">" + charts.markup() + "</div></div>\n");
    String json = data.toString().replace("</", "<\\/");
    page.add("<script>\nconst DATA = " + json + ";\n" + SCRIPT + "</script>\n");
    return page.finish();
  }
}
