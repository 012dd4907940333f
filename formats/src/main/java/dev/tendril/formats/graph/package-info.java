/// Graphs while they are made of files, and before they become files.
package dev.tendril.formats.graph;
