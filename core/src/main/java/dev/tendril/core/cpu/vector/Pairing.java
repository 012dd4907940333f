package dev.tendril.core.cpu.vector;

import static dev.tendril.core.cpu.vector.Lanes.BYTES;
import static dev.tendril.core.cpu.vector.Lanes.load;
import static dev.tendril.core.cpu.vector.Lanes.store;

import dev.tendril.core.op.BinaryKind;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/// Functions of two numbers, of many numbers at once; each has a loop of its own, as [Curve]s do.
sealed interface Pairing {
  /// Computes whole vectors; the result may be in an operand's place.
  void run(
      MemorySegment left,
      long at,
      MemorySegment right,
      long bt,
      MemorySegment y,
      long yt,
      int vectors);

  /// The loop of a function, or null when there is none.
  static @Nullable Pairing of(BinaryKind kind) {
    return switch (kind) {
      case ADD -> new Sum();
      case SUB -> new Difference();
      case MUL -> new Multiple();
      case DIV -> new Quotient();
      case MIN -> new Least();
      case MAX -> new Greatest();
      case SQUARED_DIFFERENCE -> new SquaredDifference();
      case FLOOR_DIV,
          MOD,
          POW,
          ATAN2,
          EQ,
          NE,
          LT,
          LE,
          GT,
          GE,
          AND,
          OR,
          XOR,
          SHIFT_LEFT,
          SHIFT_RIGHT ->
          null;
    };
  }

  /// `a + b`.
  record Sum() implements Pairing {
    @Override
    public void run(
        MemorySegment left,
        long at,
        MemorySegment right,
        long bt,
        MemorySegment y,
        long yt,
        int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector a = load(left, at + i * BYTES);
        FloatVector b = load(right, bt + i * BYTES);
        store(a.add(b), y, yt + i * BYTES);
      }
    }
  }

  /// `a - b`.
  record Difference() implements Pairing {
    @Override
    public void run(
        MemorySegment left,
        long at,
        MemorySegment right,
        long bt,
        MemorySegment y,
        long yt,
        int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector a = load(left, at + i * BYTES);
        FloatVector b = load(right, bt + i * BYTES);
        store(a.sub(b), y, yt + i * BYTES);
      }
    }
  }

  /// `a · b`.
  record Multiple() implements Pairing {
    @Override
    public void run(
        MemorySegment left,
        long at,
        MemorySegment right,
        long bt,
        MemorySegment y,
        long yt,
        int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector a = load(left, at + i * BYTES);
        FloatVector b = load(right, bt + i * BYTES);
        store(a.mul(b), y, yt + i * BYTES);
      }
    }
  }

  /// `a / b`.
  record Quotient() implements Pairing {
    @Override
    public void run(
        MemorySegment left,
        long at,
        MemorySegment right,
        long bt,
        MemorySegment y,
        long yt,
        int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector a = load(left, at + i * BYTES);
        FloatVector b = load(right, bt + i * BYTES);
        store(a.div(b), y, yt + i * BYTES);
      }
    }
  }

  /// `min(a, b)`.
  record Least() implements Pairing {
    @Override
    public void run(
        MemorySegment left,
        long at,
        MemorySegment right,
        long bt,
        MemorySegment y,
        long yt,
        int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector a = load(left, at + i * BYTES);
        FloatVector b = load(right, bt + i * BYTES);
        store(a.min(b), y, yt + i * BYTES);
      }
    }
  }

  /// `max(a, b)`.
  record Greatest() implements Pairing {
    @Override
    public void run(
        MemorySegment left,
        long at,
        MemorySegment right,
        long bt,
        MemorySegment y,
        long yt,
        int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector a = load(left, at + i * BYTES);
        FloatVector b = load(right, bt + i * BYTES);
        store(a.max(b), y, yt + i * BYTES);
      }
    }
  }

  /// `(a - b)²`.
  record SquaredDifference() implements Pairing {
    @Override
    public void run(
        MemorySegment left,
        long at,
        MemorySegment right,
        long bt,
        MemorySegment y,
        long yt,
        int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector a = load(left, at + i * BYTES);
        FloatVector b = load(right, bt + i * BYTES);
        store(a.sub(b).mul(a.sub(b)), y, yt + i * BYTES);
      }
    }
  }
}
