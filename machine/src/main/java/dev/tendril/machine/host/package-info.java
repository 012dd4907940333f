/// The process that code runs in: what its processor can do, memory that can be executed, and calls
/// into it. The only place of the room where Java leaves Java.
package dev.tendril.machine.host;
