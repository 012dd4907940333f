/// What models are for: pictures and texts go in, classes, boxes and masks come out.
package dev.tendril.formats.task;
