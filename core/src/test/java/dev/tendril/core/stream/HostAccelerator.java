package dev.tendril.core.stream;

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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Negates numbers in memory of its own, and counts what its kernels hold; the kernel of `abs`
/// cannot be made ready.
final class HostAccelerator implements Accelerator {
  private final DeviceInfo info;
  private final Map<Long, MemorySegment> blocks = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong(1);
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger late = new AtomicInteger();
  private volatile boolean closed;

  HostAccelerator(DeviceInfo info) {
    this.info = info;
  }

  int openKernels() {
    return open.get();
  }

  int closedTooLate() {
    return late.get();
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public long allocate(long bytes) {
    long block = numbers.getAndIncrement();
    blocks.put(block, Arena.ofAuto().allocate(bytes, 64));
    return block;
  }

  @Override
  public void free(long block, long bytes) {
    blocks.remove(block);
  }

  private MemorySegment at(long block, long offset, long bytes) {
    MemorySegment memory = blocks.get(block);
    if (memory == null) {
      throw new TensorException("no block " + block);
    }
    return memory.asSlice(offset, bytes);
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
    return List.of(new Negation("neg"), new Negation("abs"));
  }

  @Override
  public void close() {
    closed = true;
  }

  private final class Negation implements OpKernel {
    private final String op;

    Negation(String op) {
      this.op = op;
    }

    @Override
    public String op() {
      return op;
    }

    @Override
    public Support supports(Node node) {
      return Support.YES;
    }

    @Override
    public ReadyKernel prepare(Node node) {
      if (op.equals("abs")) {
        throw new TensorException("abs cannot be made ready");
      }
      open.incrementAndGet();
      long bytes = node.outputs().getFirst().bytes();
      return new ReadyKernel() {
        @Override
        public OpCall bind(DeviceStream stream) {
          return new Call(bytes);
        }

        @Override
        public void close() {
          open.decrementAndGet();
          if (closed) {
            late.incrementAndGet();
          }
        }
      };
    }
  }

  private final class Call implements OpCall {
    private final long bytes;
    private MemorySegment from = MemorySegment.NULL;
    private MemorySegment to = MemorySegment.NULL;

    Call(long bytes) {
      this.bytes = bytes;
    }

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
  }
}
