/*
 * A device that does everything later, and that hides everything: streams are threads with a queue of
 * work, events are points of it, blocks are handles whose memory only this file can reach, and every
 * value is a block of its own. Kernels take their time, so that whoever does not wait reads too soon.
 */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "tendril_plugin.h"

/* ---- Memory: a block is a handle; what is freed is overwritten ---- */

#define MOST_BLOCKS (1 << 16)
static struct { char *memory; int64_t bytes; } blocks[MOST_BLOCKS];
static pthread_mutex_t memory_lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t in_use, allocations;

static char *place(const void *block, int64_t offset) {
  return blocks[(uintptr_t)block].memory + offset;
}

static TpCode allocate(TpAllocate *args) {
  pthread_mutex_lock(&memory_lock);
  uintptr_t handle = 0;
  for (uintptr_t i = 1; i < MOST_BLOCKS && !handle; i++)
    if (!blocks[i].memory) handle = i;
  char *memory = handle ? aligned_alloc(64, ((size_t)args->bytes + 63) / 64 * 64) : NULL;
  if (memory) {
    blocks[handle].memory = memory;
    blocks[handle].bytes = args->bytes;
    in_use += args->bytes;
    allocations++;
  }
  pthread_mutex_unlock(&memory_lock);
  if (!memory) TP_FAIL(args, TP_RESOURCE_EXHAUSTED, "no block of %lld bytes", (long long)args->bytes);
  args->block = (void *)handle;
  return TP_OK;
}

static TpCode free_block(TpFree *args) {
  pthread_mutex_lock(&memory_lock);
  uintptr_t handle = (uintptr_t)args->block;
  char *memory = blocks[handle].memory;
  int64_t bytes = blocks[handle].bytes;
  blocks[handle].memory = NULL;
  in_use -= bytes;
  pthread_mutex_unlock(&memory_lock);
  if (!memory || bytes != args->bytes)
    TP_FAIL(args, TP_INVALID_ARGUMENT, "block %llu of %lld bytes is freed as %lld",
            (unsigned long long)handle, (long long)bytes, (long long)args->bytes);
  memset(memory, 0x7f, (size_t)bytes);
  free(memory);
  return TP_OK;
}

static TpCode memory_info(TpMemoryInfo *args) {
  args->total_bytes = 64 << 20;
  args->free_bytes = args->total_bytes - in_use;
  return TP_OK;
}

static TpCode statistics(TpAllocatorStatistics *args) {
  args->bytes_in_use = in_use;
  args->allocations = allocations;
  return TP_OK;
}

/* ---- Streams and events ---- */

struct TpDevice { int32_t ordinal; };
static struct TpDevice devices[2] = {{0}, {1}};

struct TpEvent {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  int64_t recorded, done;
  int failed;
};

typedef struct Work {
  struct Work *next;
  enum { COPY, COMPUTE, RECORD, WAIT } kind;
  TpEvent *event;
  int64_t point;
  char *to;
  const char *from;
  int64_t bytes;
  int negate;
  float factor;
} Work;

struct TpStream {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  pthread_t thread;
  Work *first, *last;
  int busy, stop, failed;
};

static void later(long nanoseconds) { nanosleep(&(struct timespec){0, nanoseconds}, NULL); }

static void run(TpStream *stream, Work *work) {
  switch (work->kind) {
    case COPY:
      later(20000);
      memmove(work->to, work->from, (size_t)work->bytes);
      break;
    case COMPUTE: {
      later(200000);
      const float *from = (const float *)work->from;
      float *to = (float *)work->to;
      for (int64_t i = 0; i < work->bytes / 4; i++) {
        if (from[i] == 666) stream->failed = 1;
        to[i] = work->negate ? work->factor * from[i] : from[i] < 0 ? 0 : from[i];
      }
      break;
    }
    case RECORD:
      pthread_mutex_lock(&work->event->lock);
      work->event->done = work->point;
      work->event->failed = stream->failed;
      pthread_cond_broadcast(&work->event->changed);
      pthread_mutex_unlock(&work->event->lock);
      break;
    case WAIT:
      pthread_mutex_lock(&work->event->lock);
      while (work->event->done < work->point)
        pthread_cond_wait(&work->event->changed, &work->event->lock);
      pthread_mutex_unlock(&work->event->lock);
      break;
  }
}

static void *serve(void *argument) {
  TpStream *stream = argument;
  pthread_mutex_lock(&stream->lock);
  for (;;) {
    while (!stream->first && !stream->stop) pthread_cond_wait(&stream->changed, &stream->lock);
    if (!stream->first) break;
    Work *work = stream->first;
    stream->first = work->next;
    stream->busy = 1;
    pthread_mutex_unlock(&stream->lock);
    run(stream, work);
    free(work);
    pthread_mutex_lock(&stream->lock);
    stream->busy = 0;
    pthread_cond_broadcast(&stream->changed);
  }
  pthread_mutex_unlock(&stream->lock);
  return NULL;
}

