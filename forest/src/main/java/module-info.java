import org.jspecify.annotations.NullMarked;

/// Decision forests: CART, random forests, gradient-boosted trees and isolation forests, in the
/// model format of YDF.
@NullMarked
module dev.tendril.forest {
  requires transitive dev.tendril.learn;
  requires static jdk.incubator.vector;
  requires java.management;
  requires com.google.protobuf;
  requires tools.jackson.databind;

  exports dev.tendril.forest;
  exports dev.tendril.forest.analysis;
  exports dev.tendril.forest.options;
  exports dev.tendril.forest.tree;

  provides dev.tendril.learn.LearnerProvider with
      dev.tendril.forest.Cart.Provider,
      dev.tendril.forest.GradientBoostedTrees.Provider,
      dev.tendril.forest.IsolationForest.Provider,
      dev.tendril.forest.RandomForest.Provider;
  provides dev.tendril.learn.ModelFormat with
      dev.tendril.forest.YdfFormat;
}
