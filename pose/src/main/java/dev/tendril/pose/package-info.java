/// Finding poses in pictures.
package dev.tendril.pose;
