/*
 * A device as small as one can be: an "APU" that pretends to be an accelerator. Its memory is the C
 * heap, its streams do all work at once, and it computes ReLU and one op of its own.
 *
 *     gcc -O2 -shared -fPIC -I ../../../plugin/src/main/c apu.c -o libapu.so
 *
 * Put libapu.so into ~/.tendril/plugins and see `tendril devices`.
 */
#include <stdlib.h>
#include <time.h>

#include "tendril_plugin.h"

#ifndef APU_TYPE
#define APU_TYPE "APU"
#endif

struct TpDevice { int32_t ordinal; };
struct TpTimer { struct timespec from, to; };

/* ---- Kernels ---- */

static TpCode relu(TpCompute *args) {
  const TpTensor *x = args->inputs[0];
  const float *from = tp_address(x);
  float *to = tp_address(args->outputs[0]);
  int64_t n = tp_elements(x->type);
  for (int64_t i = 0; i < n; i++) to[i] = from[i] < 0 ? 0 : from[i];
  return TP_OK;
}

static TpCode create_relu(TpCreateKernel *args) {
  args->in_place = 1; /* operand 0 may be overwritten */
  return TP_OK;
}

/* apu_pairs: the greater of each two neighbors along the last axis, which must be of even extent;
 * with rectify=1 nothing below 0. */
static TpCode infer_pairs(TpInfer *args) {
  const TpNode *node = args->node;
  if (node->num_inputs != 1 || node->inputs[0]->rank < 1)
    TP_FAIL(args, TP_INVALID_ARGUMENT, "apu_pairs of %d operands; expected one, not a scalar",
            node->num_inputs);
  const TpTensorType *x = node->inputs[0];
  int64_t extent = x->dims[x->rank - 1];
  if (extent % 2 != 0 && extent != -1)
    TP_FAIL(args, TP_INVALID_ARGUMENT, "apu_pairs of a last axis of %lld; expected an even extent",
            (long long)extent);
  TpTensorType *y = &args->outputs[0];
  y->type = x->type;
  y->rank = x->rank;
  memcpy(y->dims, x->dims, sizeof y->dims);
  y->dims[y->rank - 1] = extent == -1 ? -1 : extent / 2;
  args->num_outputs = 1;
  return TP_OK;
}

static TpCode create_pairs(TpCreateKernel *args) {
  args->kernel = tp_attribute_int(args->node, "rectify", 0) ? args : NULL; /* a flag, no pointer */
  return TP_OK;
}

static TpCode pairs(TpCompute *args) {
  const float *from = tp_address(args->inputs[0]);
  float *to = tp_address(args->outputs[0]);
  int64_t n = tp_elements(args->outputs[0]->type);
  for (int64_t i = 0; i < n; i++) {
    float best = from[2 * i] > from[2 * i + 1] ? from[2 * i] : from[2 * i + 1];
    to[i] = args->kernel && best < 0 ? 0 : best;
  }
  return TP_OK;
}

static const TpTypeConstraint floats[] = {{TP_ALL, TP_BIT(TP_F32)}};

static const TpKernel relu_kernel = {
    .struct_size = sizeof(TpKernel), .op = "relu", .num_constraints = 1, .constraints = floats,
    .create = create_relu, .compute = relu};
static const TpKernel pairs_kernel = {
    .struct_size = sizeof(TpKernel), .op = "apu_pairs", .num_constraints = 1,
    .constraints = floats, .create = create_pairs, .compute = pairs};
static const TpOp pairs_op = {
    .struct_size = sizeof(TpOp), .name = "apu_pairs",
    .summary = "the greater of each two neighbors", .infer = infer_pairs};

/* ---- The graph pass: relu(apu_pairs(x)) becomes one call ---- */

static const TpHost *host;

static TpCode fuse(TpPassArgs *args) {
  for (int64_t i = 0; i < args->num_nodes; i++) {
    const TpPassNode *after = args->nodes[i];
    if (strcmp(after->node->op, "relu") != 0) continue;
    for (int64_t j = 0; j < i; j++) {
      const TpPassNode *before = args->nodes[j];
      if (strcmp(before->node->op, "apu_pairs") != 0) continue;
      if (before->first_output != after->inputs[0] || before->uses[0] != 1) continue;
      int64_t one = host->add_node(args->edit, "apu_pairs", 1, "rectify=1", before->inputs, 1);
      if (one < 0 || host->replace(args->edit, after->first_output, one) < 0)
        TP_FAIL(args, TP_INTERNAL, "joining %s and %s", before->node->name, after->node->name);
    }
  }
  return TP_OK;
}

static const TpPass pass = {
    .struct_size = sizeof(TpPass), .name = "apu_fuse_pairs", .apply = fuse};

/* ---- The device ---- */

static struct TpDevice devices[] = {{0}};

static TpCode device_count(TpDeviceCount *args) {
  args->count = 1;
  return TP_OK;
}

