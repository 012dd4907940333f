/* The sample device, and what its kernel takes by itself: what is left of an op's time is the host's. */
#include "../../../../examples/plugins/apu/apu.c"

/* Nanoseconds of a call of relu on `count` numbers, the least of several rounds. */
double own_time(int64_t count) {
  static float from[1 << 12], to[1 << 12];
  TpTensorType type = {.struct_size = sizeof type, .type = TP_F32, .rank = 1, .dims = {count},
                       .bytes = count * 4};
  TpTensor x = {.struct_size = sizeof x, .block = from, .type = &type};
  TpTensor y = {.struct_size = sizeof y, .block = to, .type = &type};
  const TpTensor *inputs[] = {&x}, *outputs[] = {&y};
  TpCompute args = {.struct_size = sizeof args, .num_inputs = 1, .num_outputs = 1,
                    .inputs = inputs, .outputs = outputs};
  TpCode (*volatile compute)(TpCompute *) = relu_kernel.compute;
  double least = 1e9;
  for (int round = 0; round < 50; round++) {
    struct timespec start, end;
    const int calls = 20000;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int i = 0; i < calls; i++) compute(&args);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double nanos =
        ((end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec)) / calls;
    least = nanos < least ? nanos : least;
  }
  return least;
}
