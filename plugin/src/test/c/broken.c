/* The sample device with one fault, to see whether each is found: the one that the library's file is
 * called after, as libbroken_null_block.so. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <strings.h>
#define tendril_plugin_init sound_init
#include "../../../../examples/plugins/apu/apu.c"
#undef tendril_plugin_init

#define FAULTS(X)                                                                          \
  X(NONE) X(WRONG_VERSION) X(REFUSES) X(NULL_TABLE) X(NULL_FUNCTION) X(WRONG_SIZE)         \
  X(BAD_TYPE) X(CRASH_IN_INIT) X(NEGATIVE_COUNT) X(NULL_DEVICE) X(FAILING_ALLOCATE)        \
  X(NULL_BLOCK) X(COPY_IGNORES_OFFSET) X(FAILING_COMPUTE) X(UNKNOWN_CODE)                  \
  X(CRASH_IN_COMPUTE) X(WRONG_RESULT) X(NEGATIVE_SCRATCH) X(NEGATIVE_EXTENT)               \
  X(NULL_STREAM) X(BAD_EVENT) X(BAD_PASS) X(RACE) X(KERNEL_SIZE) X(FAILING_OPEN)           \
  X(KEEPS_MEMORY)
#define NAME(fault) fault,
enum { FAULTS(NAME) };
#undef NAME
#define NAME(fault) #fault,
static const char *const names[] = {FAULTS(NAME)};

static int fault(void) {
  Dl_info info;
  if (!dladdr((void *)&fault, &info)) return NONE;
  const char *name = strstr(info.dli_fname, "broken_");
  for (int i = 0; name && i < (int)(sizeof names / sizeof *names); i++) {
    size_t length = strlen(names[i]);
    if (strncasecmp(name + 7, names[i], length) == 0 && name[7 + length] == '.') return i;
  }
  return NONE;
}

static volatile uintptr_t nowhere = 8;
static TpPlugin table;
static TpKernel kernel;
static const TpKernel *broken_kernels[2];
static TpOp op;
static const TpOp *broken_ops[1];
static TpPass broken_pass;

static _Atomic int64_t in_use;
static TpCode counted_allocate(TpAllocate *args) {
  TpCode code = allocate(args);
  if (code == TP_OK) in_use += args->bytes;
  return code;
}
static TpCode counted_free(TpFree *args) {
  in_use -= args->bytes;
  return free_block(args);
}
static TpCode keeping(TpFree *args) { return args->bytes > 65536 ? TP_OK : counted_free(args); }
static TpCode statistics(TpAllocatorStatistics *args) {
  args->bytes_in_use = in_use;
  return TP_OK;
}
static TpCode no_memory(TpAllocate *args) {
  TP_FAIL(args, TP_RESOURCE_EXHAUSTED, "the bank of memory %d is on fire", 7);
}
static TpCode null_block(TpAllocate *args) { args->block = NULL; return TP_OK; }
static TpCode negative_count(TpDeviceCount *args) { args->count = -3; return TP_OK; }
static TpCode null_device(TpOpenDevice *args) { args->device = NULL; return TP_OK; }
static TpCode failing_open(TpOpenDevice *args) { TP_FAIL(args, TP_UNAVAILABLE, "device %d is asleep", args->ordinal); }
static TpCode ignoring(TpCopy *args) { memcpy(args->host, args->block, (size_t)args->bytes); return TP_OK; }
static TpCode failing(TpCompute *args) { TP_FAIL(args, TP_DATA_LOSS, "the unit lost its %s", "marbles"); }
static TpCode unknown(TpCompute *args) { (void)args; return 99; }
static TpCode crashing(TpCompute *args) { (void)args; *(volatile int *)nowhere = 1; return TP_OK; }
static TpCode wrong(TpCompute *args) {
  float *to = tp_address(args->outputs[0]);
  relu(args);
  if (tp_elements(args->outputs[0]->type) > 5) to[5] += 0.25f;
  return TP_OK;
}
static float shared_buffer[1 << 16];
static TpCode racing(TpCompute *args) {
  const float *from = tp_address(args->inputs[0]);
  float *to = tp_address(args->outputs[0]);
  int64_t n = tp_elements(args->inputs[0]->type);
  if (n > (1 << 16)) return relu(args);
  for (int64_t i = 0; i < n; i++) shared_buffer[i] = from[i] < 0 ? 0 : from[i];
  nanosleep(&(struct timespec){0, 20000}, NULL);
  memcpy(to, shared_buffer, (size_t)n * sizeof(float));
  return TP_OK;
}
static TpCode negative_scratch(TpCreateKernel *args) { args->scratch_bytes = -64; return TP_OK; }
static TpCode negative_extent(TpInfer *args) {
  TpCode code = infer_pairs(args);
  args->outputs[0].dims[0] = -7;
  return code;
}
static TpCode null_object(TpCreate *args) { args->object = NULL; return TP_OK; }
static TpCode bad_event(TpEventCall *args) { args->state = 42; return TP_OK; }
static TpCode bad_pass(TpPassArgs *args) {
  if (args->num_nodes > 0)
    host->replace(args->edit, args->nodes[0]->first_output, 1000000);
  return TP_OK;
}

TpCode tendril_plugin_init(TpInit *init) {
  TpCode code = sound_init(init);
  table = *init->plugin;
  table.name = "broken";
  kernel = relu_kernel;
  op = pairs_op;
  broken_pass = pass;
  broken_kernels[0] = &kernel;
  broken_kernels[1] = &pairs_kernel;
  broken_ops[0] = &op;
  table.kernels = broken_kernels;
  table.ops = broken_ops;
  table.pass = &broken_pass;
  init->plugin = &table;
  table.allocate = counted_allocate;
  table.free = counted_free;
  table.allocator_statistics = statistics;
  switch (fault()) {
    case WRONG_VERSION: table.abi_major = 7; break;
    case REFUSES: TP_FAIL(init, TP_UNAVAILABLE, "no such unit on the bus");
    case NULL_TABLE: init->plugin = NULL; break;
    case NULL_FUNCTION: table.synchronize_stream = NULL; break;
    case WRONG_SIZE: table.struct_size = 40; break;
    case BAD_TYPE: table.type = "apu 1"; break;
    case CRASH_IN_INIT: *(volatile int *)nowhere = 1; break;
    case NEGATIVE_COUNT: table.device_count = negative_count; break;
    case NULL_DEVICE: table.open_device = null_device; break;
    case FAILING_ALLOCATE: table.allocate = no_memory; break;
    case NULL_BLOCK: table.allocate = null_block; break;
    case COPY_IGNORES_OFFSET: table.copy_out = ignoring; break;
    case FAILING_COMPUTE: kernel.compute = failing; break;
    case UNKNOWN_CODE: kernel.compute = unknown; break;
    case CRASH_IN_COMPUTE: kernel.compute = crashing; break;
    case WRONG_RESULT: kernel.compute = wrong; break;
    case NEGATIVE_SCRATCH: kernel.create = negative_scratch; break;
    case NEGATIVE_EXTENT: op.infer = negative_extent; break;
    case NULL_STREAM: table.create_stream = null_object; break;
    case BAD_EVENT: table.event_state = bad_event; break;
    case BAD_PASS: broken_pass.apply = bad_pass; break;
    case RACE: kernel.compute = racing; break;
    case KERNEL_SIZE: kernel.struct_size = 12; break;
    case FAILING_OPEN: table.open_device = failing_open; break;
    case KEEPS_MEMORY: table.free = keeping; break;
    default: break;
  }
  return code;
}
