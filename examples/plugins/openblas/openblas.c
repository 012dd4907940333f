/*
 * OpenBLAS as a device: products of matrices and convolutions of f32 by cblas_sgemm.
 *
 *     gcc -O3 -shared -fPIC -I ../../../plugin/src/main/c openblas.c -lopenblas -o libopenblas_device.so
 *
 * A convolution is a product too: each place of the window becomes a row of the elements that it
 * covers (im2col), in working memory; with a window of 1x1 the image is that matrix already.
 */
#define HEAP_HARDWARE "products and convolutions by OpenBLAS"
#define HEAP_VENDOR "the examples of Tendril"
#include <cblas.h>

#include "../heap_device.h"

enum { NO_ACTIVATION, RELU, RELU6 };

/* What `create` works out for a node. */
typedef struct Product {
  int64_t batches, m, n, k;
  int transpose_a, transpose_b, activation;
} Product;

typedef struct Conv {
  int64_t images, height, width, channels, out_height, out_width, filters;
  int64_t window[2], strides[2], dilations[2], before[2];
  int activation, direct;
} Conv;

static int activation(const TpNode *node) {
  const char *text = tp_attribute_text(node, "activation");
  if (strcmp(text, "none") == 0 || text[0] == 0) return NO_ACTIVATION;
  if (strcmp(text, "relu") == 0) return RELU;
  return strcmp(text, "relu6") == 0 ? RELU6 : -1;
}

static void finish(float *y, int64_t count, int activation) {
  if (activation == NO_ACTIVATION) return;
  for (int64_t i = 0; i < count; i++) {
    float value = y[i] < 0 ? 0 : y[i];
    y[i] = activation == RELU6 && value > 6 ? 6 : value;
  }
}

/* y = a * b, plus a bias for each column. */
static void product(int transpose_a, int transpose_b, int64_t m, int64_t n, int64_t k,
                    const float *a, const float *b, const float *bias, float *y) {
  for (int64_t row = 0; bias && row < m; row++)
    memcpy(y + row * n, bias, (size_t)n * sizeof(float));
  int64_t lda = transpose_a ? m : k, ldb = transpose_b ? k : n;
  cblas_sgemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans,
              transpose_b ? CblasTrans : CblasNoTrans, (int)m, (int)n, (int)k, 1, a,
              lda > 0 ? (int)lda : 1, b, ldb > 0 ? (int)ldb : 1, bias ? 1 : 0, y, (int)n);
}

/* ---- matmul ---- */

static TpCode supports_matmul(TpSupports *args) {
  const TpNode *node = args->node;
  const TpTensorType *a = node->inputs[0], *b = node->inputs[1];
  if (activation(node) < 0)
    TP_FAIL(args, TP_UNIMPLEMENTED, "activation %s", tp_attribute_text(node, "activation"));
  if (b->rank == 2 && (a->rank == 2 || !tp_attribute_int(node, "transpose_a", 0))) return TP_OK;
  int same = a->rank == b->rank;
  for (int i = 0; same && i < a->rank - 2; i++) same = a->dims[i] == b->dims[i];
  if (!same) TP_FAIL(args, TP_UNIMPLEMENTED, "batches that broadcast");
  return TP_OK;
}

static TpCode create_matmul(TpCreateKernel *args) {
  const TpNode *node = args->node;
  const TpTensorType *a = node->inputs[0], *b = node->inputs[1], *y = node->outputs[0];
  Product *p = calloc(1, sizeof *p);
  if (!p) TP_FAIL(args, TP_RESOURCE_EXHAUSTED, "no memory for a kernel");
  p->transpose_a = (int)tp_attribute_int(node, "transpose_a", 0);
  p->transpose_b = (int)tp_attribute_int(node, "transpose_b", 0);
  p->activation = activation(node);
  p->n = y->dims[y->rank - 1];
  p->k = a->dims[a->rank - (p->transpose_a ? 2 : 1)];
  p->m = y->dims[y->rank - 2];
  p->batches = 1;
  for (int i = 0; i < y->rank - 2; i++) p->batches *= y->dims[i];
  if (b->rank == 2) { /* all rows of all batches are one matrix */
    p->m *= p->batches;
    p->batches = 1;
  }
  args->kernel = p;
  return TP_OK;
}

static TpCode matmul(TpCompute *args) {
  const Product *p = args->kernel;
  const float *a = tp_address(args->inputs[0]), *b = tp_address(args->inputs[1]);
  const float *bias = args->num_inputs > 2 ? tp_address(args->inputs[2]) : NULL;
  float *y = tp_address(args->outputs[0]);
  if (p->m == 0 || p->n == 0) return TP_OK;
  for (int64_t i = 0; i < p->batches; i++)
    product(p->transpose_a, p->transpose_b, p->m, p->n, p->k, a + i * p->m * p->k,
            b + i * p->k * p->n, bias, y + i * p->m * p->n);
  finish(y, p->batches * p->m * p->n, p->activation);
  return TP_OK;
}

/* ---- conv ---- */

static TpCode supports_conv(TpSupports *args) {
  const TpNode *node = args->node;
  if (node->inputs[0]->rank != 4) TP_FAIL(args, TP_UNIMPLEMENTED, "other than two spatial axes");
  if (tp_attribute_int(node, "groups", 1) != 1) TP_FAIL(args, TP_UNIMPLEMENTED, "groups");
  if (activation(node) < 0)
    TP_FAIL(args, TP_UNIMPLEMENTED, "activation %s", tp_attribute_text(node, "activation"));
  return TP_OK;
}

