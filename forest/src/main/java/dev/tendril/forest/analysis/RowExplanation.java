package dev.tendril.forest.analysis;

import dev.tendril.forest.analysis.Dependence.Point;
import dev.tendril.forest.analysis.Neighbors.Neighbor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Why a model predicts of one row what it predicts.
///
/// @param row its position in the table, from 0
/// @param label the predicted class; null for tasks other than classification
/// @param prediction the probability of every class, or one value
/// @param values what the row has in each feature, in words
/// @param shap the Shapley values of this row alone
/// @param responses by feature, how the prediction would change with its value
/// @param nearest the rows of the table that the model holds for most alike, itself left out
/// @param counterfactual the nearest row that is predicted to be of another class; null when there
///     is none
/// @param neighborValues by row, what these rows have in each feature, in words
public record RowExplanation(
    int row,
    @Nullable String label,
    double[] prediction,
    Map<String, String> values,
    ShapValues shap,
    Map<String, List<Point>> responses,
    List<Neighbor> nearest,
    @Nullable Neighbor counterfactual,
    Map<Integer, Map<String, String>> neighborValues) {}
