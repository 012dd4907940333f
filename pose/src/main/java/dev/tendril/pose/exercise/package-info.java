/// What bodies do: angles of joints, repetitions of an exercise.
package dev.tendril.pose.exercise;
