/*
 * A device whose memory is the C heap and whose streams do all work at once: all that a plug-in
 * needs apart from its kernels. Include it, say HEAP_HARDWARE and HEAP_VENDOR before, and put
 * HEAP_DEVICE into the table.
 */
#ifndef HEAP_DEVICE_H
#define HEAP_DEVICE_H

#include <stdlib.h>
#include <time.h>

#include "tendril_plugin.h"

struct TpDevice { int32_t ordinal; };
struct TpTimer { struct timespec from, to; };

/* ---- The device ---- */

static struct TpDevice devices[] = {{0}};

static TpCode device_count(TpDeviceCount *args) {
  args->count = 1;
  return TP_OK;
}

static TpCode describe_device(TpDescribeDevice *args) {
  args->hardware_name = HEAP_HARDWARE;
  args->vendor = HEAP_VENDOR;
  return TP_OK;
}

static TpCode open_device(TpOpenDevice *args) {
  if (args->ordinal != 0) TP_FAIL(args, TP_NOT_FOUND, "there is no device %d", args->ordinal);
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

#define HEAP_DEVICE \
  .device_count = device_count, .describe_device = describe_device, \
  .open_device = open_device, .close_device = nothing_to_destroy, .allocate = allocate, \
  .free = free_block, .copy_in = copy_in, .copy_out = copy_out, \
  .copy_within = copy_within, .create_stream = create_nothing, \
  .destroy_stream = nothing_to_destroy, .synchronize_stream = done, \
  .create_event = create_nothing, .destroy_event = nothing_to_destroy, \
  .record_event = done, .wait_event = done, .event_state = event_state, \
  .await_event = await_event, .create_timer = create_timer, \
  .destroy_timer = destroy_timer, .start_timer = start_timer, .stop_timer = stop_timer, \
  .read_timer = read_timer

#endif
