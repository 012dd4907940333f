/*
 * The door for devices: what a shared library has to offer so that Tendril computes on a device.
 *
 * A library exports one symbol,
 *
 *     int32_t tendril_plugin_init(TpInit *init);
 *
 * which checks the version and gives a table, TpPlugin, with what the plug-in is and does. It needs
 * to link nothing of Tendril's: this header has only types, constants and a few inline helpers, and
 * what the host offers comes in a table, TpHost.
 *
 * To install a plug-in put the library in the folder of plug-ins (by default ~/.tendril/plugins) and
 * look at `tendril devices`. `tendril plugin test FILE` checks it against what is written here.
 *
 * Versions. Every structure begins with struct_size, which whoever fills in the structure sets to
 * sizeof its own version of it. Fields are only ever added at the end. Whoever reads a field that was
 * added later first asks TP_HAS(pointer, Type, field); a field that is null or 0 is as good as one
 * that is not there. A change that this cannot hide raises TP_ABI_MAJOR; a plug-in and a host of
 * different majors do not work together, and tendril_plugin_init then returns
 * TP_FAILED_PRECONDITION.
 *
 * Ownership. What the host passes (structures, names, types, text) is valid until the function
 * returns, unless said otherwise. What the plug-in gives (its table and all that it points to) stays
 * valid and unchanged until TpPlugin.shutdown has been called.
 *
 * Failures. Every function returns a TpCode. On a failure it writes one line of text, with a final 0,
 * to args->message, which has room for args->message_size bytes; TP_FAIL does both. The text is what
 * a user will read: say what was tried, the value at fault, and what to do.
 *
 * Threads. All functions may be called by several threads at once, also on one object, but an object
 * is destroyed only when nobody uses it. The thread that calls may be another each time; nothing may
 * depend on a current context of a thread. Functions of TpHost may be called by any thread while a
 * function of the plug-in runs, except where said. Kernels may be called for several nodes and several
 * runs at once: what `create` made must not change in `compute`, or be locked.
 */
#ifndef TENDRIL_PLUGIN_H
#define TENDRIL_PLUGIN_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TP_ABI_MAJOR 1
#define TP_ABI_MINOR 0

#if defined(_WIN32)
#define TP_EXPORT __declspec(dllexport)
#else
#define TP_EXPORT __attribute__((visibility("default")))
#endif

/* Whether a structure that somebody else filled in has a field. */
#define TP_HAS(pointer, Type, field) \
  ((pointer)->struct_size >= offsetof(Type, field) + sizeof((pointer)->field))

/* ---- Codes: those of gRPC ------------------------------------------------------------------- */

typedef int32_t TpCode;
enum {
  TP_OK = 0,
  TP_CANCELLED = 1,
  TP_UNKNOWN = 2,
  TP_INVALID_ARGUMENT = 3,
  TP_DEADLINE_EXCEEDED = 4,
  TP_NOT_FOUND = 5,
  TP_ALREADY_EXISTS = 6,
  TP_PERMISSION_DENIED = 7,
  TP_RESOURCE_EXHAUSTED = 8,
  TP_FAILED_PRECONDITION = 9,
  TP_ABORTED = 10,
  TP_OUT_OF_RANGE = 11,
  TP_UNIMPLEMENTED = 12,
  TP_INTERNAL = 13,
  TP_UNAVAILABLE = 14,
  TP_DATA_LOSS = 15,
  TP_UNAUTHENTICATED = 16
};

/* What the arguments of every function begin with. */
#define TP_HEAD                                                        \
  size_t struct_size;  /* by the host */                               \
  void *ext;           /* null; for agreements of a plug-in with its users */ \
  char *message;       /* where to write why it failed */              \
  size_t message_size  /* the room there */

/* Leaves a function with a code and a text, as printf. */
#define TP_FAIL(args, code, ...)                                        \
  do {                                                                  \
    if ((args)->message && (args)->message_size)                        \
      snprintf((args)->message, (args)->message_size, __VA_ARGS__);     \
    return (code);                                                      \
  } while (0)

/* ---- Types ---------------------------------------------------------------------------------- */

typedef int32_t TpType;
enum {
  TP_F32 = 0,
  TP_F16 = 1,
  TP_BF16 = 2,
  TP_F64 = 3,
  TP_I4 = 4, /* two to a byte, the first in the low bits */
  TP_I8 = 5,
  TP_U8 = 6,
  TP_I16 = 7,
  TP_U16 = 8,
  TP_I32 = 9,
  TP_U32 = 10,
  TP_I64 = 11,
  TP_BOOL = 12 /* a byte, 0 or 1 */
};

