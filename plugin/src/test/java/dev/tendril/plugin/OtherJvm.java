package dev.tendril.plugin;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Runs a class of the tests in a JVM of its own: which devices there are, which are visible and
/// how their memory is taken is said once in a process.
final class OtherJvm {
  private OtherJvm() {}

  /// What it printed; it must end well.
  ///
  /// @param plugins the folder of plug-ins
  static String run(Path plugins, Class<?> main, String... arguments) throws IOException {
    return run(plugins, List.of(), main, arguments);
  }

  /// @param more what comes to the class path
  static String run(Path plugins, List<Path> more, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-D" + PluginFolder.PROPERTY + "=" + plugins.toAbsolutePath(),
            "-cp",
            path(more),
            main.getName()));
    command.addAll(List.of(arguments));
    return Gcc.run(command);
  }

  /// The classes and modules of this JVM, as one class path.
  private static String path(List<Path> more) {
    List<String> parts = new ArrayList<>();
    parts.add(Path.of("target", "test-classes").toAbsolutePath().toString());
    Stream.of("jdk.module.path", "java.class.path")
        .map(name -> System.getProperty(name, ""))
        .filter(text -> !text.isEmpty())
        .forEach(parts::add);
    more.forEach(path -> parts.add(path.toString()));
    return String.join(File.pathSeparator, parts);
  }
}
