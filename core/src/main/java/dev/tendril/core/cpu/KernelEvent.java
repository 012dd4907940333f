package dev.tendril.core.cpu;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// One node of a graph, run once, as an event of Java's flight recorder.
@Name("dev.tendril.Kernel")
@Label("Kernel")
@Category("Tendril")
@Description("The run of one node of a graph")
@StackTrace(false)
final class KernelEvent extends Event {
  @Label("Graph")
  String graph = "";

  @Label("Node")
  String node = "";

  @Label("Operation")
  String op = "";

  @Label("Types")
  String types = "";

  @Label("Kernel Provider")
  String provider = "";

  @Label("Bytes")
  long bytes;

  @Label("Floating-Point Operations")
  long flops;
}
