/*
 * A device as small as one can be: an "APU" that pretends to be an accelerator. It computes ReLU and
 * one op of its own; its memory and streams are those of heap_device.h.
 *
 *     gcc -O2 -shared -fPIC -I ../../../plugin/src/main/c apu.c -o libapu.so
 *
 * Put libapu.so into ~/.tendril/plugins and see `tendril devices`.
 */
#define HEAP_HARDWARE "a pretended accelerator on the C heap"
#define HEAP_VENDOR "the examples of Tendril"
#include "../heap_device.h"

#ifndef APU_TYPE
#define APU_TYPE "APU"
#endif

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
    HEAP_DEVICE,
};

TpCode tendril_plugin_init(TpInit *init) {
  if (init->abi_major != TP_ABI_MAJOR)
    TP_FAIL(init, TP_FAILED_PRECONDITION, "built for version %d of the interface, not %d",
            TP_ABI_MAJOR, init->abi_major);
  host = init->host;
  init->plugin = &plugin;
  return TP_OK;
}
