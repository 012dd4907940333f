package dev.tendril.benchmarks;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tables of measurements that were written down by hand.
class GraphTablesTest {
  private static final String HEAD =
      "{\"suite\":\"graphs\",\"threads\":1,\"load\":1,\"processors\":2,";

  @TempDir private Path folder;

  @Test
  void productsAreSharesOfPeakAndPeers() throws IOException {
    String table =
        report(
            "\"work\":\"gemm\",\"peer\":\"tendril\",\"n\":64,\"gflops\":80,\"peak_gflops\":100",
            "\"work\":\"gemm\",\"peer\":\"tendril\",\"n\":64,\"gflops\":90,\"peak_gflops\":90",
            "\"work\":\"gemm\",\"peer\":\"onednn\",\"n\":64,\"gflops\":60,\"peak_gflops\":99");
    assertTrue(table.contains("| n | tendril | of peak | onednn | tendril of it |"), table);
    assertTrue(table.contains("| 64 | 90.0 | 0.90 | 60.0 | 1.50 |"), table);
  }

  @Test
  void netsAreComparedWithPeers() throws IOException {
    String table =
        report(
            net("tendril", 3000),
            net("tendril", 2000),
            net("tflite-xnnpack", 4000),
            net("onnxruntime", 1000));
    assertTrue(table.contains("| tendril 1 | 2.00 | 0.50 | 2.00 |"), table);
  }

  private static String net(String peer, int nanos) {
    return "\"work\":\"mlp\",\"peer\":\""
        + peer
        + "\",\"version\":\""
        + peer
        + " 1\",\"wall_ns\":"
        + nanos
        + ",\"median_ns\":"
        + nanos;
  }

  private String report(String... lines) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append(HEAD).append(line).append("}\n");
    }
    Path file = Files.writeString(folder.resolve("lines.jsonl"), text);
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      Report.main(new String[] {file.toString()});
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