/* A set of types, for constraints: TP_BIT(TP_F32) | TP_BIT(TP_F64). */
#define TP_BIT(type) (1u << (type))

#define TP_MAX_RANK 16
#define TP_MAX_RESULTS 16

/* The type of a value. Values are row-major without gaps. */
typedef struct TpTensorType {
  size_t struct_size;
  void *ext;
  TpType type;
  int32_t rank;
  int64_t dims[TP_MAX_RANK];
  int64_t bytes;
  int32_t quantized; /* 1 where integers stand for real numbers, of scales the host knows */
  int32_t reserved;
} TpTensorType;

/* An attribute of an op. Which field says it depends on the kind. */
enum { TP_ATTR_TEXT = 0, TP_ATTR_INT = 1, TP_ATTR_FLOAT = 2, TP_ATTR_INTS = 3 };
typedef struct TpAttribute {
  size_t struct_size;
  void *ext;
  const char *name;    /* such as "strides" */
  int32_t kind;
  int32_t num_ints;
  const char *text;    /* of every kind, as texts of graphs have it, such as "[1,1]" or "same" */
  int64_t int_value;   /* also of a truth: 0 or 1 */
  double float_value;
  const int64_t *ints;
} TpAttribute;

/* A node of a graph: an op on values whose types are known. */
typedef struct TpNode {
  size_t struct_size;
  void *ext;
  const char *name; /* unique in its graph */
  const char *op;   /* as texts of graphs have it, such as "matmul"; of a custom op its name */
  int32_t num_attributes;
  int32_t num_inputs;
  int32_t num_outputs;
  int32_t reserved;
  const TpAttribute *const *attributes;
  const TpTensorType *const *inputs;
  const TpTensorType *const *outputs;
  const void *const *constants; /* the values of operands that are constant, in the host's memory;
                                   null for others */
} TpNode;

/* ---- What the host offers ------------------------------------------------------------------- */

typedef struct TpEdit TpEdit; /* a graph that a pass changes; for one thread */

enum { TP_LOG_DEBUG = 0, TP_LOG_INFO = 1, TP_LOG_WARNING = 2, TP_LOG_ERROR = 3 };

typedef struct TpHost {
  size_t struct_size;
  void *ext;

  /* Writes a line to the program's log. */
  void (*log)(int32_t level, const char *text);

  /* Adds a node to a graph that a pass changes, after all that are there.
   *
   * attributes: as texts of graphs have them, "strides=[2,2] padding=same"; null for none
   * custom: whether `op` is the name of a custom op
   * inputs: numbers of values
   * returns the number of the first result, those of others follow; -1 when it cannot be, and the
   * reason then is that of the pass
   */
  int64_t (*add_node)(TpEdit *edit, const char *op, int32_t custom, const char *attributes,
                      const int64_t *inputs, int32_t num_inputs);

  /* Puts a value in the place of another, of the same type, wherever that is used. 0, or -1. */
  int32_t (*replace)(TpEdit *edit, int64_t value, int64_t by);
} TpHost;

/* ---- Devices -------------------------------------------------------------------------------- */

typedef struct TpDevice TpDevice; /* the plug-in's own, as are all below */
typedef struct TpStream TpStream;
typedef struct TpEvent TpEvent;
typedef struct TpTimer TpTimer;

typedef struct TpDeviceCount {
  TP_HEAD;
  int32_t count; /* out: 0 or more */
  int32_t reserved;
} TpDeviceCount;

typedef struct TpOpenDevice {
  TP_HEAD;
  int32_t ordinal; /* from 0 */
  int32_t reserved;
  TpDevice *device; /* out: not null */
} TpOpenDevice;

/* Asked before it is opened. Texts stay valid as those of the table do; null where unknown. */
typedef struct TpDescribeDevice {
  TP_HEAD;
  int32_t ordinal;
  int32_t numa_node;         /* out: -1 where unknown */
  const char *hardware_name; /* out: for people */
  const char *vendor;        /* out */
  const char *bus_id;        /* out: such as "0000:3b:00.0" */
  int64_t memory_bandwidth;  /* out: bytes a second, -1 where unknown */
  double gflops;             /* out: -1 where unknown */
} TpDescribeDevice;

