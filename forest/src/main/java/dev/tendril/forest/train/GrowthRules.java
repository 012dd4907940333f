package dev.tendril.forest.train;

import dev.tendril.forest.options.ObliqueParameters.SplitAxis;
import dev.tendril.forest.options.TreeParameters;
import dev.tendril.forest.options.TreeParameters.NumericalSplit;

/// The hyper-parameters of growing, resolved for a task and a number of attributes.
///
/// @param candidates attributes searched at a node; at least the number of attributes: all
/// @param keepInner whether inner nodes keep their output
/// @param directions of the features that predictions have to follow
record GrowthRules(
    TreeParameters parameters,
    int maxDepth,
    int minExamples,
    int candidates,
    boolean keepInner,
    Directions directions) {

  /// Trees deeper than this are cut, whatever the hyper-parameters say: walks over a tree recurse.
  static final int DEEPEST = 1000;

  static GrowthRules of(
      TreeParameters parameters, int attributes, boolean classification, boolean keepInner) {
    int candidates;
    if (parameters.numCandidateAttributesRatio > 0) {
      candidates = (int) Math.ceil(parameters.numCandidateAttributesRatio * attributes);
    } else if (parameters.numCandidateAttributes > 0) {
      candidates = parameters.numCandidateAttributes;
    } else if (parameters.numCandidateAttributes < 0) {
      candidates = attributes;
    } else {
      candidates = (int) Math.ceil(classification ? Math.sqrt(attributes) : attributes / 3.0);
    }
    return new GrowthRules(
        parameters,
        Math.min(parameters.depthLimit(), DEEPEST),
        parameters.minExamples,
        candidates,
        keepInner,
        Directions.NONE);
  }

  GrowthRules with(Directions other) {
    return new GrowthRules(parameters, maxDepth, minExamples, candidates, keepInner, other);
  }

  /// The fewest examples of each side of a split.
  int minSide() {
    return parameters.inSplitMinExamplesCheck ? minExamples : 1;
  }

  /// The most leaves of a tree that is grown best-first.
  int mostLeaves() {
    return parameters.maxNumNodes < 0 ? Integer.MAX_VALUE : parameters.maxNumNodes;
  }

  /// Whether a node may be split.
  boolean splittable(long examples, int depth) {
    return depth < maxDepth && examples >= Math.max(minExamples, 2L * minSide());
  }

  /// Whether numerical attributes are tested one by one.
  boolean axisAligned() {
    return parameters.splitAxis == SplitAxis.AXIS_ALIGNED;
  }

  boolean global() {
    return parameters.missingValuePolicy == TreeParameters.MissingValuePolicy.GLOBAL_IMPUTATION;
  }

  /// Whether numerical attributes are presorted. Carrying a sorted list along costs about a quarter
  /// of sorting it anew, but is due for every attribute, searched or not. Sums of attributes are
  /// sorted in the nodes.
  boolean presorted(int attributes) {
    return global()
        && parameters.numericalSplit == NumericalSplit.EXACT
        && axisAligned()
        && switch (parameters.sortingStrategy) {
          case PRESORTED -> true;
          case IN_NODE -> false;
          case AUTO -> 6 * candidates >= attributes;
        };
  }
}
