/// Kernels as machine code, which Java writes and calls.
///
/// A library in C brings its kernels along, compiled for every processor and every shape that
/// anybody may have. Here a kernel is written when a graph is made ready: then the shapes are
/// known, and so are the processor, the weights and what follows a product. Extents become numbers
/// within instructions, borders become code that leaves out what is not there, and nothing is asked
/// at run time. It takes some 40 microseconds a kernel, and there is no warming up: the first call
/// is as fast as the last.
///
/// From the bottom up:
///
/// 1. `asm`, an assembler. `Op` is the table of instructions, one line each; `Encoder` writes them
///    as bytes; `Assembler` collects them, and knows about labels and constants. Nothing in it
///    knows what a kernel is.
/// 2. `host`, the process. `Cpu` asks the processor what it can do, by a routine of two
///    instructions. `CodePool` gives routines a place in memory that was written and then sealed;
///    `Code` can be called. This is the only package of the room that leaves Java.
/// 3. `gen`, the generator. A `Target` is a set of instructions as a kernel sees it: so many
///    registers of so many floats. `ProductCode` with its tile writes products of matrices, and so
///    convolutions; `ChannelwiseCode` what slides a window over channels; `RowWise` what treats
///    rows. Each is the routine of a record that says what is to be computed (`Product`,
///    `Channelwise`, `RowWise`), so that equal work is one routine.
/// 4. `kernel`, between graphs and routines. It says which nodes have a kernel and why others have
///    none, packs weights, and cuts work into calls: a kernel is a list of steps, a step is a
///    routine and the arguments of each of its calls. Arguments are resolved to addresses when a
///    kernel is tied to memory; a run only calls. A graph that is small becomes one routine of
///    calls (`Chain`).
///
/// What keeps it safe: every extent is checked before code is written, since a wrong address ends
/// the process; operand numbers are asserted, since register 32 would be taken for register 0;
/// results must be those of the reference, also in an emulator that knows each byte that may be
/// touched, and between pages that nobody may touch.
@NullMarked
package dev.tendril.machine;

import org.jspecify.annotations.NullMarked;
