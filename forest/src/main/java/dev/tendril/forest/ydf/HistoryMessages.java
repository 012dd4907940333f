package dev.tendril.forest.ydf;

import dev.tendril.forest.ydf.proto.CandidatesProto;
import dev.tendril.forest.ydf.proto.DimensionProto;
import dev.tendril.forest.ydf.proto.HyperparameterLogsProto;
import dev.tendril.forest.ydf.proto.HyperparameterProto;
import dev.tendril.forest.ydf.proto.HyperparameterValueProto;
import dev.tendril.forest.ydf.proto.HyperparametersProto;
import dev.tendril.forest.ydf.proto.ModelProto;
import dev.tendril.forest.ydf.proto.SearchSpaceProto;
import dev.tendril.forest.ydf.proto.SelectionLogsProto;
import dev.tendril.forest.ydf.proto.SelectionMetricProto;
import dev.tendril.forest.ydf.proto.SelectionRoundProto;
import dev.tendril.forest.ydf.proto.TrialProto;
import dev.tendril.learn.History;
import dev.tendril.learn.SearchSpace;
import dev.tendril.learn.SearchSpace.Candidate;
import dev.tendril.learn.SearchSpace.Dimension;
import dev.tendril.learn.SelectionLog;
import dev.tendril.learn.SelectionLog.Round;
import dev.tendril.learn.TuningLog;
import dev.tendril.learn.TuningLog.Trial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The messages of a model's header that tell how its hyper-parameters and features were found.
/// They do not say by which metric; our models keep that beside them.
final class HistoryMessages {
  /// The key that the format has for a random search.
  private static final String OPTIMIZER = "RANDOM";

  /// Spaces nested deeper than this are not read.
  private static final int MAX_NESTING = 50;

