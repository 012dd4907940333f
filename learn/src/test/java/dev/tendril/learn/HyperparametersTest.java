package dev.tendril.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HyperparametersTest {
  public enum Growth {
    LOCAL,
    BEST_FIRST_GLOBAL
  }

  public static class Base extends Hyperparameters {
    @Hyperparameter("The seed.")
    public long seed = 123456;

    public int ignored = 5;
  }

  public static class Tree extends Base {
    @Hyperparameter(value = "Trees.", min = 1)
    public int numTrees = 300;

    @Hyperparameter(value = "Depth.", min = 1, max = 64, special = -1)
    public int maxDepth = 16;

    @Hyperparameter(value = "Shrinkage.", min = 0, max = 1)
    public double shrinkage = 0.1;

    @Hyperparameter(value = "L2.", max = 10)
    public float l2Penalty = 0.5f;

    @Hyperparameter("Honest.")
    public boolean honest;

    @Hyperparameter("Growth.")
    public Growth growingStrategy = Growth.LOCAL;

    @Override
    protected void validateTogether() {
      if (honest && growingStrategy == Growth.BEST_FIRST_GLOBAL) {
        throw new IllegalArgumentException("honest trees cannot grow best first");
      }
    }

    Tree copy() {
      return copy(this, new Tree());
    }
  }

  private final Tree tree = new Tree();

  @Test
  void declarations() {
    assertEquals(
        List.of(
            new Hyperparameters.Declared("num_trees", "integer", "at least 1", "Trees."),
            new Hyperparameters.Declared("max_depth", "integer", "1 to 64, or -1", "Depth."),
            new Hyperparameters.Declared("shrinkage", "real", "0.0 to 1.0", "Shrinkage."),
            new Hyperparameters.Declared("l2_penalty", "real", "at most 10.0", "L2."),
            new Hyperparameters.Declared("honest", "boolean", "", "Honest."),
            new Hyperparameters.Declared(
                "growing_strategy", "local|best_first_global", "", "Growth."),
            new Hyperparameters.Declared("seed", "integer", "", "The seed.")),
        tree.declared());
  }

  @Test
  void valuesInOrder() {
    assertEquals(
        "{num_trees=300, max_depth=16, shrinkage=0.1, l2_penalty=0.5, honest=false,"
            + " growing_strategy=local, seed=123456}",
        tree.values().toString());
    Tree other = new Tree();
    tree.set("growing_strategy", "best_first_global");
    tree.values().forEach(other::set);
    assertEquals(tree.values(), other.values());
  }

  @ParameterizedTest
  @CsvSource({
    "num_trees, 500, 500",
    "num-trees, ' 7 ', 7",
    "max_depth, -1, -1",
    "shrinkage, 1e-2, 0.01",
    "l2_penalty, -3, -3.0",
    "seed, 9007199254740993, 9007199254740993",
    "honest, YES, true",
    "honest, 0, false",
    "growing_strategy, best-first-global, best_first_global",
    "growing_strategy, Best_First_Global, best_first_global"
  })
  void sets(String name, String value, String expected) {
    tree.set(name, value);
    assertEquals(expected, tree.values().get(name.replace('-', '_')));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "num_trees; 0; expected integer, at least 1",
        "num_trees; 1.5; expected integer, at least 1",
        "num_trees; 99999999999; expected integer, at least 1",
        "max_depth; 65; expected integer, 1 to 64, or -1",
        "max_depth; -2; expected integer, 1 to 64, or -1",
        "shrinkage; 1.1; expected real, 0.0 to 1.0",
        "shrinkage; NaN; expected real, 0.0 to 1.0",
        "shrinkage; much; expected real, 0.0 to 1.0",
        "l2_penalty; -Infinity; expected real, at most 10.0",
        "honest; perhaps; expected boolean",
        "growing_strategy; sideways; expected local|best_first_global"
      })
  void refusedValueChangesNothing(String name, String value, String expected) {
    Map<String, String> before = tree.values();
    assertEquals(
        "hyper-parameter " + name + " cannot be \"" + value + "\": " + expected,
        TestFrames.message(IllegalArgumentException.class, () -> tree.set(name, value)));
    assertEquals(before, tree.values());
  }

  @Test
  void unknownName() {
    assertEquals(
        "unknown hyper-parameter \"num_tree\"; did you mean \"num_trees\"?",
        TestFrames.message(IllegalArgumentException.class, () -> tree.set("num_tree", "1")));
    assertEquals(
        "unknown hyper-parameter \"ignored\"; there are num_trees, max_depth, shrinkage,"
            + " l2_penalty, honest, growing_strategy, seed",
        TestFrames.message(IllegalArgumentException.class, () -> tree.set("ignored", "1")));
  }

  @Test
  void validates() {
    tree.validate();
    tree.numTrees = -5;
    assertEquals(
        "hyper-parameter num_trees cannot be \"-5\": expected integer, at least 1",
        TestFrames.message(IllegalArgumentException.class, tree::validate));
    tree.numTrees = 5;
    tree.honest = true;
    tree.growingStrategy = Growth.BEST_FIRST_GLOBAL;
    assertEquals(
        "honest trees cannot grow best first",
        TestFrames.message(IllegalArgumentException.class, tree::validate));
  }

  @Test
  void copyIsIndependent() {
    tree.numTrees = 7;
    Tree copy = tree.copy();
    tree.numTrees = 8;
    assertEquals(7, copy.numTrees);
    assertEquals("7", copy.values().get("num_trees"));
  }

  public static class Wrong extends Hyperparameters {
    @Hyperparameter("Not settable.")
    public final int fixed = 1;
  }

  @Test
  void unusableDeclaration() {
    assertThrows(IllegalArgumentException.class, () -> new Wrong().values());
  }

  /// Compiles a module that declares hyper-parameters, and loads it in a layer of its own.
  @Test
  void worksAcrossModules(@TempDir Path folder) throws Exception {
    String modulePath = System.getProperty("jdk.module.path");
    assumeTrue(
        modulePath != null && Hyperparameters.class.getModule().isNamed(),
        "the tests do not run on the module path");
    Path open = compile(folder.resolve("open"), "exports probe;", modulePath);
    Hyperparameters exported = load(open);
    exported.set("probe_depth", "7");
    assertEquals(Map.of("probe_depth", "7"), exported.values());
    Hyperparameters hidden =
        load(compile(folder.resolve("hidden"), "exports probe to java.base;", modulePath));
    assertEquals(
        "hyper-parameter probe_depth cannot be reached: class probe.Probe must be public and its"
            + " package exported by its module",
        TestFrames.message(IllegalArgumentException.class, hidden::values));
  }

  private static Path compile(Path folder, String export, String modulePath) throws Exception {
    Files.createDirectories(folder.resolve("src/probe"));
    Path info = folder.resolve("src/module-info.java");
    Path probe = folder.resolve("src/probe/Probe.java");
    Files.writeString(
        info,
        "module probe { requires dev.tendril.learn; "
            + export
            + " provides dev.tendril.learn.LearnerProvider with probe.Probe.Factory; }");
    Files.writeString(
        probe,
        """
        package probe;
        import dev.tendril.learn.*;
        public final class Probe extends Hyperparameters {
          @Hyperparameter("Depth.") public int probeDepth = 3;
          public static final class Factory implements LearnerProvider {
            @Override public String name() { return "probe"; }
            @Override public String summary() { return "Probes."; }
            @Override public Hyperparameters hyperparameters() { return new Probe(); }
            @Override public Learner<?> learner(Inputs inputs, Hyperparameters parameters) {
              throw new IllegalArgumentException("a probe learns nothing");
            }
          }
        }
        """);
    Path classes = folder.resolve("classes");
    int status =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "-nowarn",
                "--module-path",
                modulePath,
                "-d",
                classes.toString(),
                info.toString(),
                probe.toString());
    assertEquals(0, status, "compiling " + probe);
    return classes;
  }

  private static Hyperparameters load(Path classes) {
    ModuleLayer boot = ModuleLayer.boot();
    Configuration configuration =
        boot.configuration().resolve(ModuleFinder.of(classes), ModuleFinder.of(), List.of("probe"));
    ModuleLayer layer = boot.defineModulesWithOneLoader(configuration, null);
    return ServiceLoader.load(layer, LearnerProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.name().equals("probe"))
        .findFirst()
        .orElseThrow()
        .hyperparameters();
  }
}
