package dev.tendril.learn;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The values of hyper-parameters that a [Tuner] tries. A dimension is one hyper-parameter with its
/// candidates; a candidate may open further dimensions, which make sense with it only:
///
/// ```java
/// SearchSpace space =
///     SearchSpace.EMPTY
///         .with("shrinkage", 0.02, 0.05, 0.1)
///         .when("growing_strategy", "local", SearchSpace.EMPTY.with("max_depth", 3, 4, 6, 8))
///         .when("growing_strategy", "best_first_global",
///             SearchSpace.EMPTY.with("max_num_nodes", 16, 64, 256));
/// ```
///
/// Immutable.
///
/// @param dimensions in the order in which they were added
public record SearchSpace(List<Dimension> dimensions) {
  /// Nothing to search.
  public static final SearchSpace EMPTY = new SearchSpace(List.of());

  private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

  public SearchSpace {
    dimensions = List.copyOf(dimensions);
  }

  /// A hyper-parameter and its candidates.
  public record Dimension(String name, List<Candidate> candidates) {
    public Dimension {
      candidates = List.copyOf(candidates);
    }
  }

  /// A value, and what else is to be searched with it.
  public record Candidate(String value, SearchSpace then) {}

  /// This with candidates for a hyper-parameter, besides those that it may have already.
  ///
  /// @param values numbers, booleans, texts or enum constants
  public SearchSpace with(String name, Object... values) {
    SearchSpace space = this;
    for (Object value : values) {
      space = space.when(name, value, EMPTY);
    }
    return space;
  }

  /// This with one more candidate for a hyper-parameter, and what is to be searched with it.
  public SearchSpace when(String name, Object value, SearchSpace then) {
    String text =
        value instanceof Enum<?> constant
            ? constant.name().toLowerCase(Locale.ROOT)
            : String.valueOf(value);
    Candidate candidate = new Candidate(text, then);
    String key = name.strip().replace('-', '_');
    List<Dimension> grown = new ArrayList<>();
    boolean found = false;
    for (Dimension dimension : dimensions) {
      if (dimension.name().equals(key)) {
        if (dimension.candidates().stream().anyMatch(one -> one.value().equals(text))) {
          throw new IllegalArgumentException(
              "search space: " + key + " has the candidate " + text + " twice");
        }
        found = true;
        grown.add(
            new Dimension(
                key,
                Stream.concat(dimension.candidates().stream(), Stream.of(candidate)).toList()));
      } else {
        grown.add(dimension);
      }
    }
    if (!found) {
      grown.add(new Dimension(key, List.of(candidate)));
    }
    return new SearchSpace(grown);
  }

  /// This with all dimensions of another space; a hyper-parameter that both have keeps only the
  /// candidates of the other.
  public SearchSpace override(SearchSpace other) {
    List<String> names = other.dimensions.stream().map(Dimension::name).toList();
    return new SearchSpace(
        Stream.concat(
                dimensions.stream().filter(dimension -> !names.contains(dimension.name())),
                other.dimensions.stream())
            .toList());
  }

  /// Reads the JSON form: an object whose keys are hyper-parameters. Their candidates are an array
  /// of values, or an object of candidates with the space that each opens:
  ///
  /// ```json
  /// {"shrinkage": [0.02, 0.05, 0.1],
  ///  "growing_strategy": {"local": {"max_depth": [3, 4, 6, 8]},
  ///                       "best_first_global": {"max_num_nodes": [16, 64, 256]}}}
  /// ```
  ///
  /// @throws IllegalArgumentException when the text is none; the message says where
  public static SearchSpace parse(String json) {
    return SearchSpaceJson.read(json);
  }

  /// The form that [#parse] reads.
  public String toJson() {
    return SearchSpaceJson.write(this);
  }

  public boolean isEmpty() {
    return dimensions.isEmpty();
  }

  /// The number of different combinations, at most [Long#MAX_VALUE].
  public long size() {
    return count().min(MOST).longValueExact();
  }

  private BigInteger count() {
    BigInteger product = BigInteger.ONE;
    for (Dimension dimension : dimensions) {
      BigInteger sum = BigInteger.ZERO;
      for (Candidate candidate : dimension.candidates()) {
        sum = sum.add(candidate.then().count());
      }
      product = product.multiply(sum);
    }
    return product;
  }

  /// Draws a value for every dimension, each candidate with the same probability.
  ///
  /// @return by name, in the order of the dimensions
  Map<String, String> draw(Random random) {
    Map<String, String> values = new LinkedHashMap<>();
    draw(random, values);
    return Collections.unmodifiableMap(values);
  }

  private void draw(Random random, Map<String, String> values) {
    for (Dimension dimension : dimensions) {
      Candidate drawn = dimension.candidates().get(random.nextInt(dimension.candidates().size()));
      values.put(dimension.name(), drawn.value());
      drawn.then().draw(random, values);
    }
  }

  /// All combinations, the last dimension varying fastest. Only for small spaces.
  List<Map<String, String>> all() {
    List<Map<String, String>> all = List.of(Map.of());
    for (Dimension dimension : dimensions) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> begun : all) {
        for (Candidate candidate : dimension.candidates()) {
          for (Map<String, String> then : candidate.then().all()) {
            Map<String, String> values = new LinkedHashMap<>(begun);
            values.put(dimension.name(), candidate.value());
            values.putAll(then);
            longer.add(Collections.unmodifiableMap(values));
          }
        }
      }
      all = longer;
    }
    return all;
  }

  /// Checks all names and values.
  ///
  /// @throws IllegalArgumentException for a hyper-parameter that the learner does not have, a value
  ///     that it cannot take, or a hyper-parameter that is searched twice at once
  public void check(Hyperparameters hyperparameters) {
    check(hyperparameters, Set.of());
  }

  private void check(Hyperparameters hyperparameters, Set<String> above) {
    Set<String> taken = new TreeSet<>(above);
    for (Dimension dimension : dimensions) {
      if (!taken.add(dimension.name())) {
        throw new IllegalArgumentException(
            "search space: "
                + dimension.name()
                + " is searched twice at once, in a space and in one that it opens");
      }
    }
    for (Dimension dimension : dimensions) {
      for (Candidate candidate : dimension.candidates()) {
        try {
          hyperparameters.check(dimension.name(), candidate.value());
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException("search space: " + e.getMessage(), e);
        }
        candidate.then().check(hyperparameters, taken);
      }
    }
  }

  @Override
  public String toString() {
    return toJson();
  }
}