  private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,9}");
  private static final Pattern REAL =
      Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,3})?");

  private HistoryMessages() {}

  static void write(History history, ModelProto.Builder header) {
    TuningLog tuning = history.tuning();
    if (tuning != null) {
      HyperparameterLogsProto.Builder logs =
          HyperparameterLogsProto.newBuilder()
              .setOptimizer(OPTIMIZER)
              .setBestScore((float) tuning.winner().score())
              .setBest(values(tuning.winner().values()));
      SearchSpaceProto.Builder space = SearchSpaceProto.newBuilder();
      dimensions(tuning.space(), null).forEach(space::addDimensions);
      logs.setSpace(space);
      for (Trial trial : tuning.trials()) {
        logs.addTrials(
            TrialProto.newBuilder()
                .setHyperparameters(values(trial.values()))
                .setScore((float) trial.score()));
      }
      header.setHyperparameterLogs(logs);
    }
    SelectionLog selection = history.selection();
    if (selection != null) {
      SelectionLogsProto.Builder logs =
          SelectionLogsProto.newBuilder().setBestRound(selection.best());
      for (Round round : selection.rounds()) {
        SelectionRoundProto.Builder message =
            SelectionRoundProto.newBuilder()
                .setScore((float) round.score())
                .addAllFeatures(round.features());
        round
            .metrics()
            .forEach(
                (name, value) ->
                    message.addMetrics(
                        SelectionMetricProto.newBuilder()
                            .setKey(name)
                            .setValue(value.floatValue())));
        logs.addRounds(message);
      }
      header.setSelectionLogs(logs);
    }
  }

  private static HyperparametersProto values(Map<String, String> values) {
    HyperparametersProto.Builder message = HyperparametersProto.newBuilder();
    values.forEach(
        (name, value) ->
            message.addFields(
                HyperparameterProto.newBuilder().setName(name).setValue(value(value))));
    return message.build();
  }

  private static HyperparameterValueProto value(String text) {
    HyperparameterValueProto.Builder message = HyperparameterValueProto.newBuilder();
    if (WHOLE.matcher(text).matches()) {
      message.setInteger(Integer.parseInt(text));
    } else if (REAL.matcher(text).matches()) {
      message.setReal(Double.parseDouble(text));
    } else {
      message.setCategorical(text);
    }
    return message.build();
  }

  static String text(HyperparameterValueProto value) {
    return switch (value.getTypeCase()) {
      case CATEGORICAL -> value.getCategorical();
      case INTEGER -> Integer.toString(value.getInteger());
      case REAL -> Double.toString(value.getReal());
      case TYPE_NOT_SET -> "";
    };
  }

  /// @param parent the value that opens the space; null for the outermost
  private static List<DimensionProto> dimensions(SearchSpace space, @Nullable String parent) {
    List<DimensionProto> messages = new ArrayList<>();
    for (Dimension dimension : space.dimensions()) {
      DimensionProto.Builder message = DimensionProto.newBuilder().setName(dimension.name());
      CandidatesProto.Builder candidates = CandidatesProto.newBuilder();
      for (Candidate candidate : dimension.candidates()) {
        candidates.addValues(value(candidate.value()));
        message.addAllChildren(dimensions(candidate.then(), candidate.value()));
      }
      message.setCandidates(candidates);
      if (parent != null) {
        message.setParentValues(CandidatesProto.newBuilder().addValues(value(parent)));
      }
      messages.add(message.build());
    }
    return messages;
  }

  /// @param metrics the metrics that decided, from the file of ours; without one there, empty texts
  static History read(ModelProto header, HistoryMetrics metrics) {
    History history = History.NONE;
    TuningLog tuning = tuning(header.getHyperparameterLogs(), metrics);
    if (tuning != null) {
      history = history.with(tuning);
    }
    SelectionLog selection = selection(header.getSelectionLogs(), metrics);
    return selection == null ? history : history.with(selection);
  }

  /// What the format has no place for.
  ///
  /// @param tuning the metric of the tuning
  /// @param scoring how it was measured
  /// @param selection the metric of the selection
  record HistoryMetrics(String tuning, String scoring, String selection) {
    static final HistoryMetrics UNKNOWN = new HistoryMetrics("", "", "");
  }

  private static @Nullable TuningLog tuning(HyperparameterLogsProto logs, HistoryMetrics metrics) {
    if (logs.getTrialsCount() == 0) {
      return null;
    }
    Map<String, String> winner = map(logs.getBest());
    List<Trial> trials = new ArrayList<>();
    int best = -1;
    int greatest = 0;
    for (TrialProto message : logs.getTrialsList()) {
      Trial trial = new Trial(map(message.getHyperparameters()), message.getScore());
      if (best < 0 && trial.values().equals(winner)) {
        best = trials.size();
      }
      trials.add(trial);
      greatest = trial.score() > trials.get(greatest).score() ? trials.size() - 1 : greatest;
    }
    return new TuningLog(
        metrics.tuning(),
        metrics.scoring(),
        space(logs.getSpace().getDimensionsList(), null, 0),
        trials,
        best < 0 ? greatest : best);
  }

  private static Map<String, String> map(HyperparametersProto message) {
    Map<String, String> values = new LinkedHashMap<>();
    for (HyperparameterProto field : message.getFieldsList()) {
      values.put(field.getName(), text(field.getValue()));
    }
    return values;
  }

  private static SearchSpace space(
      List<DimensionProto> messages, @Nullable String parent, int nesting) {
    Map<String, List<Candidate>> dimensions = new LinkedHashMap<>();
    for (DimensionProto message : messages) {
      boolean opened =
          parent == null
              || message.getParentValues().getValuesList().stream()
                  .anyMatch(value -> text(value).equals(parent));
      if (!opened || nesting > MAX_NESTING) {
        continue;
      }
      List<Candidate> candidates =
          dimensions.computeIfAbsent(message.getName(), _ -> new ArrayList<>());
      for (HyperparameterValueProto value : message.getCandidates().getValuesList()) {
        String text = text(value);
        candidates.add(new Candidate(text, space(message.getChildrenList(), text, nesting + 1)));
      }
    }
    List<Dimension> all = new ArrayList<>();
    dimensions.forEach((name, candidates) -> all.add(new Dimension(name, candidates)));
    return new SearchSpace(all);
  }

  private static @Nullable SelectionLog selection(SelectionLogsProto logs, HistoryMetrics metrics) {
    if (logs.getRoundsCount() == 0) {
      return null;
    }
    List<Round> rounds = new ArrayList<>();
    for (SelectionRoundProto message : logs.getRoundsList()) {
      Map<String, Double> measured = new HashMap<>();
      for (SelectionMetricProto metric : message.getMetricsList()) {
        measured.put(metric.getKey(), (double) metric.getValue());
      }
      rounds.add(new Round(message.getFeaturesList(), message.getScore(), new TreeMap<>(measured)));
    }
    return new SelectionLog(
        metrics.selection(), rounds, Math.clamp(logs.getBestRound(), 0, rounds.size() - 1));
  }
}
