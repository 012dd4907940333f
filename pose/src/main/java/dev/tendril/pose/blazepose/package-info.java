/// BlazePose: from raw answers of its two networks to landmarks.
package dev.tendril.pose.blazepose;
