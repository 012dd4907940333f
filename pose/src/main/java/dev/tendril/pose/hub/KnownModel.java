package dev.tendril.pose.hub;

import java.util.List;

/// A published model.
///
/// @param name by which it is asked for, such as `blazepose-lite`
/// @param what it finds
/// @param license under which it may be used, by its SPDX name
/// @param source who published it
/// @param files that it consists of
public record KnownModel(
    String name, String what, String license, String source, List<ModelFile> files) {

  public KnownModel {
    files = List.copyOf(files);
  }

  /// A file of a model.
  ///
  /// @param name on this machine
  /// @param published its name where it was published
  /// @param address where it can be had
  /// @param size in bytes
  /// @param sha256 of its bytes, in hexadecimal
  public record ModelFile(
      String name, String published, String address, long size, String sha256) {}

  /// In bytes.
  public long size() {
    return files.stream().mapToLong(ModelFile::size).sum();
  }
}
