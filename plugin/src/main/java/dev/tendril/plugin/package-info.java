/// Devices behind a native door: shared libraries of the C interface `tendril_plugin.h`.
package dev.tendril.plugin;
