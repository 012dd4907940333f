package dev.tendril.pose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.TensorException;
import dev.tendril.pose.exercise.Joint;
import dev.tendril.pose.exercise.RepetitionCounter;
import dev.tendril.pose.image.Picture;
import dev.tendril.pose.image.RawFrames;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExerciseTest {
  @Test
  void repetitionsAreCountedDespiteTrembling() {
    RepetitionCounter counter = new RepetitionCounter(100, 150);
    double[] angles = {
      170,
      160,
      101,
      99,
      101,
      98,
      70,
      Double.NaN,
      99,
      101,
      140,
      149,
      151,
      149,
      151,
      165,
      80,
      120,
      90,
      155,
      130
    };
    for (int i = 0; i < angles.length; i++) {
      counter.add(angles[i], Duration.ofMillis(100L * i));
    }
    assertEquals(2, counter.count());
    RepetitionCounter.Repetition first = counter.repetitions().getFirst();
    assertEquals(70, first.least());
    assertEquals(100, first.range());
    assertEquals(Duration.ofMillis(900), first.length());
    assertThrows(IllegalArgumentException.class, () -> new RepetitionCounter(150, 100));
  }

  @Test
  void anglesOfJoints() {
    List<Keypoint> points = new ArrayList<>();
    for (String name : Topology.COCO_17.names()) {
      double x = name.equals("left_ankle") ? 50 : 0;
      double y = name.equals("left_hip") ? 0 : 50;
      points.add(new Keypoint(name, x, y, Double.NaN, name.equals("right_knee") ? 0.1 : 0.9));
    }
    Pose pose = new Pose(Topology.COCO_17, 1, points, List.of(), null, null, null);
    assertEquals(90, Joint.LEFT_KNEE.angle(pose, 0.3), 1e-9);
    assertTrue(Double.isNaN(Joint.RIGHT_KNEE.angle(pose, 0.3)));
  }

  @Test
  void framesOfAPipe() {
    RawFrames frames = new RawFrames(new ByteArrayInputStream(new byte[2 * 12 + 5]), 2, 2);
    assertEquals(2, frames.next().map(Picture::width).orElseThrow());
    assertTrue(frames.next().isPresent());
    String message = assertThrows(TensorException.class, frames::next).getMessage();
    assertTrue(message.contains("frame 3") && message.contains("5 of 12 bytes"), message);
    assertTrue(new RawFrames(new ByteArrayInputStream(new byte[0]), 2, 2).next().isEmpty());
    assertThrows(
        IllegalArgumentException.class,
        () -> new RawFrames(new ByteArrayInputStream(new byte[0]), 0, 2));
  }
}
