package dev.tendril.forest.ydf;

import dev.tendril.data.Schema;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import dev.tendril.forest.ydf.proto.AnomalyProto;
import dev.tendril.forest.ydf.proto.ClassifierProto;
import dev.tendril.forest.ydf.proto.IntegerDistributionProto;
import dev.tendril.forest.ydf.proto.NodeConditionProto;
import dev.tendril.forest.ydf.proto.NodeProto;
import dev.tendril.forest.ydf.proto.NormalDistributionProto;
import dev.tendril.forest.ydf.proto.RegressorProto;
import dev.tendril.forest.ydf.proto.UpliftProto;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Writes trees as an uncompressed blob sequence of their nodes in pre-order, the negative child
/// first.
final class TreeWriter {
  private final ConditionWriter conditions;

  TreeWriter(Schema schema) {
    this.conditions = new ConditionWriter(schema);
  }

  /// @param digest is fed all that is written
  void write(List<Tree> trees, OutputStream to, MessageDigest digest) throws IOException {
    try (OutputStream output =
        new DigestOutputStream(new BufferedOutputStream(to, 1 << 16), digest)) {
      output.write(new byte[] {'B', 'S', 1, 0, 0, 0, 0, 0});
      ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
      Deque<Node> stack = new ArrayDeque<>();
      for (Tree tree : trees) {
        stack.push(tree.root());
        while (!stack.isEmpty()) {
          Node node = stack.pop();
          byte[] blob = message(node).toByteArray();
          output.write(length.putInt(0, blob.length).array());
          output.write(blob);
          if (node instanceof Node.Split split) {
            stack.push(split.positive());
            stack.push(split.negative());
          }
        }
      }
    }
  }

  private NodeProto message(Node node) {
    NodeProto.Builder message = NodeProto.newBuilder();
    Output output = node.output();
    if (output != null) {
      output(output, message);
    }
    switch (node) {
      case Node.Leaf leaf -> message.setNumExamples(leaf.examples());
      case Node.Split split -> {
        Node.Statistics statistics = split.statistics();
        message.setNumExamples(statistics.examples());
        message.setCondition(
            NodeConditionProto.newBuilder()
                .setNaValue(split.missingIsPositive())
                .setAttribute(split.condition().attributes()[0])
                .setCondition(conditions.write(split.condition()))
                .setNumExamples(statistics.examples())
                .setNumWeightedExamples(statistics.weight())
                .setSplitScore(statistics.score())
                .setNumPositiveExamples(statistics.positiveExamples())
                .setNumPositiveWeightedExamples(statistics.positiveWeight()));
      }
    }
    return message.build();
  }

  private static void output(Output output, NodeProto.Builder message) {
    switch (output) {
      case Output.Distribution distribution -> {
        ClassifierProto.Builder classifier =
            ClassifierProto.newBuilder().setTopValue(distribution.topClass());
        if (distribution.weights().length > 0) {
          IntegerDistributionProto.Builder counts =
              IntegerDistributionProto.newBuilder().setSum(distribution.sum());
          for (double weight : distribution.weights()) {
            counts.addCounts(weight);
          }
          classifier.setDistribution(counts);
        }
        message.setClassifier(classifier);
      }
      case Output.Value value -> message.setRegressor(regressor(value));
      case Output.Uplift uplift -> message.setUplift(uplift(uplift));
      case Output.Isolated(long examples) ->
          message.setAnomaly(AnomalyProto.newBuilder().setNumExamples(examples));
    }
  }

  private static RegressorProto regressor(Output.Value value) {
    RegressorProto.Builder regressor = RegressorProto.newBuilder().setTopValue(value.value());
    Output.Moments moments = value.moments();
    if (moments == null) {
      return regressor.build();
    }
    if (kept(moments.sum()) || kept(moments.sumSquares()) || kept(moments.count())) {
      regressor.setDistribution(
          NormalDistributionProto.newBuilder()
              .setSum(moments.sum())
              .setSumSquares(moments.sumSquares())
              .setCount(moments.count()));
    }
    if (kept(moments.sumGradients())) {
      regressor.setSumGradients(moments.sumGradients());
    }
    if (kept(moments.sumHessians())) {
      regressor.setSumHessians(moments.sumHessians());
    }
    return regressor.setSumWeights(moments.sumWeights()).build();
  }

  private static boolean kept(double value) {
    return Double.doubleToRawLongBits(value) != 0;
  }

  private static UpliftProto uplift(Output.Uplift uplift) {
    UpliftProto.Builder message = UpliftProto.newBuilder().setSumWeights(uplift.sumWeights());
    for (double weight : uplift.weightPerTreatment()) {
      message.addSumWeightsPerTreatment(weight);
    }
    for (double weight : uplift.weightPerTreatmentAndOutcome()) {
      message.addSumWeightsPerTreatmentAndOutcome(weight);
    }
    for (float effect : uplift.effect()) {
      message.addTreatmentEffect(effect);
    }
    for (long examples : uplift.examplesPerTreatment()) {
      message.addNumExamplesPerTreatment(examples);
    }
    return message.build();
  }
}
