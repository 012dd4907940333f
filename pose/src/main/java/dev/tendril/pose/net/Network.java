package dev.tendril.pose.net;

import dev.tendril.core.DType;
import dev.tendril.core.Rounding;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.run.Devices;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// A network of one picture, made ready, with its tensors. A run allocates nothing that stays.
/// Quantized ones round as on a desktop, which is where their published answers are from.
public final class Network implements AutoCloseable {
  private final Executable executable;
  private final Tensor input;
  private final List<Tensor> outputs;
  private final float[] levels;

  /// @param low what the network is given for the level 0
  /// @param high what the network is given for the level 255
  public Network(Graph graph, float low, float high, int threads) {
    executable =
        Devices.current()
            .compile(
                graph, CompileOptions.DEFAULT.withThreads(threads).withRounding(Rounding.DESKTOP));
    TensorType type = executable.inputs().getFirst();
    input = Tensor.allocate(type);
    outputs = executable.outputs().stream().map(Tensor::allocate).toList();
    levels = new float[256];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = low + (high - low) * i / 255;
    }
  }

  /// The width of its pictures.
  public int width() {
    return input.shape().dim(2);
  }

  /// The height of its pictures.
  public int height() {
    return input.shape().dim(1);
  }

  /// Runs on a picture.
  ///
  /// @param pixels levels of red, green and blue
  public void run(byte[] pixels) {
    MemorySegment memory = input.memory();
    if (input.dtype() == DType.U8) {
      MemorySegment.copy(pixels, 0, memory, ValueLayout.JAVA_BYTE, 0, pixels.length);
    } else if (input.dtype() == DType.I32) {
      for (int i = 0; i < pixels.length; i++) {
        memory.setAtIndex(ValueLayout.JAVA_INT, i, pixels[i] & 0xff);
      }
    } else {
      for (int i = 0; i < pixels.length; i++) {
        memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, levels[pixels[i] & 0xff]);
      }
    }
    executable.run(List.of(input), outputs);
  }

  /// One of its answers to the last picture.
  public float[] output(int index) {
    return outputs.get(index).toFloatArray();
  }

  /// The one number of an answer.
  public float scalar(int index) {
    return (float) outputs.get(index).get(0);
  }

  @Override
  public void close() {
    executable.close();
    input.close();
    outputs.forEach(Tensor::close);
  }
}
