package dev.tendril.forest.export;

import dev.tendril.data.Field;
import dev.tendril.data.Semantic;
import dev.tendril.forest.engine.Answers;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Tree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A forest as flat tables of whole numbers, from which source code in any language is written.
///
/// The nodes of a tree stand in pre-order, the negative child right after its parent. Each has a
/// [Kind], a position in the row, an operand, and how far its positive child is away:
///
/// | kind | position | operand | jump |
/// |---|---|---|---|
/// | leaf | first sum that it adds to | place in the leaf values | number of leaf values |
/// | at least | of the value | place in the thresholds | to the positive child |
/// | in bits | of the category | place in the bytes of bits | |
/// | in list | of the category | place in the items: count, ascending categories | |
/// | weighted sum | 0 | place in the items: count, place in the weights, whether missing values are
/// replaced, positions | |
/// | closer than, projected more than | of the sequence | place in the items: length, place in the
/// weights | |
///
/// The weights of a sum are followed by its threshold and the replacements, those of an anchor by
/// its bound.
///
/// Truth values are numbers here, and the bin of a discretized number is the number itself: it is
/// compared with the boundary below the bin.
final class ForestTables {
  private static final int MOST_BITS = 1024;
  private static final int BITS_PER_ITEM = 64;

  final List<Input> inputs;
  final Set<Kind> kindsUsed = EnumSet.of(Kind.LEAF);
  final Numbers roots = new Numbers();
  final Numbers kinds = new Numbers();
  final Numbers positions = new Numbers();
  final Numbers operands = new Numbers();
  final Numbers jumps = new Numbers();
  final Numbers thresholds = new Numbers();
  final Numbers leafValues = new Numbers();
  final Numbers weights = new Numbers();
  final Numbers items = new Numbers();
  final Numbers bits = new Numbers();
  private final Forest forest;
  private final Coding coding;
  private final Answers answers;
  private final Map<Integer, Input> inputOf = new HashMap<>();
  private final Map<Integer, Integer> knownThresholds = new HashMap<>();
  private final Map<List<Integer>, Integer> knownLeaves = new HashMap<>();
  private final Map<List<Integer>, Integer> knownBits = new HashMap<>();
  private boolean singleValues = true;

  /// A growing list of numbers.
  static final class Numbers {
    private int[] array = new int[16];
    private int size;

    int size() {
      return size;
    }

    void add(int value) {
      if (size == array.length) {
        array = Arrays.copyOf(array, Math.addExact(size, size));
      }
      array[size++] = value;
    }

    int get(int at) {
      return array[at];
    }

    void set(int at, int value) {
      array[at] = value;
    }

    int addAll(int[] values) {
      int at = size;
      for (int value : values) {
        add(value);
      }
      return at;
    }

    int max() {
      return Arrays.stream(array, 0, size).max().orElse(0);
    }

    int min() {
      return Arrays.stream(array, 0, size).min().orElse(0);
    }
  }

  ForestTables(Forest forest, List<Input> inputs, Coding coding) {
    this.forest = forest;
    this.inputs = inputs;
    this.coding = coding;
    this.answers = new Answers(forest);
    for (int i = 0; i < inputs.size(); i++) {
      inputOf.put(forest.features().get(i), inputs.get(i));
    }
    for (int t = 0; t < forest.trees().size(); t++) {
      roots.add(kinds.size());
      add(forest.trees().get(t), t);
    }
  }

  /// Whether each leaf adds to one sum.
  boolean singleValues() {
    return singleValues;
  }

  /// The inputs of a forest, in the order of its features.
  static List<Input> inputs(Forest forest, Names names) {
    List<Input> inputs = new ArrayList<>();
    Map<Input.Place, Integer> counts = new EnumMap<>(Input.Place.class);
    for (int feature : forest.features()) {
      Field field = forest.schema().field(feature);
      Input.Place place = Input.place(field);
      int position = counts.merge(place, 1, Integer::sum) - 1;
      inputs.add(new Input(field, names.constant(field.name()), place, position));
    }
    return List.copyOf(inputs);
  }

  private record Pending(Node node, int depth, int parent) {}

  private void add(Tree tree, int index) {
    Deque<Pending> stack = new ArrayDeque<>();
    stack.push(new Pending(tree.root(), 0, -1));
    while (!stack.isEmpty()) {
      Pending next = stack.pop();
      int at = kinds.size();
      if (next.parent >= 0) {
        jumps.set(next.parent, at - next.parent);
      }
      switch (next.node) {
        case Node.Leaf leaf -> leaf(leaf, next.depth, index);
        case Node.Split split -> {
          condition(split.condition(), split.missingIsPositive());
          stack.push(new Pending(split.positive(), next.depth + 1, at));
          stack.push(new Pending(split.negative(), next.depth + 1, -1));
        }
      }
    }
  }

  private void leaf(Node.Leaf leaf, int depth, int tree) {
    float[] contribution = answers.contribution(leaf, depth);
    int[] coded = new int[contribution.length];
    for (int i = 0; i < coded.length; i++) {
      coded[i] = coding.contribution(contribution[i]);
    }
    int at = known(knownLeaves, leafValues, coded);
    node(Kind.LEAF, false, answers.firstSum(leaf, tree), at);
    jumps.set(jumps.size() - 1, coded.length);
    singleValues &= coded.length == 1;
  }

