package dev.tendril.forest.ydf;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.tendril.data.Schema;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.ydf.proto.AnchorProto;
import dev.tendril.forest.ydf.proto.AtLeastProto;
import dev.tendril.forest.ydf.proto.BinAtLeastProto;
import dev.tendril.forest.ydf.proto.CloserThanProto;
import dev.tendril.forest.ydf.proto.ConditionProto;
import dev.tendril.forest.ydf.proto.ContainsBitmapProto;
import dev.tendril.forest.ydf.proto.ContainsListProto;
import dev.tendril.forest.ydf.proto.IsMissingProto;
import dev.tendril.forest.ydf.proto.IsTrueProto;
import dev.tendril.forest.ydf.proto.ObliqueProto;
import dev.tendril.forest.ydf.proto.ProjectedMoreThanProto;
import dev.tendril.forest.ydf.proto.VectorSequenceConditionProto;

/// Makes messages of conditions.
record ConditionWriter(Schema schema) {
  ConditionProto write(Condition condition) {
    ConditionProto.Builder message = ConditionProto.newBuilder();
    switch (condition) {
      case Condition.IsMissing _ -> message.setIsMissing(IsMissingProto.getDefaultInstance());
      case Condition.AtLeast(_, float threshold) ->
          message.setAtLeast(AtLeastProto.newBuilder().setThreshold(threshold));
      case Condition.IsTrue _ -> message.setIsTrue(IsTrueProto.getDefaultInstance());
      case Condition.Contains contains -> contains(contains, message);
      case Condition.BinAtLeast(_, int bin) ->
          message.setBinAtLeast(BinAtLeastProto.newBuilder().setThreshold(bin));
      case Condition.Oblique oblique -> {
        ObliqueProto.Builder sum = ObliqueProto.newBuilder().setThreshold(oblique.threshold());
        for (int attribute : oblique.attributes()) {
          sum.addAttributes(attribute);
        }
        for (float weight : oblique.weights()) {
          sum.addWeights(weight);
        }
        for (float replacement : oblique.replacements()) {
          sum.addReplacements(replacement);
        }
        message.setOblique(sum);
      }
      case Condition.CloserThan(_, float[] anchor, float squaredDistance) ->
          message.setVectorSequence(
              VectorSequenceConditionProto.newBuilder()
                  .setCloserThan(
                      CloserThanProto.newBuilder()
                          .setAnchor(anchor(anchor))
                          .setSquaredDistance(squaredDistance)));
      case Condition.ProjectedMoreThan(_, float[] anchor, float threshold) ->
          message.setVectorSequence(
              VectorSequenceConditionProto.newBuilder()
                  .setProjectedMoreThan(
                      ProjectedMoreThanProto.newBuilder()
                          .setAnchor(anchor(anchor))
                          .setThreshold(threshold)));
    }
    return message.build();
  }

  private static AnchorProto anchor(float[] values) {
    AnchorProto.Builder anchor = AnchorProto.newBuilder();
    for (float value : values) {
      anchor.addValues(value);
    }
    return anchor.build();
  }

  /// The smaller of a list and a bitmap; the list when equal.
  private void contains(Condition.Contains contains, ConditionProto.Builder message) {
    int bitmapSize = (schema.field(contains.attribute()).vocabulary().size() + 7) / 8;
    long listSize = 0;
    for (int value : contains.values()) {
      listSize += CodedOutputStream.computeInt32SizeNoTag(value);
    }
    if (listSize <= bitmapSize) {
      ContainsListProto.Builder list = ContainsListProto.newBuilder();
      for (int value : contains.values()) {
        list.addElements(value);
      }
      message.setContainsList(list);
      return;
    }
    byte[] bitmap = new byte[bitmapSize];
    for (int value : contains.values()) {
      bitmap[value >> 3] |= (byte) (1 << (value & 7));
    }
    message.setContainsBitmap(
        ContainsBitmapProto.newBuilder().setBitmap(ByteString.copyFrom(bitmap)));
  }
}
