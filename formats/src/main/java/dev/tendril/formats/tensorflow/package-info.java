/// Models of TensorFlow: saved models, and graph models of TensorFlow.js.
package dev.tendril.formats.tensorflow;