static int64_t spatial(const TpNode *node, const char *name, int axis) {
  const TpAttribute *a = tp_attribute(node, name);
  return a && axis < a->num_ints ? a->ints[axis] : 1;
}

/* The zeros before an axis: said, none, or half of what makes every stride count. */
static int64_t before(const TpNode *node, int axis, int64_t extent, int64_t places, int64_t reach,
                      int64_t stride) {
  const char *padding = tp_attribute_text(node, "padding");
  long long first = 0, second = 0;
  if (sscanf(padding, "explicit([%lld,%lld]", &first, &second) == 2) return axis ? second : first;
  int64_t all = (places - 1) * stride + reach - extent;
  return strcmp(padding, "same") == 0 && all > 0 ? all / 2 : 0;
}

static TpCode create_conv(TpCreateKernel *args) {
  const TpNode *node = args->node;
  const int64_t *x = node->inputs[0]->dims, *w = node->inputs[1]->dims, *y = node->outputs[0]->dims;
  Conv *c = calloc(1, sizeof *c);
  if (!c) TP_FAIL(args, TP_RESOURCE_EXHAUSTED, "no memory for a kernel");
  *c = (Conv){.images = x[0], .height = x[1], .width = x[2], .channels = x[3],
              .out_height = y[1], .out_width = y[2], .filters = y[3],
              .activation = activation(node), .direct = 1};
  for (int axis = 0; axis < 2; axis++) {
    c->window[axis] = w[axis + 1];
    c->strides[axis] = spatial(node, "strides", axis);
    c->dilations[axis] = spatial(node, "dilations", axis);
    int64_t reach = (c->window[axis] - 1) * c->dilations[axis] + 1;
    c->before[axis] = before(node, axis, x[axis + 1], y[axis + 1], reach, c->strides[axis]);
    c->direct &= c->window[axis] == 1 && c->strides[axis] == 1 && x[axis + 1] == y[axis + 1];
  }
  if (!c->direct)
    args->scratch_bytes = c->out_height * c->out_width * c->window[0] * c->window[1] *
                          c->channels * (int64_t)sizeof(float);
  args->kernel = c;
  return TP_OK;
}

/* The elements under each place of the window, a row for each. */
static void unfold(const Conv *c, const float *image, float *rows) {
  size_t pixel = (size_t)c->channels * sizeof(float);
  for (int64_t oy = 0; oy < c->out_height; oy++)
    for (int64_t ox = 0; ox < c->out_width; ox++)
      for (int64_t wy = 0; wy < c->window[0]; wy++)
        for (int64_t wx = 0; wx < c->window[1]; wx++, rows += c->channels) {
          int64_t y = oy * c->strides[0] + wy * c->dilations[0] - c->before[0];
          int64_t x = ox * c->strides[1] + wx * c->dilations[1] - c->before[1];
          if (y < 0 || y >= c->height || x < 0 || x >= c->width)
            memset(rows, 0, pixel);
          else
            memcpy(rows, image + (y * c->width + x) * c->channels, pixel);
        }
}

static TpCode conv(TpCompute *args) {
  const Conv *c = args->kernel;
  const float *x = tp_address(args->inputs[0]), *w = tp_address(args->inputs[1]);
  const float *bias = args->num_inputs > 2 ? tp_address(args->inputs[2]) : NULL;
  float *y = tp_address(args->outputs[0]);
  int64_t places = c->out_height * c->out_width;
  int64_t depth = c->window[0] * c->window[1] * c->channels;
  if (places == 0 || c->filters == 0) return TP_OK;
  for (int64_t i = 0; i < c->images; i++) {
    const float *rows = x + i * c->height * c->width * c->channels;
    if (!c->direct) {
      float *unfolded = (float *)((char *)args->scratch_block + args->scratch_offset);
      unfold(c, rows, unfolded);
      rows = unfolded;
    }
    product(0, 1, places, c->filters, depth, rows, w, bias, y + i * places * c->filters);
  }
  finish(y, c->images * places * c->filters, c->activation);
  return TP_OK;
}

static TpCode destroy(TpDestroyKernel *args) {
  free(args->kernel);
  return TP_OK;
}

/* ---- The table ---- */

static const TpTypeConstraint floats[] = {{TP_ALL, TP_BIT(TP_F32)}};

static const TpKernel matmul_kernel = {
    .struct_size = sizeof(TpKernel), .op = "matmul", .num_constraints = 1, .constraints = floats,
    .supports = supports_matmul, .create = create_matmul, .compute = matmul, .destroy = destroy};
static const TpKernel conv_kernel = {
    .struct_size = sizeof(TpKernel), .op = "conv", .num_constraints = 1, .constraints = floats,
    .supports = supports_conv, .create = create_conv, .compute = conv, .destroy = destroy};

static const TpKernel *const kernels[] = {&matmul_kernel, &conv_kernel};

static const TpPlugin plugin = {
    .struct_size = sizeof(TpPlugin),
    .abi_major = TP_ABI_MAJOR,
    .abi_minor = TP_ABI_MINOR,
    .name = "openblas-example",
    .version = "1.0",
    .type = "BLAS",
    .subtype = "OPENBLAS",
    .priority = 100,
    .num_kernels = 2,
    .kernels = kernels,
    HEAP_DEVICE,
};

TpCode tendril_plugin_init(TpInit *init) {
  if (init->abi_major != TP_ABI_MAJOR)
    TP_FAIL(init, TP_FAILED_PRECONDITION, "built for version %d of the interface, not %d",
            TP_ABI_MAJOR, init->abi_major);
  init->plugin = &plugin;
  return TP_OK;
}
