package dev.tendril.forest.ydf;

import dev.tendril.forest.tree.Output;
import dev.tendril.forest.ydf.ConditionReader.Unfit;
import dev.tendril.forest.ydf.proto.ClassifierProto;
import dev.tendril.forest.ydf.proto.NodeProto;
import dev.tendril.forest.ydf.proto.NormalDistributionProto;
import dev.tendril.forest.ydf.proto.RegressorProto;
import dev.tendril.forest.ydf.proto.UpliftProto;

/// Makes node outputs of messages, of the one kind that the model's trees have.
///
/// @param kind what the leaves must hold
/// @param classes the size of the label's vocabulary
/// @param distributions whether leaves must keep a class distribution
record OutputReader(Kind kind, int classes, boolean distributions) {
  enum Kind {
    CLASSES,
    VALUE,
    UPLIFT,
    ISOLATION
  }

  Output read(NodeProto node) throws Unfit {
    return switch (node.getOutputCase()) {
      case CLASSIFIER -> classes(expect(Kind.CLASSES, node.getClassifier()));
      case REGRESSOR -> value(expect(Kind.VALUE, node.getRegressor()));
      case UPLIFT -> uplift(expect(Kind.UPLIFT, node.getUplift()));
      case ANOMALY ->
          new Output.Isolated(
              count(expect(Kind.ISOLATION, node.getAnomaly()).getNumExamples(), "examples"));
      case OUTPUT_NOT_SET -> throw new Unfit("a leaf without a value");
    };
  }

  private <T> T expect(Kind wanted, T message) throws Unfit {
    if (kind != wanted) {
      throw new Unfit(
          "a node holds "
              + wanted.name().toLowerCase(java.util.Locale.ROOT)
              + "; the model's nodes hold "
              + kind.name().toLowerCase(java.util.Locale.ROOT));
    }
    return message;
  }

  private Output classes(ClassifierProto message) throws Unfit {
    int top = message.getTopValue();
    if (top < 0 || top >= classes) {
      throw new Unfit("class " + top + " of a label of " + classes + " values");
    }
    double[] weights = Protos.doubles(message.getDistribution().getCountsList());
    if (weights.length > classes) {
      throw new Unfit("a distribution over " + weights.length + " classes of " + classes);
    }
    double sum = 0;
    for (double weight : weights) {
      if (!(weight >= 0)) {
        throw new Unfit("class weight " + weight + " below 0");
      }
      sum += weight;
    }
    if (distributions && !(sum > 0 && sum < Double.POSITIVE_INFINITY)) {
      throw new Unfit("a class distribution that sums to " + sum);
    }
    return new Output.Distribution(top, weights);
  }

  private static Output value(RegressorProto message) throws Unfit {
    float value = message.getTopValue();
    if (Float.isNaN(value)) {
      throw new Unfit("a value that is not a number");
    }
    boolean moments =
        message.hasDistribution()
            || message.hasSumGradients()
            || message.hasSumHessians()
            || message.hasSumWeights();
    NormalDistributionProto normal = message.getDistribution();
    return new Output.Value(
        value,
        moments
            ? new Output.Moments(
                normal.getSum(),
                normal.getSumSquares(),
                normal.getCount(),
                message.getSumGradients(),
                message.getSumHessians(),
                message.getSumWeights())
            : null);
  }

  private static Output uplift(UpliftProto message) throws Unfit {
    if (message.getTreatmentEffectCount() != 1) {
      throw new Unfit(
          message.getTreatmentEffectCount()
              + " treatment effects; only one treatment beside the control can be predicted");
    }
    if (Float.isNaN(message.getTreatmentEffect(0))) {
      throw new Unfit("a treatment effect that is not a number");
    }
    return new Output.Uplift(
        message.getSumWeights(),
        Protos.doubles(message.getSumWeightsPerTreatmentList()),
        Protos.doubles(message.getSumWeightsPerTreatmentAndOutcomeList()),
        Protos.floats(message.getTreatmentEffectList()),
        Protos.longs(message.getNumExamplesPerTreatmentList()));
  }

  private static long count(long value, String what) throws Unfit {
    if (value < 0) {
      throw new Unfit(value + " " + what);
    }
    return value;
  }
}
