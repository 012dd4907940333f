import org.jspecify.annotations.NullMarked;

/// From pictures to skeletons: MoveNet and BlazePose behind one way of asking.
@NullMarked
module dev.tendril.pose {
  requires transitive dev.tendril.core;
  requires dev.tendril.formats;
  requires transitive java.desktop;
  requires static transitive org.jspecify;
  requires java.net.http;
  requires tools.jackson.databind;

  exports dev.tendril.pose;
  exports dev.tendril.pose.blazepose;
  exports dev.tendril.pose.draw;
  exports dev.tendril.pose.exercise;
  exports dev.tendril.pose.filter;
  exports dev.tendril.pose.hub;
  exports dev.tendril.pose.image;
  exports dev.tendril.pose.movenet;
}
