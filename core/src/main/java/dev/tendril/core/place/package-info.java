/// Which device computes what, and the copies between them.
package dev.tendril.core.place;
