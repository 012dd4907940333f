package dev.tendril.formats.task;

/// A thing that a model finds in a picture. The box is in parts of the picture's width and height,
/// from its upper left corner; it may reach beyond.
public record Detection(Category category, float left, float top, float right, float bottom) {}
