package dev.tendril.benchmarks.nets;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.OpResolver;

/// The reference kernels of TensorFlow Lite, which the library has and its Java classes do not
/// name. Unlike the built-in ones they round the same way on every machine.
final class ReferenceKernels {
  /// `tflite::ops::builtin::BuiltinRefOpResolver::BuiltinRefOpResolver()`.
  private static final String CONSTRUCTOR =
      "_ZN6tflite3ops7builtin20BuiltinRefOpResolverC1Ev";

  /// More than the object takes.
  private static final long SIZE = 4096;

  private ReferenceKernels() {}

  /// A resolver that lives as long as the process.
  @SuppressWarnings("restricted")
  static OpResolver resolver() {
    String library = Loader.load(OpResolver.class);
    MemorySegment constructor =
        SymbolLookup.libraryLookup(Path.of(library), Arena.global())
            .find(CONSTRUCTOR)
            .orElseThrow();
    MemorySegment object = Arena.global().allocate(SIZE, 64);
    try {
      Linker.nativeLinker()
          .downcallHandle(constructor, FunctionDescriptor.ofVoid(ValueLayout.ADDRESS))
          .invokeExact(object);
    } catch (Throwable e) {
      throw new IllegalStateException("making a resolver of reference kernels", e);
    }
    return new At(object.address());
  }

  /// An object at an address.
  private static final class At extends OpResolver {
    At(long place) {
      super(pointer(place));
    }

    private static Pointer pointer(long place) {
      return new Pointer() {
        {
          address = place;
        }
      };
    }
  }
}
