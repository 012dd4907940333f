import org.jspecify.annotations.NullMarked;

/// Devices behind a native door: plug-ins as shared libraries of a C interface.
@NullMarked
module dev.tendril.plugin {
  requires static transitive org.jspecify;
  requires transitive dev.tendril.core;
  requires dev.tendril.compile;

  exports dev.tendril.plugin;

  provides dev.tendril.core.spi.ProviderSource with
      dev.tendril.plugin.PluginFolder,
      dev.tendril.plugin.pjrt.PjrtFolder;
  provides dev.tendril.core.op.CustomOp.Source with
      dev.tendril.plugin.PluginFolder;
}
