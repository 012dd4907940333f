package dev.tendril.cli;

import dev.tendril.data.Field;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.tree.Forest.LogEntry;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Provenance;
import dev.tendril.learn.SelectionLog;
import dev.tendril.learn.TuningLog;
import dev.tendril.learn.VariableImportance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A forest as one HTML file: what it is, what it looks at, how it was trained, and its trees to
/// walk through.
final class ModelPage {
  private static final int MOST_IMPORTANCES = 15;
  private static final int MOST_TREES = 25;
  private static final int MOST_TRIALS = 100;

  /// Nodes beyond these are not embedded, so that the page stays small.
  private static final int MOST_NODES = 4000;

  private static final int MOST_FEATURES = 500;

  private static final String SCRIPT =
      """
      <script>
      const trees = [...document.querySelectorAll('.tree')], pick = document.getElementById('pick');
      const show = () => trees.forEach((tree, i) => { tree.hidden = i !== pick.selectedIndex; });
      const all = open => trees[pick.selectedIndex].querySelectorAll('details')
        .forEach(node => { node.open = open; });
      const step = by => {
        pick.selectedIndex = (pick.selectedIndex + by + trees.length) % trees.length;
        show();
      };
      pick.addEventListener('change', show);
      </script>
      """;

  private final ForestModel model;
  private final Page page;

  private ModelPage(ForestModel model, String folder) {
    this.model = model;
    this.page = new Page(folder, TreeOutline.STYLE);
  }

  /// @param folder where the model is
  static String of(ForestModel model, String folder) {
    ModelPage writer = new ModelPage(model, folder);
    writer.head();
    writer.trees();
    writer.importances();
    writer.course();
    writer.history();
    writer.features();
    writer.origin();
    return writer.page.finish();
  }

  private void head() {
    String label = model.task().label();
    page.add("<p class=\"about\">" + Page.escaped(model.name() + ", " + model.task().name()));
    page.add(label == null ? "" : " of <b>" + Page.escaped(label) + "</b>");
    page.add("</p>\n<div class=\"tiles\">");
    Map<String, Double> figures = model.statistics();
    figures.forEach(
        (name, value) -> page.add(Page.tile(name.replace('_', ' '), whole(value.longValue()))));
    page.add(Page.tile("features", whole(model.features().size())));
    if (!model.classes().isEmpty()) {
      page.add(Page.tile("classes", whole(model.classes().size())));
    }
    if (model.provenance().rows() > 0) {
      page.add(Page.tile("training rows", whole(model.provenance().rows())));
    }
    page.add("</div>\n");
    String measured = model.selfEvaluation();
    if (measured != null) {
      Quality quality = Quality.of(Json.parse(measured));
      page.section("How good it is");
      page.paragraph(
          "Measured in training on "
              + Words.count(quality.rows(), "row")
              + " that were not learned from.");
      page.add("<div class=\"wide\"><table><tr><th></th><th>value</th><th>95 % interval</th>");
      page.add("</tr>\n");
      for (Quality.Figure figure : quality.figures()) {
        page.row(figure.name(), Words.number(figure.value()), figure.interval());
      }
      page.add("</table></div>\n");
    }
  }

