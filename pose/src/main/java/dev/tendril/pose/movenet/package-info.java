/// MoveNet: where it looks, and the network itself.
package dev.tendril.pose.movenet;
