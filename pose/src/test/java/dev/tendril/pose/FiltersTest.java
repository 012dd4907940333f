package dev.tendril.pose;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.pose.filter.LowPassFilter;
import dev.tendril.pose.filter.OneEuroFilter;
import dev.tendril.pose.filter.RelativeVelocityFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class FiltersTest {
  private static final double TOLERANCE = 1e-9;

  @Test
  void lowPass() {
    JsonNode golden = Golden.json("algorithms/calculators.json").get("low_pass");
    LowPassFilter filter = new LowPassFilter(golden.get("alpha").asDouble());
    compare(golden, (value, _) -> filter.apply(value));
  }

  @Test
  void lowPassWithThreshold() {
    JsonNode golden = Golden.json("algorithms/calculators.json").get("low_pass_threshold");
    double alpha = golden.get("alpha").asDouble();
    double threshold = golden.get("threshold").asDouble();
    LowPassFilter filter = new LowPassFilter(alpha);
    compare(golden, (value, _) -> filter.apply(value, alpha, threshold));
  }

  @ParameterizedTest
  @ValueSource(strings = {"movenet", "blazepose_main", "blazepose_aux", "blazepose_world"})
  void oneEuro(String use) {
    JsonNode golden = Golden.json("algorithms/calculators.json").get("one_euro_" + use);
    OneEuroFilter filter =
        new OneEuroFilter(
            switch (use) {
              case "movenet" -> OneEuroFilter.Options.MOVENET;
              case "blazepose_main" -> OneEuroFilter.Options.LANDMARKS;
              case "blazepose_aux" -> OneEuroFilter.Options.REGION;
              default -> OneEuroFilter.Options.WORLD;
            });
    double scale = golden.get("value_scale").asDouble();
    compare(golden, (value, micros) -> filter.apply(value, micros, scale));
  }

  @Test
  void relativeVelocity() {
    JsonNode golden = Golden.json("algorithms/calculators.json").get("relative_velocity");
    JsonNode config = golden.get("config");
    RelativeVelocityFilter filter =
        new RelativeVelocityFilter(
            config.get("windowSize").asInt(), config.get("velocityScale").asDouble());
    double scale = golden.get("value_scale").asDouble();
    compare(golden, (value, micros) -> filter.apply(value, micros, scale));
  }

  @Test
  void aValueThatIsNotLaterPassesAndIsForgotten() {
    OneEuroFilter filter = new OneEuroFilter(OneEuroFilter.Options.WORLD);
    assertEquals(7, filter.apply(7, 0, 1));
    assertEquals(1, filter.apply(1, 1000, 1));
    assertEquals(9, filter.apply(9, 1000, 1));
    double next = filter.apply(2, 34_000, 1);
    assertEquals(true, next > 1 && next < 2, "between 1 and 2, the 9 forgotten: " + next);
  }

  private interface Filter {
    double apply(double value, long micros);
  }

  private static void compare(JsonNode golden, Filter filter) {
    double[] in = Golden.numbers(golden.get("in"));
    double[] out = Golden.numbers(golden.get("out"));
    JsonNode times = golden.get("timestamps_us");
    for (int i = 0; i < in.length; i++) {
      long micros = times == null ? i : times.get(i).asLong();
      Golden.close(out[i], filter.apply(in[i], micros), TOLERANCE, "value " + i);
    }
  }
}
