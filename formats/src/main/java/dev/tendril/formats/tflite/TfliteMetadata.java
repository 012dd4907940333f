package dev.tendril.formats.tflite;

import dev.tendril.core.TensorException;
import dev.tendril.formats.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// What a model's makers say of its inputs and outputs, in the form that TensorFlow Lite's tools
/// write: how pictures are normalized, which labels classes have, how text is cut into words. It is
/// in the model under the name `TFLITE_METADATA`; files that it names are an archive behind the
/// model.
///
/// @param name of the model
/// @param inputs as many as the model has, if it says anything of them
/// @param outputs likewise
/// @param files the files of the archive, by name
public record TfliteMetadata(
    String name,
    String description,
    List<TensorNotes> inputs,
    List<TensorNotes> outputs,
    Map<String, byte[]> files) {
  /// The name of the metadata in a model.
  public static final String KEY = "TFLITE_METADATA";

  private static final int LARGEST = 1 << 24;
  private static final int MOST = 64;
  private static final int NORMALIZATION = 1;
  private static final int THRESHOLD = 3;
  private static final int WORDS = 6;
  private static final int AXIS_LABELS = 2;
  private static final int VALUE_LABELS = 3;

  public TfliteMetadata {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    files = Map.copyOf(files);
  }

  /// What is said of a tensor.
  ///
  /// @param mean of each channel or all, which is subtracted; empty for none
  /// @param deviation by which is divided after; empty for none
  /// @param labels what indices along the last axis, or values, mean; empty for none
  /// @param threshold below which scores are not worth showing; 0 for none
  /// @param separators between words, as a regular expression; empty for none
  /// @param vocabulary the file of words with their numbers; empty for none
  public record TensorNotes(
      String name,
      List<Float> mean,
      List<Float> deviation,
      List<String> labels,
      float threshold,
      String separators,
      String vocabulary) {
    /// Nothing.
    public static final TensorNotes NONE =
        new TensorNotes("", List.of(), List.of(), List.of(), 0, "", "");

    public TensorNotes {
      mean = List.copyOf(mean);
      deviation = List.copyOf(deviation);
      labels = List.copyOf(labels);
    }
  }

  /// Reads what is said of the model in a file; nothing where nothing is.
  ///
  /// @throws FormatException when it is damaged
  /// @throws TensorException when the file cannot be read
  public static TfliteMetadata read(Path file) {
    try {
      return of(TfliteModel.read(file), files(file));
    } catch (FormatException e) {
      throw e.in(file.toString());
    }
  }

  /// What is said of a model.
  ///
  /// @param files by name, as the archive behind the model has them
  public static TfliteMetadata of(TfliteModel model, Map<String, byte[]> files) {
    byte[] bytes = model.metadata().get(KEY);
    if (bytes == null) {
      return new TfliteMetadata("", "", List.of(), List.of(), files);
    }
    FlatTable root =
        new FlatFile(MemorySegment.ofArray(bytes)).root("M001", Schema.table("ModelMetadata"));
    List<FlatTable> subgraphs = root.tables("subgraph_metadata");
    List<TensorNotes> inputs = new ArrayList<>();
    List<TensorNotes> outputs = new ArrayList<>();
    if (!subgraphs.isEmpty()) {
      FlatTable main = subgraphs.getFirst();
      main.tables("input_tensor_metadata").forEach(t -> inputs.add(notes(t, files)));
      main.tables("output_tensor_metadata").forEach(t -> outputs.add(notes(t, files)));
    }
    return new TfliteMetadata(root.text("name"), root.text("description"), inputs, outputs, files);
  }

  private static TensorNotes notes(FlatTable tensor, Map<String, byte[]> files) {
    List<Float> mean = new ArrayList<>();
    List<Float> deviation = new ArrayList<>();
    float threshold = 0;
    String separators = "";
    String vocabulary = "";
    for (FlatTable unit : tensor.tables("process_units")) {
      int type = unit.integer("options_type");
      FlatTable options =
          switch (type) {
            case NORMALIZATION -> unit.union("options", Schema.table("NormalizationOptions"));
            case THRESHOLD -> unit.union("options", Schema.table("ScoreThresholdingOptions"));
            case WORDS -> unit.union("options", Schema.table("RegexTokenizerOptions"));
            default -> null;
          };
      if (options == null) {
        continue;
      }
      switch (type) {
        case NORMALIZATION -> {
          for (float value : options.reals("mean")) {
            mean.add(value);
          }
          for (float value : options.reals("std")) {
            deviation.add(value);
          }
        }
        case THRESHOLD -> threshold = options.real("global_score_threshold");
        default -> {
          separators = options.text("delim_regex_pattern");
          for (FlatTable file : options.tables("vocab_file")) {
            vocabulary = file.text("name");
          }
        }
      }
    }
    return new TensorNotes(
        tensor.text("name"),
        mean,
        deviation,
        labels(tensor, files),
        threshold,
        separators,
        vocabulary);
  }

  private static List<String> labels(FlatTable tensor, Map<String, byte[]> files) {
    for (FlatTable file : tensor.tables("associated_files")) {
      int type = file.integer("type");
      byte[] text = files.get(file.text("name"));
      boolean plain = file.text("locale").isEmpty();
      if (text != null && plain && (type == AXIS_LABELS || type == VALUE_LABELS)) {
        return new String(text, StandardCharsets.UTF_8).lines().toList();
      }
    }
    return List.of();
  }

  /// The files of the archive behind a model; none when there is no archive.
  private static Map<String, byte[]> files(Path file) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        if (files.size() == MOST) {
          throw new FormatException("more than " + MOST + " files behind the model");
        }
        try (InputStream in = zip.getInputStream(entry)) {
          byte[] bytes = in.readNBytes(LARGEST);
          if (bytes.length == LARGEST) {
            throw new FormatException(
                entry.getName() + " behind the model has " + LARGEST + " bytes or more");
          }
          files.put(entry.getName(), bytes);
        }
      }
    } catch (ZipException _) {
      return files;
    } catch (IOException e) {
      throw new TensorException("reading " + file + ": " + e.getMessage(), e);
    }
    return files;
  }
}