static TpCode describe_device(TpDescribeDevice *args) {
  args->hardware_name = "a pretended accelerator on the C heap";
  args->vendor = "the examples of Tendril";
  return TP_OK;
}

static TpCode open_device(TpOpenDevice *args) {
  if (args->ordinal != 0) TP_FAIL(args, TP_NOT_FOUND, "there is no APU %d", args->ordinal);
  args->device = &devices[0];
  return TP_OK;
}

static TpCode nothing_to_destroy(TpDestroy *args) {
  (void)args;
  return TP_OK;
}

/* ---- Memory ---- */

static TpCode allocate(TpAllocate *args) {
  size_t bytes = ((size_t)args->bytes + 63) / 64 * 64;
  args->block = aligned_alloc(64, bytes);
  if (!args->block)
    TP_FAIL(args, TP_RESOURCE_EXHAUSTED, "the C heap has no %lld bytes", (long long)args->bytes);
  return TP_OK;
}

static TpCode free_block(TpFree *args) {
  free(args->block);
  return TP_OK;
}

static TpCode copy_in(TpCopy *args) {
  memcpy((char *)args->block + args->offset, args->host, (size_t)args->bytes);
  return TP_OK;
}

static TpCode copy_out(TpCopy *args) {
  memcpy(args->host, (char *)args->block + args->offset, (size_t)args->bytes);
  return TP_OK;
}

static TpCode copy_within(TpCopy *args) {
  memmove((char *)args->to_block + args->to_offset, (char *)args->block + args->offset,
          (size_t)args->bytes);
  return TP_OK;
}

/* ---- Streams and events: all work is done at once, so there is nothing to wait for ---- */

static TpCode create_nothing(TpCreate *args) {
  args->object = &devices[0];
  return TP_OK;
}

static TpCode done(TpStreamCall *args) {
  (void)args;
  return TP_OK;
}

static TpCode event_state(TpEventCall *args) {
  args->state = TP_EVENT_DONE;
  return TP_OK;
}

static TpCode await_event(TpEventCall *args) {
  (void)args;
  return TP_OK;
}

/* ---- Timers ---- */

static TpCode create_timer(TpCreate *args) {
  args->object = calloc(1, sizeof(struct TpTimer));
  if (!args->object) TP_FAIL(args, TP_RESOURCE_EXHAUSTED, "no memory for a timer");
  return TP_OK;
}

static TpCode destroy_timer(TpDestroy *args) {
  free(args->object);
  return TP_OK;
}

static TpCode start_timer(TpStreamCall *args) {
  clock_gettime(CLOCK_MONOTONIC, &args->timer->from);
  return TP_OK;
}

static TpCode stop_timer(TpStreamCall *args) {
  clock_gettime(CLOCK_MONOTONIC, &args->timer->to);
  return TP_OK;
}

static TpCode read_timer(TpTimerRead *args) {
  args->nanoseconds = (args->timer->to.tv_sec - args->timer->from.tv_sec) * 1000000000LL +
                      (args->timer->to.tv_nsec - args->timer->from.tv_nsec);
  return TP_OK;
}

/* ---- The table ---- */

static const TpKernel *const kernels[] = {&relu_kernel, &pairs_kernel};
static const TpOp *const ops[] = {&pairs_op};

static const TpPlugin plugin = {
    .struct_size = sizeof(TpPlugin),
    .abi_major = TP_ABI_MAJOR,
    .abi_minor = TP_ABI_MINOR,
    .name = "apu-example",
    .version = "1.0",
    .type = APU_TYPE,
    .subtype = "MY_DEVICE",
    .priority = 100,
    .num_kernels = 2,
    .kernels = kernels,
    .num_ops = 1,
    .ops = ops,
    .pass = &pass,
    .device_count = device_count,
    .describe_device = describe_device,
    .open_device = open_device,
    .close_device = nothing_to_destroy,
    .allocate = allocate,
    .free = free_block,
    .copy_in = copy_in,
    .copy_out = copy_out,
    .copy_within = copy_within,
    .create_stream = create_nothing,
    .destroy_stream = nothing_to_destroy,
    .synchronize_stream = done,
    .create_event = create_nothing,
    .destroy_event = nothing_to_destroy,
    .record_event = done,
    .wait_event = done,
    .event_state = event_state,
    .await_event = await_event,
    .create_timer = create_timer,
    .destroy_timer = destroy_timer,
    .start_timer = start_timer,
    .stop_timer = stop_timer,
    .read_timer = read_timer,
};

TpCode tendril_plugin_init(TpInit *init) {
  if (init->abi_major != TP_ABI_MAJOR)
    TP_FAIL(init, TP_FAILED_PRECONDITION, "built for version %d of the interface, not %d",
            TP_ABI_MAJOR, init->abi_major);
  host = init->host;
  init->plugin = &plugin;
  return TP_OK;
}