  private static int known(Map<List<Integer>, Integer> known, Numbers pool, int[] values) {
    List<Integer> key = Arrays.stream(values).boxed().toList();
    Integer at = known.get(key);
    if (at == null) {
      at = pool.addAll(values);
      known.put(key, at);
    }
    return at;
  }

  private void node(Kind kind, boolean missing, int position, int operand) {
    kindsUsed.add(kind);
    kinds.add(kind.code(missing));
    positions.add(position);
    operands.add(operand);
    jumps.add(0);
  }

  private Input input(int attribute) {
    Input input = inputOf.get(attribute);
    if (input == null) {
      throw new IllegalArgumentException(
          "a condition reads column " + attribute + ", which is no feature of the forest");
    }
    return input;
  }

  private void condition(Condition condition, boolean missing) {
    switch (condition) {
      case Condition.IsMissing(int attribute) -> {
        Input input = input(attribute);
        Kind kind =
            switch (input.place()) {
              case VALUES -> Kind.IS_MISSING;
              case SETS -> Kind.SET_IS_MISSING;
              case SEQUENCES -> Kind.SEQUENCE_IS_MISSING;
            };
        node(kind, true, input.position(), 0);
      }
      case Condition.AtLeast(int attribute, float threshold) ->
          atLeast(input(attribute), threshold, missing);
      case Condition.IsTrue(int attribute) -> atLeast(input(attribute), 0.5f, missing);
      case Condition.BinAtLeast(int attribute, int bin) -> {
        Input input = input(attribute);
        atLeast(input, boundary(input.field(), bin), missing);
      }
      case Condition.Contains contains -> contains(contains, missing);
      case Condition.Oblique oblique -> weightedSum(oblique, missing);
      case Condition.CloserThan(int attribute, float[] anchor, float squaredDistance) ->
          anchor(Kind.CLOSER_THAN, input(attribute), anchor, squaredDistance, missing);
      case Condition.ProjectedMoreThan(int attribute, float[] anchor, float threshold) ->
          anchor(Kind.PROJECTED_MORE_THAN, input(attribute), anchor, threshold, missing);
    }
  }

  /// The smallest number that falls in a bin or one above it.
  static float boundary(Field field, int bin) {
    if (!(field.details() instanceof Field.Discretized discretized)) {
      throw new IllegalArgumentException(
          "a condition on bins reads \"" + field.name() + "\", which has none");
    }
    float[] boundaries = discretized.boundaries();
    if (bin <= 0) {
      return Float.NEGATIVE_INFINITY;
    }
    return bin > boundaries.length ? Float.NaN : boundaries[bin - 1];
  }

  private void atLeast(Input input, float threshold, boolean missing) {
    int coded = coding.threshold(input, threshold);
    Integer at = knownThresholds.get(coded);
    if (at == null) {
      at = thresholds.size();
      thresholds.add(coded);
      knownThresholds.put(coded, at);
    }
    node(Kind.AT_LEAST, missing, input.position(), at);
  }

  private void contains(Condition.Contains contains, boolean missing) {
    Input input = input(contains.attribute());
    boolean set = input.field().semantic() == Semantic.CATEGORICAL_SET;
    int[] values = contains.values();
    int size = input.field().vocabulary().size();
    if (size > MOST_BITS && size > (long) BITS_PER_ITEM * values.length) {
      int at = items.size();
      items.add(values.length);
      items.addAll(values);
      node(set ? Kind.ANY_IN_LIST : Kind.IN_LIST, missing, input.position(), at);
      return;
    }
    int[] bytes = new int[(size + 7) / 8];
    for (int value : values) {
      bytes[value >> 3] |= 1 << (value & 7);
    }
    int at = known(knownBits, bits, bytes);
    node(set ? Kind.ANY_IN_BITS : Kind.IN_BITS, missing, input.position(), at);
  }

  private void weightedSum(Condition.Oblique oblique, boolean missing) {
    Input[] summed = new Input[oblique.attributes().length];
    int at = items.size();
    items.add(summed.length);
    items.add(weights.size());
    items.add(oblique.replacements().length > 0 ? 1 : 0);
    for (int i = 0; i < summed.length; i++) {
      summed[i] = input(oblique.attributes()[i]);
      items.add(summed[i].position());
    }
    weights.addAll(
        coding.weightedSum(summed, oblique.weights(), oblique.threshold(), oblique.replacements()));
    node(Kind.WEIGHTED_SUM, missing, 0, at);
  }

  private void anchor(Kind kind, Input input, float[] anchor, float bound, boolean missing) {
    int at = items.size();
    items.add(anchor.length);
    items.add(weights.size());
    weights.addAll(coding.anchor(anchor, bound));
    node(kind, missing, input.position(), at);
  }

  Forest forest() {
    return forest;
  }

  Answers answers() {
    return answers;
  }

  /// Whether there are nodes of some kinds.
  boolean uses(Kind... any) {
    return Arrays.stream(any).anyMatch(kindsUsed::contains);
  }

  boolean anySplit() {
    return kindsUsed.size() > 1;
  }

  int count(Input.Place place) {
    return (int) inputs.stream().filter(input -> input.place() == place).count();
  }

  /// Whether an input has categories.
  boolean anyCategorical() {
    return inputs.stream().anyMatch(input -> input.vocabulary() != null);
  }
}
