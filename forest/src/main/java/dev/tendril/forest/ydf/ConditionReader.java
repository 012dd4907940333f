package dev.tendril.forest.ydf;

import com.google.protobuf.ByteString;
import dev.tendril.data.Field;
import dev.tendril.data.Schema;
import dev.tendril.data.Semantic;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.ydf.proto.ConditionProto;
import dev.tendril.forest.ydf.proto.NodeConditionProto;
import dev.tendril.forest.ydf.proto.ObliqueProto;
import dev.tendril.forest.ydf.proto.VectorSequenceConditionProto;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Makes conditions of messages and checks that each suits the columns that it reads.
final class ConditionReader {
  private static final Set<Semantic> WITH_VALUES =
      EnumSet.of(Semantic.CATEGORICAL, Semantic.CATEGORICAL_SET);

  private final Schema schema;
  private final BitSet features = new BitSet();

  /// A condition that cannot be; the caller knows the place.
  static final class Unfit extends Exception {
    private static final long serialVersionUID = 1;

    Unfit(String message) {
      super(message);
    }
  }

  /// @param features the columns that conditions may read
  ConditionReader(Schema schema, List<Integer> features) {
    this.schema = schema;
    features.forEach(this.features::set);
  }

  Condition read(NodeConditionProto message) throws Unfit {
    int attribute = message.getAttribute();
    ConditionProto condition = message.getCondition();
    return switch (condition.getTypeCase()) {
      case IS_MISSING -> {
        field(attribute);
        yield new Condition.IsMissing(attribute);
      }
      case AT_LEAST -> {
        field(attribute, Semantic.NUMERICAL);
        float threshold = number(condition.getAtLeast().getThreshold(), "threshold");
        yield new Condition.AtLeast(attribute, threshold);
      }
      case IS_TRUE -> {
        field(attribute, Semantic.BOOLEAN);
        yield new Condition.IsTrue(attribute);
      }
      case CONTAINS_LIST -> list(attribute, condition.getContainsList().getElementsList());
      case CONTAINS_BITMAP -> bitmap(attribute, condition.getContainsBitmap().getBitmap());
      case BIN_AT_LEAST -> {
        int bin = condition.getBinAtLeast().getThreshold();
        Field field = field(attribute, Semantic.DISCRETIZED_NUMERICAL);
        int bins = ((Field.Discretized) field.details()).boundaries().length + 1;
        if (bin < 0 || bin > bins) {
          throw new Unfit("bin " + bin + " of a column of " + bins + " bins");
        }
        yield new Condition.BinAtLeast(attribute, bin);
      }
      case OBLIQUE -> oblique(condition.getOblique());
      case VECTOR_SEQUENCE -> vectors(attribute, condition.getVectorSequence());
      case TYPE_NOT_SET -> throw new Unfit("a condition without a known type");
    };
  }

  private Condition list(int attribute, List<Integer> elements) throws Unfit {
    int size = withValues(attribute).vocabulary().size();
    int[] values = Protos.ints(elements);
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0 || values[i] >= size) {
        throw new Unfit("value " + values[i] + " of a vocabulary of " + size);
      }
      if (i > 0 && values[i] <= values[i - 1]) {
        throw new Unfit("value " + values[i] + " after " + values[i - 1] + "; expected ascending");
      }
    }
    return new Condition.Contains(attribute, values);
  }

  private Condition bitmap(int attribute, ByteString bytes) throws Unfit {
    int size = withValues(attribute).vocabulary().size();
    if (bytes.size() != (size + 7) / 8) {
      throw new Unfit("a bitmap of " + bytes.size() + " bytes for a vocabulary of " + size);
    }
    BitSet bits = BitSet.valueOf(bytes.toByteArray());
    if (bits.length() > size) {
      throw new Unfit("value " + (bits.length() - 1) + " of a vocabulary of " + size);
    }
    return new Condition.Contains(attribute, bits.stream().toArray());
  }

  private Condition oblique(ObliqueProto message) throws Unfit {
    int[] attributes = Protos.ints(message.getAttributesList());
    float[] weights = Protos.floats(message.getWeightsList());
    float[] replacements = Protos.floats(message.getReplacementsList());
    if (attributes.length == 0
        || weights.length != attributes.length
        || (replacements.length != 0 && replacements.length != attributes.length)) {
      throw new Unfit(
          "an oblique condition of "
              + attributes.length
              + " attributes, "
              + weights.length
              + " weights and "
              + replacements.length
              + " replacements");
    }
    for (int i = 0; i < attributes.length; i++) {
      field(attributes[i], Semantic.NUMERICAL);
      number(weights[i], "weight");
    }
    for (float replacement : replacements) {
      number(replacement, "replacement");
    }
    return new Condition.Oblique(
        attributes, weights, number(message.getThreshold(), "threshold"), replacements);
  }

  private Condition vectors(int attribute, VectorSequenceConditionProto message) throws Unfit {
    Field field = field(attribute, Semantic.NUMERICAL_VECTOR_SEQUENCE);
    int length = ((Field.VectorSequence) field.details()).length();
    return switch (message.getTypeCase()) {
      case CLOSER_THAN ->
          new Condition.CloserThan(
              attribute,
              anchor(message.getCloserThan().getAnchor().getValuesList(), length),
              number(message.getCloserThan().getSquaredDistance(), "distance"));
      case PROJECTED_MORE_THAN ->
          new Condition.ProjectedMoreThan(
              attribute,
              anchor(message.getProjectedMoreThan().getAnchor().getValuesList(), length),
              number(message.getProjectedMoreThan().getThreshold(), "threshold"));
      case TYPE_NOT_SET -> throw new Unfit("a vector sequence condition without a known type");
    };
  }

  private static float[] anchor(List<Float> values, int length) throws Unfit {
    if (values.size() != length) {
      throw new Unfit("an anchor of length " + values.size() + " for vectors of length " + length);
    }
    float[] anchor = Protos.floats(values);
    for (float value : anchor) {
      number(value, "anchor");
    }
    return anchor;
  }

  private Field withValues(int attribute) throws Unfit {
    Field field = field(attribute);
    if (!WITH_VALUES.contains(field.semantic())) {
      throw mismatch(attribute, field, "categorical values");
    }
    return field;
  }

  private Field field(int attribute, Semantic semantic) throws Unfit {
    Field field = field(attribute);
    if (field.semantic() != semantic) {
      throw mismatch(attribute, field, semantic.toString());
    }
    return field;
  }

  private Field field(int attribute) throws Unfit {
    if (attribute < 0 || !features.get(attribute)) {
      throw new Unfit("a condition on column " + attribute + ", which is no feature of the model");
    }
    return schema.field(attribute);
  }

  private static Unfit mismatch(int attribute, Field field, String wanted) {
    return new Unfit(
        "a condition on "
            + wanted
            + " reads column "
            + attribute
            + " \""
            + field.name()
            + "\", which is "
            + field.semantic());
  }

  private static float number(float value, String what) throws Unfit {
    if (Float.isNaN(value)) {
      throw new Unfit("a " + what + " that is not a number");
    }
    return value;
  }
}