static void give(TpStream *stream, Work work) {
  Work *copy = malloc(sizeof work);
  *copy = work;
  copy->next = NULL;
  pthread_mutex_lock(&stream->lock);
  if (stream->first) stream->last->next = copy;
  else stream->first = copy;
  stream->last = copy;
  pthread_cond_broadcast(&stream->changed);
  pthread_mutex_unlock(&stream->lock);
}

static TpCode create_stream(TpCreate *args) {
  TpStream *stream = calloc(1, sizeof *stream);
  pthread_mutex_init(&stream->lock, NULL);
  pthread_cond_init(&stream->changed, NULL);
  if (pthread_create(&stream->thread, NULL, serve, stream))
    TP_FAIL(args, TP_RESOURCE_EXHAUSTED, "no thread for a stream");
  args->object = stream;
  return TP_OK;
}

static TpCode destroy_stream(TpDestroy *args) {
  TpStream *stream = args->object;
  pthread_mutex_lock(&stream->lock);
  stream->stop = 1;
  pthread_cond_broadcast(&stream->changed);
  pthread_mutex_unlock(&stream->lock);
  pthread_join(stream->thread, NULL);
  free(stream);
  return TP_OK;
}

static TpCode synchronize_stream(TpStreamCall *args) {
  TpStream *stream = args->stream;
  pthread_mutex_lock(&stream->lock);
  while (stream->first || stream->busy) pthread_cond_wait(&stream->changed, &stream->lock);
  int failed = stream->failed;
  pthread_mutex_unlock(&stream->lock);
  if (failed) TP_FAIL(args, TP_DATA_LOSS, "work of before met the number of the beast");
  return TP_OK;
}

static TpCode create_event(TpCreate *args) {
  TpEvent *event = calloc(1, sizeof *event);
  pthread_mutex_init(&event->lock, NULL);
  pthread_cond_init(&event->changed, NULL);
  args->object = event;
  return TP_OK;
}

static TpCode destroy_event(TpDestroy *args) {
  free(args->object);
  return TP_OK;
}

static TpCode record_event(TpStreamCall *args) {
  pthread_mutex_lock(&args->event->lock);
  int64_t point = ++args->event->recorded;
  pthread_mutex_unlock(&args->event->lock);
  give(args->stream, (Work){.kind = RECORD, .event = args->event, .point = point});
  return TP_OK;
}

static TpCode wait_event(TpStreamCall *args) {
  pthread_mutex_lock(&args->event->lock);
  int64_t point = args->event->recorded;
  pthread_mutex_unlock(&args->event->lock);
  give(args->stream, (Work){.kind = WAIT, .event = args->event, .point = point});
  return TP_OK;
}

static TpCode event_state(TpEventCall *args) {
  pthread_mutex_lock(&args->event->lock);
  args->state = args->event->done == args->event->recorded ? TP_EVENT_DONE : TP_EVENT_PENDING;
  pthread_mutex_unlock(&args->event->lock);
  return TP_OK;
}

static TpCode await_event(TpEventCall *args) {
  TpEvent *event = args->event;
  pthread_mutex_lock(&event->lock);
  while (event->done < event->recorded) pthread_cond_wait(&event->changed, &event->lock);
  int failed = event->failed;
  pthread_mutex_unlock(&event->lock);
  if (failed) TP_FAIL(args, TP_DATA_LOSS, "work of before met the number of the beast");
  return TP_OK;
}

/* ---- Copies ---- */

static TpCode copy(TpCopy *args, char *to, const char *from) {
  if (args->stream)
    give(args->stream, (Work){.kind = COPY, .to = to, .from = from, .bytes = args->bytes});
  else
    memmove(to, from, (size_t)args->bytes);
  return TP_OK;
}
static TpCode copy_in(TpCopy *args) {
  return copy(args, place(args->block, args->offset), args->host);
}
static TpCode copy_out(TpCopy *args) {
  return copy(args, args->host, place(args->block, args->offset));
}
static TpCode copy_within(TpCopy *args) {
  return copy(args, place(args->to_block, args->to_offset), place(args->block, args->offset));
}

/* ---- Kernels ---- */

static TpCode give_kernel(TpCompute *args, int negate, float factor) {
  const TpTensor *x = args->inputs[0], *y = args->outputs[0];
  give(args->stream, (Work){.kind = COMPUTE, .from = place(x->block, x->offset),
                            .to = place(y->block, y->offset), .bytes = y->type->bytes,
                            .negate = negate, .factor = factor});
  return TP_OK;
}

static TpCode relu(TpCompute *args) { return give_kernel(args, 0, 0); }
static TpCode negate(TpCompute *args) { return give_kernel(args, 1, -1); }
static TpCode triple(TpCompute *args) { return give_kernel(args, 1, -3); }

