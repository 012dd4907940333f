package dev.tendril.machine.host;

import dev.tendril.core.spi.Support;
import org.jspecify.annotations.Nullable;

/// Whether this process can run machine code, and on which processor. Asked once.
public final class Host {
  /// `off` keeps Tendril from making machine code.
  public static final String SWITCH = "tendril.machine";

  private static final Host HERE = find();

  private final Support support;
  private final @Nullable Cpu cpu;

  private Host(Support support, @Nullable Cpu cpu) {
    this.support = support;
    this.cpu = cpu;
  }

  /// Yes, or why not: the switch, the platform, the processor, native access, a security policy.
  public static Support support() {
    return HERE.support;
  }

  /// The processor; null where the answer is no.
  public static @Nullable Cpu cpu() {
    return HERE.cpu;
  }

  private static Host find() {
    if (System.getProperty(SWITCH, "on").equals("off")) {
      return off("switched off by -D" + SWITCH + "=off");
    }
    String system = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
    if (!system.equals("Linux on amd64")) {
      return off("there is machine code for Linux on amd64 only; this is " + system);
    }
    Module module = Host.class.getModule();
    if (!module.isNativeAccessEnabled()) {
      return off(
          "native access is not enabled; java --enable-native-access="
              + (module.isNamed() ? module.getName() : "ALL-UNNAMED")
              + " does that");
    }
    try {
      Cpu found = Cpu.ask();
      return found.has(Cpu.Feature.AVX2)
          ? new Host(Support.YES, found)
          : off("the processor " + found.name() + " has no AVX2 and FMA");
    } catch (CodeException | IllegalStateException e) {
      return off(String.valueOf(e.getMessage()));
    }
  }

  private static Host off(String reason) {
    return new Host(Support.no(reason), null);
  }
}
