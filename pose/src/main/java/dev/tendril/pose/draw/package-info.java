/// Drawing of poses.
package dev.tendril.pose.draw;