/* Destroys a device, stream, event or timer. */
typedef struct TpDestroy {
  TP_HEAD;
  TpDevice *device;
  void *object; /* the device itself, or that which is destroyed */
} TpDestroy;

/* ---- Memory --------------------------------------------------------------------------------- */

/* A place in device memory is a block, as `allocate` gave it, and an offset in bytes. What a block is,
 * is the plug-in's own business: an address, a handle. Blocks begin at multiples of 64 bytes, if they
 * are addresses. */
typedef struct TpAllocate {
  TP_HEAD;
  TpDevice *device;
  int64_t bytes;
  void *block; /* out: not null; TP_RESOURCE_EXHAUSTED where there is not that much */
} TpAllocate;

/* No work that was given before uses the block any more. */
typedef struct TpFree {
  TP_HEAD;
  TpDevice *device;
  void *block;
  int64_t bytes;
} TpFree;

typedef struct TpMemoryInfo {
  TP_HEAD;
  TpDevice *device;
  int64_t free_bytes;  /* out */
  int64_t total_bytes; /* out */
} TpMemoryInfo;

typedef struct TpAllocatorStatistics {
  TP_HEAD;
  TpDevice *device;
  int64_t allocations; /* out, as the rest: how often memory was asked for */
  int64_t bytes_in_use;
  int64_t peak_bytes_in_use;
  int64_t largest_allocation;
  int64_t bytes_reserved;
  int64_t bytes_limit; /* 0 for none */
} TpAllocatorStatistics;

/* Copies `bytes` bytes. With a stream it may return before they are copied, and the host's memory
 * stays as it is until the stream has passed that point; without, it returns when they are. In
 * copy_in `host` is read, in copy_out it is written; it is always memory of the host, and places
 * always are of the device. */
typedef struct TpCopy {
  TP_HEAD;
  TpDevice *device;
  TpStream *stream; /* null: at once */
  void *host;       /* null in copy_within */
  void *block;      /* the device's place; in copy_within that which is read */
  int64_t offset;
  void *to_block;   /* in copy_within the place that is written */
  int64_t to_offset;
  int64_t bytes;
} TpCopy;

/* ---- Streams, events, timers ---------------------------------------------------------------- */

/* What is given to a stream is done in order. Work that fails later than it was given makes its stream
 * fail: from then on synchronize_stream, and await_event of events that were recorded after, say so. A
 * device that does all work at once gives any address
 * that is not null for streams and events. */
typedef struct TpCreate {
  TP_HEAD;
  TpDevice *device;
  void *object; /* out: not null */
} TpCreate;

typedef struct TpStreamCall {
  TP_HEAD;
  TpDevice *device;
  TpStream *stream;
  TpEvent *event; /* of record_event and wait_event */
  TpTimer *timer; /* of start_timer and stop_timer */
} TpStreamCall;

enum { TP_EVENT_PENDING = 0, TP_EVENT_DONE = 1 };
typedef struct TpEventCall {
  TP_HEAD;
  TpDevice *device;
  TpEvent *event;
  int32_t state; /* out of event_state */
  int32_t reserved;
} TpEventCall;

typedef struct TpTimerRead {
  TP_HEAD;
  TpDevice *device;
  TpTimer *timer;
  int64_t nanoseconds; /* out */
} TpTimerRead;

/* ---- Kernels -------------------------------------------------------------------------------- */

/* The types that an operand or a result may have. */
typedef struct TpTypeConstraint {
  int32_t operand; /* the position of an operand; TP_RESULT(i) for a result; TP_ALL for all */
  uint32_t types;  /* a set of TP_BIT */
} TpTypeConstraint;
#define TP_ALL 1000
#define TP_RESULT(i) (-1 - (i))

typedef struct TpSupports {
  TP_HEAD; /* the message says why not */
  TpDevice *device; /* null while no device is open */
  const TpNode *node;
} TpSupports;

typedef struct TpCreateKernel {
  TP_HEAD;
  TpDevice *device;
  const TpNode *node;
  void *kernel;          /* out: whatever `compute` needs; may be null */
  int64_t scratch_bytes; /* out: working memory that a call needs */
  uint64_t in_place;     /* out: bit i: the first result may be where operand i is */
} TpCreateKernel;

/* A value in memory. */
typedef struct TpTensor {
  size_t struct_size;
  void *ext;
  void *block;    /* of the device; of operands and results in the host's memory, the address */
  int64_t offset; /* in bytes; a multiple of the element's size */
  const TpTensorType *type; /* stays valid as long as the kernel */
} TpTensor;

