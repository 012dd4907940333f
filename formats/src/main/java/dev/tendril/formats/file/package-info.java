/// Writing files.
package dev.tendril.formats.file;
