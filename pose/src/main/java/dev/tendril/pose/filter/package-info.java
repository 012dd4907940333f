/// Smoothing of numbers that come one by one, as key points of a video do.
package dev.tendril.pose.filter;
