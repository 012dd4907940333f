package dev.tendril.machine.kernel;

import dev.tendril.core.spi.Chainable;
import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Gpr;
import dev.tendril.machine.asm.Imm;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.host.Code;
import dev.tendril.machine.host.CodePool;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Calls that follow each other as one routine that makes them: a small graph is left and entered
/// once, not node by node. The routine knows where its callees and their arguments are, which stay
/// for as long as this does.
final class Chain implements Chainable {
  private final List<Call> calls;
  private @Nullable Code code;

  /// A routine and its arguments.
  record Call(Code code, MemorySegment arguments, Object kept) {}

  Chain(List<Call> calls) {
    this.calls = List.copyOf(calls);
  }

  @Override
  public @Nullable Chainable then(Runnable next) {
    return next instanceof Part part && part.call() != null ? with(part.call()) : null;
  }

  /// What may become part of a chain.
  interface Part extends Chainable {
    /// Its only call; null when there are several.
    @Nullable Call call();

    @Override
    default @Nullable Chainable then(Runnable next) {
      Call own = call();
      return own == null ? null : new Chain(List.of(own)).then(next);
    }
  }

  private Chain with(Call call) {
    List<Call> more = new ArrayList<>(calls);
    more.add(call);
    return new Chain(more);
  }

  @Override
  public void run() {
    Code routine = code;
    if (routine == null) {
      routine = write();
      code = routine;
    }
    try {
      routine.call(MemorySegment.NULL);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private Code write() {
    Assembler a = new Assembler(false);
    for (Call call : calls) {
      a.add(Op.MOV, Gpr.RDI, new Imm(call.arguments().address()));
      a.add(Op.MOV, Gpr.RAX, new Imm(call.code().address()));
      a.add(Op.CALL, Gpr.RAX);
    }
    a.add(Op.RET);
    return CodePool.add(a.assemble("chain of " + calls.size()));
  }
}
