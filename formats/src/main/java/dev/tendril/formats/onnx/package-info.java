/// Models of ONNX.
package dev.tendril.formats.onnx;
