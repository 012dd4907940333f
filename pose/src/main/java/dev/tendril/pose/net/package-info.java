/// Networks that look at pictures.
package dev.tendril.pose.net;
