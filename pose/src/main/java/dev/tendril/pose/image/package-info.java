/// Pictures, and cutting what a network looks at out of them.
package dev.tendril.pose.image;
