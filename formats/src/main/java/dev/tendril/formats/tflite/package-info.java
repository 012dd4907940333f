/// Models of TensorFlow Lite: files, their graphs, and back.
package dev.tendril.formats.tflite;
