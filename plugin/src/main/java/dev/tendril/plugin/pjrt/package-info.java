/// Devices behind the interface of PJRT, the door of OpenXLA.
package dev.tendril.plugin.pjrt;
