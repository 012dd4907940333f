package dev.tendril.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DistributionsTest {
  private static void assertClose(double expected, double actual) {
    assertEquals(expected, actual, 1e-9 * Math.max(1e-9, Math.abs(expected)));
  }

  @ParameterizedTest
  @CsvSource({
    "0.975, 10, 20.483177350807388",
    "0.025, 10, 3.2469727802368413",
    "0.95, 1, 3.841458820694124",
    "0.025, 9769, 9496.938576719456",
    "0.975, 1e6, 1002773.701467926",
    "0.01, 0.5, 1.349939585911692e-08"
  })
  void chiSquareQuantiles(double p, double degrees, double expected) {
    assertClose(expected, Distributions.chiSquareQuantile(p, degrees));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.3, 0.5, 0.975, 0.9999})
  void chiSquareOfTwoDegreesIsExponential(double p) {
    assertClose(-2 * Math.log1p(-p), Distributions.chiSquareQuantile(p, 2));
  }

  @ParameterizedTest
  @CsvSource({
    "0.05, 337, 8, 0.9621198141692272",
    "0.95, 338, 7, 0.9904116733336767",
    "0.025, 3.5, 2.25, 0.22388410832921388",
    "0.975, 0.5, 20, 0.11940702395503566",
    "0.05, 250000, 750001, 0.24928779275491153"
  })
  void betaQuantiles(double p, double a, double b, double expected) {
    assertClose(expected, Distributions.betaQuantile(p, a, b));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.3, 0.5, 0.975})
  void betaQuantilesInClosedForm(double p) {
    assertClose(Math.pow(p, 1 / 7.0), Distributions.betaQuantile(p, 7, 1));
    assertClose(1 - Math.pow(1 - p, 1 / 7.0), Distributions.betaQuantile(p, 1, 7));
    double sine = Math.sin(Math.PI * p / 2);
    assertClose(sine * sine, Distributions.betaQuantile(p, 0.5, 0.5));
  }

  @ParameterizedTest
  @CsvSource({
    "0.975, 1.959963984540054",
    "0.9, 1.2815515655446004",
    "0.5, 0",
    "0.001, -3.090232306167813",
    "1e-6, -4.753424308822899"
  })
  void normalQuantiles(double p, double expected) {
    assertClose(expected, Distributions.normalQuantile(p));
  }

  @Test
  void incompleteFunctions() {
    assertClose(0.3000141641213724, Distributions.gammaP(2.5, 1.5));
    assertClose(0.9721362601094793, Distributions.gammaP(100, 120));
    assertClose(0.6412224629717214, Distributions.betaI(2.5, 7, 0.3));
    assertClose(11 / 16.0, Distributions.betaI(2, 3, 0.5));
    assertClose(176 / 1024.0, Distributions.fairBinomial(3, 10));
    assertClose(1, Distributions.fairBinomial(10, 10));
  }

  @Test
  void logarithmOfGamma() {
    assertClose(Math.log(Math.sqrt(Math.PI)), Distributions.logGamma(0.5));
    assertClose(Math.log(362880), Distributions.logGamma(10));
    assertClose(12815504.569147611, Distributions.logGamma(1e6));
  }

  @Test
  void refusesWhatIsNoProbability() {
    assertThrows(
        IllegalArgumentException.class, () -> Distributions.betaQuantile(Double.NaN, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> Distributions.normalQuantile(1.5));
  }
}