/* The memory of results does not overlap that of operands, other than as in_place allows. The host
 * uses one such structure for many calls: read it before you return, and keep no pointer to it. */
typedef struct TpCompute {
  TP_HEAD;
  TpDevice *device;
  TpStream *stream;
  void *kernel;
  int32_t num_inputs;
  int32_t num_outputs;
  const TpTensor *const *inputs;
  const TpTensor *const *outputs;
  void *scratch_block; /* working memory, if it was asked for */
  int64_t scratch_offset;
} TpCompute;

typedef struct TpDestroyKernel {
  TP_HEAD;
  TpDevice *device;
  void *kernel;
} TpDestroyKernel;

typedef struct TpKernel {
  size_t struct_size;
  void *ext;
  const char *op;   /* of the vocabulary (docs/ops.md), or a custom op */
  int32_t priority; /* of several kernels for a node the one of the highest is taken */
  int32_t num_constraints;
  const TpTypeConstraint *constraints;
  uint64_t host_inputs;  /* bit i: operand i is to be in the host's memory */
  uint64_t host_outputs; /* bit i: result i is written to the host's memory, before it returns */
  TpCode (*supports)(TpSupports *args);      /* optional: TP_OK, or a code and why not */
  TpCode (*create)(TpCreateKernel *args);    /* optional: once for a node */
  TpCode (*compute)(TpCompute *args);        /* gives the work to the stream */
  TpCode (*destroy)(TpDestroyKernel *args);  /* optional: no work uses it any more */
} TpKernel;

/* ---- Custom ops ----------------------------------------------------------------------------- */

typedef struct TpInfer {
  TP_HEAD;
  const TpNode *node; /* without outputs; extents that are not known are -1 */
  int32_t num_outputs; /* out: 1 to TP_MAX_RESULTS */
  int32_t reserved;
  TpTensorType *outputs; /* out: room for TP_MAX_RESULTS; type, rank and dims are to be filled in */
} TpInfer;

typedef struct TpOp {
  size_t struct_size;
  void *ext;
  const char *name;
  const char *summary;          /* one line on what it means; may be null */
  TpCode (*infer)(TpInfer *args); /* the types of its results */
} TpOp;

/* ---- The graph pass ------------------------------------------------------------------------- */

/* A node as a pass sees it. Values are numbered: the graph's inputs and constants first. */
typedef struct TpPassNode {
  size_t struct_size;
  void *ext;
  const TpNode *node;
  const int64_t *inputs; /* numbers of values, node->num_inputs of them */
  int64_t first_output;  /* the number of the first result; others follow */
  const int32_t *uses;   /* how often each result is used, the graph's outputs included */
} TpPassNode;

/* Changes a graph that the device is to run, after the standard passes. Nodes stay as they are; the
 * pass adds others and puts their results in the place of those that were there. What is not used
 * any more goes by itself. */
typedef struct TpPassArgs {
  TP_HEAD;
  TpDevice *device;
  int64_t num_nodes;
  const TpPassNode *const *nodes; /* in an order in which each comes after those that it needs */
  TpEdit *edit;
} TpPassArgs;

/* Standard passes that a plug-in may switch off for graphs of its device. */
enum {
  TP_PASS_FOLD = 1,      /* constants are computed beforehand */
  TP_PASS_MOVE = 2,      /* slices, transposes and reshapes join or go */
  TP_PASS_ALGEBRA = 4,   /* x + 0, x * 1, ... */
  TP_PASS_TRANSPOSE = 8, /* transposes move towards each other */
  TP_PASS_CONTRACT = 16, /* products take over scales, biases and activations */
  TP_PASS_ALL = 31
};

typedef struct TpPass {
  size_t struct_size;
  void *ext;
  const char *name;
  uint32_t switched_off; /* a set of TP_PASS_... */
  uint32_t reserved;
  TpCode (*apply)(TpPassArgs *args);
} TpPass;

/* ---- The plug-in ---------------------------------------------------------------------------- */

enum {
  /* Every value is a block of its own; else the host takes large blocks and cuts them. */
  TP_FLAG_OWN_ALLOCATOR = 1
};

typedef struct TpShutdown {
  TP_HEAD;
} TpShutdown;