static TpCode vectors_only(TpSupports *args) {
  if (args->node->inputs[0]->rank != 1)
    TP_FAIL(args, TP_UNIMPLEMENTED, "this kernel is for vectors");
  return TP_OK;
}

/* probe_scale(x, factor): the factor is in the host's memory. */
static TpCode infer_scale(TpInfer *args) {
  if (args->node->num_inputs != 2 || args->node->inputs[1]->rank != 0)
    TP_FAIL(args, TP_INVALID_ARGUMENT, "probe_scale: expected x and a scalar");
  args->outputs[0].type = args->node->inputs[0]->type;
  args->outputs[0].rank = args->node->inputs[0]->rank;
  memcpy(args->outputs[0].dims, args->node->inputs[0]->dims, sizeof args->outputs[0].dims);
  args->num_outputs = 1;
  return TP_OK;
}
static TpCode scale(TpCompute *args) {
  return give_kernel(args, 1, *(const float *)tp_address(args->inputs[1]));
}

/* probe_bytes(x): how many bytes x has, written to the host's memory. */
static TpCode infer_bytes(TpInfer *args) {
  args->outputs[0].type = TP_I64;
  args->outputs[0].rank = 0;
  args->num_outputs = 1;
  return TP_OK;
}
static TpCode count_bytes(TpCompute *args) {
  *(int64_t *)tp_address(args->outputs[0]) = args->inputs[0]->type->bytes;
  return TP_OK;
}

static const TpTypeConstraint floats[] = {{TP_ALL, TP_BIT(TP_F32)}};
static const TpTypeConstraint operands[] = {{0, TP_BIT(TP_F32)}};

#define KERNEL .struct_size = sizeof(TpKernel), .num_constraints = 1
static const TpKernel relu_kernel = {KERNEL, .constraints = floats, .op = "relu", .compute = relu};
static const TpKernel any_negation = {
    KERNEL, .constraints = floats, .op = "neg", .priority = 1, .compute = triple};
static const TpKernel vector_negation = {
    KERNEL, .constraints = floats, .op = "neg", .priority = 7, .supports = vectors_only,
    .compute = negate};
static const TpKernel scale_kernel = {
    KERNEL, .constraints = floats, .op = "probe_scale", .host_inputs = 2, .compute = scale};
static const TpKernel bytes_kernel = {
    KERNEL, .constraints = operands, .op = "probe_bytes", .host_outputs = 1,
    .compute = count_bytes};
static const TpKernel *const kernels[] = {
    &relu_kernel, &any_negation, &vector_negation, &scale_kernel, &bytes_kernel};

static const TpOp scale_op = {
    .struct_size = sizeof(TpOp), .name = "probe_scale", .infer = infer_scale};
static const TpOp bytes_op = {
    .struct_size = sizeof(TpOp), .name = "probe_bytes", .infer = infer_bytes};
static const TpOp *const ops[] = {&scale_op, &bytes_op};

/* neg(neg(x)) is x by the rules of algebra, which are switched off. */
static TpCode leave(TpPassArgs *args) {
  (void)args;
  return TP_OK;
}
static const TpPass pass = {.struct_size = sizeof(TpPass), .name = "probe_leave",
                            .switched_off = TP_PASS_ALGEBRA, .apply = leave};

/* ---- The device ---- */

static TpCode device_count(TpDeviceCount *args) {
  args->count = 2;
  return TP_OK;
}
static TpCode open_device(TpOpenDevice *args) {
  args->device = &devices[args->ordinal];
  return TP_OK;
}
static TpCode close_device(TpDestroy *args) {
  (void)args;
  return TP_OK;
}

#ifndef PROBE_FLAGS
#define PROBE_FLAGS TP_FLAG_OWN_ALLOCATOR
#endif

static const TpPlugin plugin = {
    .struct_size = sizeof(TpPlugin),
    .abi_major = TP_ABI_MAJOR,
    .abi_minor = TP_ABI_MINOR,
    .name = "probe",
    .type = "PROBE",
    .subtype = "LATER",
    .priority = 100,
    .flags = PROBE_FLAGS,
    .num_kernels = sizeof kernels / sizeof *kernels,
    .kernels = kernels,
    .num_ops = 2,
    .ops = ops,
    .pass = &pass,
    .device_count = device_count,
    .open_device = open_device,
    .close_device = close_device,
    .allocate = allocate,
    .free = free_block,
    .memory_info = memory_info,
    .allocator_statistics = statistics,
    .copy_in = copy_in,
    .copy_out = copy_out,
    .copy_within = copy_within,
    .create_stream = create_stream,
    .destroy_stream = destroy_stream,
    .synchronize_stream = synchronize_stream,
    .create_event = create_event,
    .destroy_event = destroy_event,
    .record_event = record_event,
    .wait_event = wait_event,
    .event_state = event_state,
    .await_event = await_event,
};

TpCode tendril_plugin_init(TpInit *init) {
  init->plugin = &plugin;
  return TP_OK;
}
