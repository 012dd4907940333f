package dev.tendril.forest.ydf;

import com.google.protobuf.ByteString;
import dev.tendril.data.Field;
import dev.tendril.data.Schema;
import dev.tendril.data.Vocabulary;
import dev.tendril.forest.ydf.proto.BooleanProto;
import dev.tendril.forest.ydf.proto.CategoricalProto;
import dev.tendril.forest.ydf.proto.ColumnProto;
import dev.tendril.forest.ydf.proto.DataSpecProto;
import dev.tendril.forest.ydf.proto.DiscretizedProto;
import dev.tendril.forest.ydf.proto.MultiValuesProto;
import dev.tendril.forest.ydf.proto.NumericalProto;
import dev.tendril.forest.ydf.proto.VectorSequenceProto;
import dev.tendril.forest.ydf.proto.VocabularyEntryProto;
import dev.tendril.forest.ydf.proto.VocabularyValueProto;
import dev.tendril.learn.ModelException;
import java.util.HashSet;
import java.util.Set;

/// Makes a data specification of a [Schema].
final class SchemaWriter {
  private SchemaWriter() {}

  static DataSpecProto write(Schema schema, StandIns standIns) {
    DataSpecProto.Builder spec = DataSpecProto.newBuilder();
    for (int i = 0; i < schema.size(); i++) {
      spec.addColumns(column(schema.field(i), standIns.of(i)));
    }
    long rows = schema.fields().stream().mapToLong(Field::rows).max().orElse(0);
    return spec.setCreatedNumRows(rows).build();
  }

  private static ColumnProto column(Field field, int standIn) {
    ColumnProto.Builder column =
        ColumnProto.newBuilder()
            .setName(ByteString.copyFromUtf8(field.name()))
            .setIsManualType(field.manual())
            .setCountNas(field.missing());
    switch (field.details()) {
      case Field.Numerical numerical -> column.setType(1).setNumerical(numerical(numerical));
      case Field.Categorical(Vocabulary vocabulary) ->
          column.setType(4).setCategorical(categorical(field, vocabulary, standIn));
      case Field.CategoricalSet(Vocabulary vocabulary, int minSize, int maxSize) ->
          column
              .setType(5)
              .setCategorical(categorical(field, vocabulary, standIn))
              .setMultiValues(
                  MultiValuesProto.newBuilder()
                      .setMinObservedSize(minSize)
                      .setMaxObservedSize(maxSize));
      case Field.Bool(long trues, long falses) ->
          column
              .setType(7)
              .setBoolean(BooleanProto.newBuilder().setCountTrue(trues).setCountFalse(falses));
      case Field.Text(long distinct) ->
          column
              .setType(8)
              .setCategorical(CategoricalProto.newBuilder().setNumberOfUniqueValues(distinct));
      case Field.Discretized discretized -> {
        DiscretizedProto.Builder bins =
            DiscretizedProto.newBuilder()
                .setOriginalNumUniqueValues(discretized.distinct())
                .setMaximumNumBins(discretized.maxBins());
        for (float boundary : discretized.boundaries()) {
          bins.addBoundaries(boundary);
        }
        column.setType(9).setNumerical(numerical(discretized.numerical())).setDiscretized(bins);
      }
      case Field.Hash _ -> column.setType(10);
      case Field.VectorSequence(int length, int minVectors, int maxVectors) ->
          column
              .setType(11)
              .setVectorSequence(
                  VectorSequenceProto.newBuilder()
                      .setVectorLength(length)
                      .setMinNumVectors(minVectors)
                      .setMaxNumVectors(maxVectors));
    }
    return column.build();
  }

  private static NumericalProto numerical(Field.Numerical numerical) {
    return NumericalProto.newBuilder()
        .setMean(numerical.mean())
        .setMinValue(numerical.min())
        .setMaxValue(numerical.max())
        .setStandardDeviation(numerical.sd())
        .build();
  }

  private static CategoricalProto categorical(Field field, Vocabulary vocabulary, int standIn) {
    CategoricalProto.Builder spec =
        CategoricalProto.newBuilder()
            .setMostFrequentValue(standIn)
            .setNumberOfUniqueValues(vocabulary.size());
    Set<String> seen = new HashSet<>();
    for (int index = 0; index < vocabulary.size(); index++) {
      String item = vocabulary.item(index);
      if (!seen.add(item)) {
        throw new ModelException(
            "cannot write the model: the vocabulary of column \""
                + field.name()
                + "\" holds \""
                + item
                + "\" twice; expected distinct values");
      }
      spec.addItems(
          VocabularyEntryProto.newBuilder()
              .setKey(ByteString.copyFromUtf8(item))
              .setValue(
                  VocabularyValueProto.newBuilder()
                      .setIndex(index)
                      .setCount(vocabulary.count(index))));
    }
    return spec.build();
  }
}