/* Functions marked (optional) may be null. */
typedef struct TpPlugin {
  size_t struct_size;
  void *ext;
  int32_t abi_major; /* TP_ABI_MAJOR */
  int32_t abi_minor; /* TP_ABI_MINOR */
  const char *name;    /* of the plug-in, for people */
  const char *version; /* likewise */
  const char *type;    /* of its devices: capitals and underscores, such as "GPU" */
  const char *subtype; /* the kind of device within the type, such as "MY_DEVICE" */
  int32_t priority;    /* above 0; devices of a higher one get nodes first */
  uint32_t flags;      /* a set of TP_FLAG_... */

  int64_t num_kernels;
  const TpKernel *const *kernels;
  int64_t num_ops;
  const TpOp *const *ops;
  const TpPass *pass; /* (optional) */

  TpCode (*device_count)(TpDeviceCount *args);
  TpCode (*describe_device)(TpDescribeDevice *args); /* (optional) */
  TpCode (*open_device)(TpOpenDevice *args);
  TpCode (*close_device)(TpDestroy *args);

  TpCode (*allocate)(TpAllocate *args);
  TpCode (*free)(TpFree *args);
  TpCode (*memory_info)(TpMemoryInfo *args);                   /* (optional) */
  TpCode (*allocator_statistics)(TpAllocatorStatistics *args); /* (optional) */
  TpCode (*copy_in)(TpCopy *args);
  TpCode (*copy_out)(TpCopy *args);
  TpCode (*copy_within)(TpCopy *args);

  TpCode (*create_stream)(TpCreate *args);
  TpCode (*destroy_stream)(TpDestroy *args);
  TpCode (*synchronize_stream)(TpStreamCall *args); /* blocks until all is done; its failures too */
  TpCode (*create_event)(TpCreate *args);
  TpCode (*destroy_event)(TpDestroy *args);
  TpCode (*record_event)(TpStreamCall *args); /* again on the same event: the last one counts */
  TpCode (*wait_event)(TpStreamCall *args);   /* the stream waits for what is recorded now */
  TpCode (*event_state)(TpEventCall *args);   /* one that was never recorded is done */
  TpCode (*await_event)(TpEventCall *args);   /* blocks the host */
  TpCode (*create_timer)(TpCreate *args);     /* (optional, and then all of timers) */
  TpCode (*destroy_timer)(TpDestroy *args);
  TpCode (*start_timer)(TpStreamCall *args);
  TpCode (*stop_timer)(TpStreamCall *args);
  TpCode (*read_timer)(TpTimerRead *args);

  TpCode (*shutdown)(TpShutdown *args); /* (optional): nothing is called after */
} TpPlugin;

typedef struct TpInit {
  TP_HEAD;
  int32_t abi_major; /* of the host */
  int32_t abi_minor;
  const TpHost *host;     /* valid until shutdown */
  const TpPlugin *plugin; /* out */
} TpInit;

TP_EXPORT TpCode tendril_plugin_init(TpInit *init);

/* ---- Helpers -------------------------------------------------------------------------------- */

/* An attribute of a node; null when it has none of that name. */
static inline const TpAttribute *tp_attribute(const TpNode *node, const char *name) {
  for (int32_t i = 0; i < node->num_attributes; i++)
    if (strcmp(node->attributes[i]->name, name) == 0) return node->attributes[i];
  return NULL;
}

static inline int64_t tp_attribute_int(const TpNode *node, const char *name, int64_t otherwise) {
  const TpAttribute *a = tp_attribute(node, name);
  return a && a->kind == TP_ATTR_INT ? a->int_value : otherwise;
}

static inline double tp_attribute_float(const TpNode *node, const char *name, double otherwise) {
  const TpAttribute *a = tp_attribute(node, name);
  if (!a) return otherwise;
  return a->kind == TP_ATTR_FLOAT ? a->float_value : a->kind == TP_ATTR_INT ? (double)a->int_value : otherwise;
}

static inline const char *tp_attribute_text(const TpNode *node, const char *name) {
  const TpAttribute *a = tp_attribute(node, name);
  return a ? a->text : "";
}

static inline int64_t tp_elements(const TpTensorType *type) {
  int64_t n = 1;
  for (int32_t i = 0; i < type->rank; i++) n *= type->dims[i];
  return n;
}

/* The address of a value, of a device whose blocks are addresses. */
static inline void *tp_address(const TpTensor *tensor) {
  return (char *)tensor->block + tensor->offset;
}

#ifdef __cplusplus
}
#endif
#endif
