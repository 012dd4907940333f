package com.example.npu;

import dev.tendril.core.DType;
import dev.tendril.core.TensorException;
import dev.tendril.core.graph.Node;
import dev.tendril.core.spi.Accelerator;
import dev.tendril.core.spi.DeviceEvent;
import dev.tendril.core.spi.DeviceInfo;
import dev.tendril.core.spi.DeviceStream;
import dev.tendril.core.spi.OpCall;
import dev.tendril.core.spi.OpKernel;
import dev.tendril.core.spi.ReadyKernel;
import dev.tendril.core.spi.Support;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Memory that nobody else can reach, streams that do all work at once, and the negation of 32-bit
/// floats.
final class Npu implements Accelerator {
  private final DeviceInfo info;
  private final Map<Long, MemorySegment> blocks = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong(1);

  Npu(DeviceInfo info) {
    this.info = info;
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public long allocate(long bytes) {
    if (bytes > 1L << 30) {
      throw new TensorException("JPU:0 has no " + bytes + " bytes; it has a gibibyte");
    }
    long block = numbers.getAndIncrement();
    blocks.put(block, Arena.ofAuto().allocate(bytes, 64));
    return block;
  }

  @Override
  public void free(long block, long bytes) {
    blocks.remove(block);
  }

  private MemorySegment at(long block, long offset, long bytes) {
    return blocks.get(block).asSlice(offset, bytes);
  }

  @Override
  public DeviceStream openStream() {
    return new DeviceStream() {
      @Override
      public void copyIn(MemorySegment host, long block, long offset) {
        at(block, offset, host.byteSize()).copyFrom(host);
      }

      @Override
      public void copyOut(long block, long offset, MemorySegment host) {
        host.copyFrom(at(block, offset, host.byteSize()));
      }

      @Override
      public void copy(long from, long fromOffset, long to, long toOffset, long bytes) {
        at(to, toOffset, bytes).copyFrom(at(from, fromOffset, bytes));
      }

      @Override
      public void record(DeviceEvent event) {}

      @Override
      public void await(DeviceEvent event) {}

      @Override
      public void finish() {}

      @Override
      public void close() {}
    };
  }

  @Override
  public DeviceEvent openEvent() {
    return new DeviceEvent() {
      @Override
      public boolean isDone() {
        return true;
      }

      @Override
      public void await() {}

      @Override
      public void close() {}
    };
  }

  @Override
  public List<? extends OpKernel> kernels() {
    return List.of(new Negation());
  }

  @Override
  public void close() {
    blocks.clear();
  }

  private final class Negation implements OpKernel {
    @Override
    public String op() {
      return "neg";
    }

    @Override
    public Support supports(Node node) {
      DType type = node.inputs().getFirst().type().dtype();
      return type == DType.F32 ? Support.YES : Support.no(type.text() + "; it takes f32");
    }

    @Override
    public ReadyKernel prepare(Node node) {
      long bytes = node.inputs().getFirst().type().bytes();
      return _ ->
          new OpCall() {
            private MemorySegment from = MemorySegment.NULL;
            private MemorySegment to = MemorySegment.NULL;

            @Override
            public void input(int operand, long block, long offset) {
              from = at(block, offset, bytes);
            }

            @Override
            public void output(int result, long block, long offset) {
              to = at(block, offset, bytes);
            }

            @Override
            public void scratch(long block, long offset) {}

            @Override
            public void run() {
              for (long i = 0; i < bytes; i += Float.BYTES) {
                to.set(ValueLayout.JAVA_FLOAT, i, -from.get(ValueLayout.JAVA_FLOAT, i));
              }
            }
          };
    }
  }
}
