package dev.tendril.forest.train;

import dev.tendril.forest.tree.LossKind;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// The negative partial log likelihood of the proportional hazards model (Cox 1972), with the
/// approximation of Breslow for events at the same time: every event at time t costs `log R - F`,
/// with F the score of the row that departs, the logarithm of its hazard, and `R = Σ w e^F` over
/// the rows at risk, which are those that have entered by t and not departed before it.
///
/// One sweep over time gives all derivatives. Let A and B sum `w / R` and `w / R²` over the events
/// between a row's entry and departure; then the gradient of the row is `δ - e^F A`, with δ 1 for
/// an event and 0 for censoring, and the hessian `e^F A - w e^2F B`. Both are divided by the sum of
/// all weights, as the loss is.
final class CoxLoss extends Loss {
  private final TrainingData.Lifetimes lifetimes;

  /// Rows by time of entry.
  private final int[] entering;

  /// Rows by time of departure.
  private final int[] departing;

  CoxLoss(TrainingData data, int[] rows, TrainingData.Lifetimes lifetimes) {
    super(data, rows);
    this.lifetimes = lifetimes;
    this.entering = sorted(Comparator.comparingDouble(row -> lifetimes.entries()[row]));
    this.departing = sorted(Comparator.comparingDouble(row -> data.numbers()[row]));
  }

  private int[] sorted(Comparator<Integer> order) {
    return IntStream.of(rows).boxed().sorted(order).mapToInt(Integer::intValue).toArray();
  }

  @Override
  LossKind kind() {
    return LossKind.COX_PROPORTIONAL_HAZARD;
  }

  @Override
  float[] initial() {
    return new float[1];
  }

  @Override
  void derive(
      Workers workers, float[][] scores, long seed, float[][] gradients, float[][] hessians) {
    int n = data.frame().rows();
    double[] first = new double[n];
    double[] second = new double[n];
    double largest = largest(scores[0]);
    sweep(
        scores[0],
        largest,
        new Listener() {
          private double a;
          private double b;

          @Override
          public void enter(int row) {
            first[row] = -a;
            second[row] = -b;
          }

          @Override
          public void event(int row, double risk) {
            a += weight(row) / risk;
            b += weight(row) / (risk * risk);
          }

          @Override
          public void depart(int row) {
            first[row] += a;
            second[row] += b;
          }
        });
    double total = Arrays.stream(rows).mapToDouble(this::weight).sum();
    for (int row : rows) {
      double hazard = Math.exp(scores[0][row] - largest);
      double expected = hazard * first[row];
      double event = lifetimes.events()[row] ? 1 : 0;
      gradients[0][row] = (float) ((event - expected) / total);
      hessians[0][row] = (float) ((expected - weight(row) * hazard * hazard * second[row]) / total);
    }
  }

  @Override
  double loss(Workers workers, float[][] scores) {
    double largest = largest(scores[0]);
    double[] sum = new double[1];
    sweep(
        scores[0],
        largest,
        new Listener() {
          @Override
          public void enter(int row) {}

          @Override
          public void event(int row, double risk) {
            sum[0] += weight(row) * (Math.log(risk) + largest - scores[0][row]);
          }

          @Override
          public void depart(int row) {}
        });
    return sum[0] / Arrays.stream(rows).mapToDouble(this::weight).sum();
  }

  @Override
  double metric(Workers workers, float[][] scores) {
    return Double.NaN;
  }

  private double largest(float[] scores) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int row : rows) {
      largest = Math.max(largest, scores[row]);
    }
    return largest;
  }

  /// Told what happens, in order of time.
  private interface Listener {
    void enter(int row);

    /// @param risk the hazard of all rows at risk, the departing one included, in the unit
    ///     e^largest
    void event(int row, double risk);

    void depart(int row);
  }

  private void sweep(float[] scores, double largest, Listener listener) {
    double risk = 0;
    int entered = 0;
    int end;
    for (int start = 0; start < departing.length; start = end) {
      float time = data.numbers()[departing[start]];
      while (entered < entering.length && lifetimes.entries()[entering[entered]] <= time) {
        int row = entering[entered++];
        listener.enter(row);
        risk += weight(row) * Math.exp(scores[row] - largest);
      }
      for (end = start; end < departing.length && data.numbers()[departing[end]] == time; end++) {
        if (lifetimes.events()[departing[end]] && weight(departing[end]) > 0) {
          listener.event(departing[end], Math.max(risk, Double.MIN_NORMAL));
        }
      }
      for (int i = start; i < end; i++) {
        listener.depart(departing[i]);
        risk -= weight(departing[i]) * Math.exp(scores[departing[i]] - largest);
      }
      risk = entered == end ? 0 : Math.max(risk, 0);
    }
  }
}