  private static String whole(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private void trees() {
    List<Tree> all = model.trees();
    if (all.isEmpty()) {
      return;
    }
    int shown = 0;
    int nodes = 0;
    while (shown < Math.min(MOST_TREES, all.size())
        && (shown == 0 || nodes + all.get(shown).nodes() <= MOST_NODES)) {
      nodes += all.get(shown).nodes();
      shown++;
    }
    page.section(all.size() == 1 ? "The tree" : "The trees");
    page.paragraph(
        "A node is a condition; the rows that meet it go to the side \"yes\". Its bar tells how the"
            + " training rows that came to it divide into classes, or what is predicted of them."
            + " Click a node to open or close what is below.");
    page.legend(model.classes());
    page.add("<div class=\"pick\"><select id=\"pick\" aria-label=\"tree\">\n");
    for (int i = 0; i < shown; i++) {
      Tree tree = all.get(i);
      page.add("<option>tree " + i + ": " + Words.count(tree.nodes(), "node"));
      page.add(", depth " + tree.depth() + "</option>\n");
    }
    page.add("</select>\n");
    if (shown > 1) {
      page.add("<button onclick=\"step(-1)\">previous</button>");
      page.add("<button onclick=\"step(1)\">next</button>\n");
    }
    page.add("<button onclick=\"all(true)\">open all</button>");
    page.add("<button onclick=\"all(false)\">close all</button></div>\n");
    if (shown < all.size()) {
      page.note(
          "The first "
              + shown
              + " of "
              + all.size()
              + " trees are on this page; tendril show MODEL --tree N prints any of them.");
    }
    for (int i = 0; i < shown; i++) {
      page.add("<div class=\"tree card\"" + (i == 0 ? ">" : " hidden>") + "\n");
      page.add(TreeOutline.of(model, all.get(i)));
      page.add("</div>\n");
    }
    page.add(SCRIPT);
  }

  private void importances() {
    Map<String, List<VariableImportance>> all = model.importances();
    if (all.isEmpty()) {
      return;
    }
    page.section("What it looks at");
    page.paragraph(
        "Counted on the trees: how early a feature is asked (INV_MEAN_MIN_DEPTH), how often at all"
            + " and at roots (NUM_NODES, NUM_AS_ROOT), how much its conditions gained (SUM_SCORE);"
            + " others were measured in training.");
    page.add("<div class=\"grid two\">\n");
    all.forEach(this::card);
    page.add("</div>\n");
  }

  private void card(String measure, List<VariableImportance> list) {
    double most = list.stream().mapToDouble(VariableImportance::importance).max().orElse(0);
    page.add("<div class=\"card\"><h3>" + Page.escaped(measure) + "</h3><div class=\"imp\">\n");
    for (VariableImportance one : list.subList(0, Math.min(MOST_IMPORTANCES, list.size()))) {
      double share = most > 0 ? Math.max(0, one.importance()) / most : 0;
      page.add("<span class=\"name\">" + Page.escaped(one.feature()) + "</span>");
      page.add("<span class=\"track\"><i style=\"left:0;width:");
      page.add(Page.shortNumber(100 * share) + "%\"></i></span><span class=\"value\">");
      page.add(Words.plain(one.importance()) + "</span>\n");
    }
    page.add("</div></div>\n");
  }

  private void course() {
    List<LogEntry> log = model.forest().log();
    if (!CourseChart.draws(log)) {
      return;
    }
    page.section("The course of training");
    String caption = CourseChart.caption(log);
    if (!caption.isEmpty()) {
      page.paragraph(caption);
    }
    page.legend(CourseChart.names(log));
    page.add("<div class=\"card\" style=\"max-width:42rem\">" + CourseChart.of(log) + "</div>\n");
  }

  private void history() {
    TuningLog tuning = model.history().tuning();
    if (tuning != null) {
      page.section("How its hyper-parameters were found");
      page.paragraph(
          Words.count(tuning.trials().size(), "combination")
              + " tried"
              + (tuning.scoring().isEmpty() ? "" : ", measured by " + tuning.scoring())
              + "; the best are on top.");
      page.add("<div class=\"wide\"><table><tr><th>trial</th><th>");
      page.add(Page.escaped(tuning.metric().isEmpty() ? "score" : tuning.metric()));
      page.add("</th><th class=\"text\">values</th></tr>\n");
      List<Integer> ranking = tuning.ranking();
      for (int i : ranking.subList(0, Math.min(MOST_TRIALS, ranking.size()))) {
        TuningLog.Trial trial = tuning.trials().get(i);
        page.add("<tr><td>" + (i + 1) + "</td><td>" + Words.number(tuning.measured(trial)));
        page.add("</td><td class=\"text\">" + Page.escaped(trial.text()) + "</td></tr>\n");
      }
      page.add("</table></div>\n");
    }
    SelectionLog selection = model.history().selection();
    if (selection != null) {
      page.section("How its features were found");
      page.paragraph(
          "Features were given up in rounds, those that mattered least first; the model has the "
              + selection.winner().features().size()
              + " of the best round.");
      page.add("<div class=\"wide\"><table><tr><th>features</th><th>");
      page.add(Page.escaped(selection.metric().isEmpty() ? "score" : selection.metric()));
      page.add("</th><th class=\"text\">given up</th></tr>\n");
      for (int i = 0; i < Math.min(MOST_FEATURES, selection.rounds().size()); i++) {
        SelectionLog.Round round = selection.rounds().get(i);
        page.add("<tr><td>" + round.features().size() + (i == selection.best() ? " *" : ""));
        page.add("</td><td>" + Words.number(selection.measured(round)));
        page.add("</td><td class=\"text\">");
        page.add(Page.escaped(String.join(", ", selection.removed(i))) + "</td></tr>\n");
      }
      page.add("</table></div>\n");
    }
  }

  private void features() {
    page.section("Its features");
    page.add("<div class=\"wide\"><table><tr><th>feature</th><th class=\"text\">kind</th>");
    page.add("<th class=\"text\">values in training</th><th>missing</th></tr>\n");
    List<String> names = model.features();
    for (String name : names.subList(0, Math.min(MOST_FEATURES, names.size()))) {
      Field field = model.schema().field(name);
      String kind = field.semantic().name().toLowerCase(Locale.ROOT).replace('_', ' ');
      page.add("<tr><td>" + Page.escaped(name) + "</td><td class=\"text\">" + kind);
      page.add("</td><td class=\"text\">" + Page.escaped(values(field)));
      page.add("</td><td>" + field.missing() + "</td></tr>\n");
    }
    page.add("</table></div>\n");
    if (names.size() > MOST_FEATURES) {
      page.note("the first " + MOST_FEATURES + " of " + names.size() + " features are listed");
    }
  }

  private static String values(Field field) {
    return switch (field.details()) {
      case Field.Numerical numbers -> range(numbers);
      case Field.Discretized bins -> range(bins.numerical());
      case Field.Categorical categories -> some(categories.vocabulary().values());
      case Field.CategoricalSet set -> some(set.vocabulary().values());
      case Field.Bool truths -> "true " + truths.trues() + ", false " + truths.falses();
      case Field.VectorSequence vectors -> "vectors of length " + vectors.length();
      case Field.Text _, Field.Hash _ -> "";
    };
  }

  private static String range(Field.Numerical numbers) {
    return Svg.tick(numbers.min())
        + " to "
        + Svg.tick(numbers.max())
        + ", mean "
        + Svg.tick(numbers.mean());
  }

  private static String some(List<String> values) {
    List<String> first = new ArrayList<>(values.subList(0, Math.min(6, values.size())));
    if (values.size() > first.size()) {
      first.add("and " + (values.size() - first.size()) + " more");
    }
    return String.join(", ", first);
  }

  private void origin() {
    Provenance origin = model.provenance();
    page.section("Where it comes from");
    page.add("<div class=\"wide\"><table>\n");
    page.add(cell("written by", origin.tendril()) + cell("learner", origin.learner()));
    page.add(cell("seed", String.valueOf(origin.seed())));
    page.add(cell("fingerprint of the data", origin.dataFingerprint()));
    origin.inputs().forEach((name, value) -> page.add(cell(name, value)));
    page.add("</table></div>\n<details><summary class=\"muted\">hyper-parameters</summary><table>");
    origin.hyperparameters().forEach((name, value) -> page.add(cell(name, value)));
    page.add("</table></details>\n");
  }

  private static String cell(String name, String value) {
    return "<tr><td>"
        + Page.escaped(name)
        + "</td><td class=\"text\">"
        + Page.escaped(value)
        + "</td></tr>\n";
  }
}
