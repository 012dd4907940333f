/// Published models: which there are, and where their files are on this machine.
package dev.tendril.pose.hub;
