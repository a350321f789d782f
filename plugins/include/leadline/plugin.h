/* The Leadline plugin interface: one C11 header, no library.
 *
 * A plugin is one shared object that exports one function, leadline_plugin_entry(). Everything else travels through
 * tables of function pointers. A table begins with its own `size` in bytes and only ever grows at its end, so either
 * side may be older than the other: read a member only when LEADLINE_HAS(table, member).
 *
 * Rules that hold everywhere
 *   Ownership   Neither side frees the other's memory. What the host passes in dies when the call returns. Output
 *               arrays belong to the host. Text handed to a host function is copied before that function returns;
 *               text placed in an output must stay as it is until the host has copied it (see leadline_call_api.alloc).
 *   Errors      A function returning int32_t returns a leadline_code; the host turns a number it does not know into
 *               LEADLINE_INTERNAL. When a batch fails, all its outputs are ignored.
 *   Unwinding   No exception, panic or longjmp may cross this boundary, in either direction.
 *   Text        UTF-8. A leadline_str is not NUL-terminated; a const char* here always is.
 *   Time        Microseconds since the Unix epoch, UTC.
 *   Determinism The same config, records and `now` give the same outputs. Read no clock and no random source: the
 *               time of the decision is leadline_call_api.now().
 *
 * Thread tags
 *   [loader]    one thread at a time, while the plugin is being loaded
 *   [create]    inside leadline_plugin.create, on the thread that called it
 *   [instance]  one thread at a time for one instance, any thread for the next call; with LEADLINE_FLAG_CONCURRENT,
 *               several threads at once
 *   [call]      inside the capability call that supplied the table, on its thread
 *   [any]       any thread, at any time while the instance lives
 */
#ifndef LEADLINE_PLUGIN_H_
#define LEADLINE_PLUGIN_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define LEADLINE_STATIC_ASSERT(condition, text) static_assert(condition, text)
#define LEADLINE_EXPORT extern "C" __attribute__((visibility("default")))
extern "C" {
#else
#define LEADLINE_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#define LEADLINE_EXPORT __attribute__((visibility("default")))
#endif

/* The version this header describes. A new major breaks old plugins; a new minor only adds. */
#define LEADLINE_ABI_MAJOR 1u
#define LEADLINE_ABI_MINOR 0u

/* Whether the table at `table` is long enough to hold `member`. A member that may be absent may also be NULL. */
#define LEADLINE_HAS(table, member) \
  ((table)->size >= (uint64_t)(((const char*)(&(table)->member + 1)) - (const char*)(table)))

/* Results, numbered as in gRPC. */
enum leadline_code {
  LEADLINE_OK = 0,
  LEADLINE_CANCELLED = 1,
  LEADLINE_UNKNOWN = 2,
  LEADLINE_INVALID_ARGUMENT = 3,
  LEADLINE_DEADLINE_EXCEEDED = 4,
  LEADLINE_NOT_FOUND = 5,
  LEADLINE_ALREADY_EXISTS = 6,
  LEADLINE_PERMISSION_DENIED = 7,
  LEADLINE_RESOURCE_EXHAUSTED = 8,
  LEADLINE_FAILED_PRECONDITION = 9,
  LEADLINE_ABORTED = 10,
  LEADLINE_OUT_OF_RANGE = 11,
  LEADLINE_UNIMPLEMENTED = 12,
  LEADLINE_INTERNAL = 13,
  LEADLINE_UNAVAILABLE = 14,
  LEADLINE_DATA_LOSS = 15,
  LEADLINE_UNAUTHENTICATED = 16
};

/* ---------------------------------------------------------------------------------------------------- Values */

/* UTF-8 text of `len` bytes. `ptr` may be NULL when `len` is 0. */
typedef struct leadline_str {
  const char* ptr;
  uint64_t len;
} leadline_str;

enum leadline_kind {
  LEADLINE_NULL = 0, /* absent; in field_slot(): any kind will do */
  LEADLINE_BOOL = 1, /* u.i64, 0 or 1 */
  LEADLINE_I64 = 2,  /* u.i64 */
  LEADLINE_F64 = 3,  /* u.f64, never NaN or infinite */
  LEADLINE_STR = 4,  /* u.str, `len` bytes */
  LEADLINE_TIME = 5, /* u.i64 */
  LEADLINE_LIST = 6  /* u.list, `len` values */
};

/* One value. `len` is 0 except for STR (bytes) and LIST (items). */
typedef struct leadline_value {
  uint32_t kind;
  uint32_t len;
  union {
    int64_t i64;
    double f64;
    const char* str;
    const struct leadline_value* list;
  } u;
} leadline_value;

/* The fields the plugin asked for, by slot. A field is either of the kind asked for or LEADLINE_NULL. */
typedef struct leadline_record {
  const leadline_value* fields;
  uint32_t count;
  uint32_t reserved; /* 0 */
} leadline_record;

/* A time that never was, such as the last assignment of somebody who had none. */
#define LEADLINE_TIME_NONE INT64_MIN

/* The most items in one batch; a batch holds at least one. */
#define LEADLINE_MAX_BATCH 1024u

/* ------------------------------------------------------------------------------------------------ Host tables */

enum leadline_log_level {
  LEADLINE_LOG_DEBUG = 0,
  LEADLINE_LOG_INFO = 1,
  LEADLINE_LOG_WARNING = 2,
  LEADLINE_LOG_ERROR = 3
};

/* What the host offers an instance. Lives until destroy() of that instance has returned. */
typedef struct leadline_host leadline_host;
struct leadline_host {
  uint64_t size;
  uint32_t abi_major;
  uint32_t abi_minor;
  void* impl; /* the host's own */

  /* [create] Asks for the field `name` as `kind` and stores in *slot its index in every record of this instance. The
   * same name always gets the same slot. LEADLINE_NOT_FOUND: the schema has no such field (a plugin may go on
   * without it). LEADLINE_INVALID_ARGUMENT: the field is of another kind. LEADLINE_FAILED_PRECONDITION: called outside
   * create(), or a second instance asks for what the first one did not. *slot is unchanged on error. */
  int32_t (*field_slot)(const leadline_host* host, leadline_str name, uint32_t kind, uint32_t* slot);

  /* [any] Writes a line to the server's log under the plugin's id. Never fails; long text is cut. Never log what may
   * identify a person. */
  void (*log)(const leadline_host* host, int32_t level, leadline_str text);

  /* [create] Says why create() is about to fail; the last text counts. Ignored when create() succeeds. */
  void (*set_error)(const leadline_host* host, leadline_str text);

  /* [any] The host's table for the extension `id`, or NULL when it has none. Lives as long as the process. */
  const void* (*get_extension)(const leadline_host* host, const char* id);
};

/* One capability call in flight; the host's own. */
typedef struct leadline_call leadline_call;

/* What the host offers a capability call. Table and call die when the call returns. */
typedef struct leadline_call_api {
  uint64_t size;

  /* [call] The moment this decision is made for. The only clock a decision may use. */
  int64_t (*now)(const leadline_call* call);

  /* [call] Microseconds left before the caller stops waiting: 0 when that time is past, INT64_MAX when it waits for
   * ever. For giving up early (LEADLINE_DEADLINE_EXCEEDED), never for choosing an output. */
  int64_t (*time_left)(const leadline_call* call);

  /* [call] 1 when nobody waits for the result any more, else 0. Return LEADLINE_CANCELLED soon after. */
  int32_t (*cancelled)(const leadline_call* call);

  /* [call] Says why the call is about to fail; the last text counts. Ignored when the call succeeds. */
  void (*set_error)(leadline_call* call, leadline_str text);

  /* [call] Adds to item `index` of the batch one sentence of explanation, and its share of the result: points for
   * score, agreement weight for merge, otherwise 0. Reasons keep the order in which they are added. An index outside
   * the batch, a weight that is not finite or text that is not UTF-8 fails the call with LEADLINE_INTERNAL. */
  void (*add_reason)(leadline_call* call, uint32_t index, leadline_str text, double weight);

  /* [call] Memory of the host's, aligned to 16 bytes, that lives until the host has copied the outputs: the place for
   * text built during the call. NULL when more is asked for than one call may have (1 MiB). Never free it. */
  void* (*alloc)(leadline_call* call, uint64_t size);
} leadline_call_api;

/* ----------------------------------------------------------------------------------------------- Capabilities
 *
 * Each is a table with its own revision; a change of meaning or of an item's layout is a new revision with a new id,
 * served beside the old one. Items and outputs are arrays, so their layout never changes within a revision. `self` is
 * what create() gave. All are [instance], get `n` items (1 to LEADLINE_MAX_BATCH), fill `n` outputs and judge each item
 * by itself: nothing learned from one item may alter another.
 */

/* leadline.normalize/1: reads a value into a standard form, such as a job title into a seniority. */
#define LEADLINE_NORMALIZE_V1 "leadline.normalize/1"

typedef struct leadline_normalize_out {
  leadline_value value; /* STR, or NULL (as the host sets it) when the plugin cannot tell */
  double confidence;    /* 0 (as the host sets it) to 1 */
} leadline_normalize_out;

typedef struct leadline_normalize_v1 {
  uint64_t size;
  /* [instance] Any error fails the whole batch: for an odd record, answer NULL instead. */
  int32_t (*normalize)(void* self, const leadline_record* records, uint32_t n, leadline_normalize_out* outs,
                       leadline_call* call, const leadline_call_api* api);
} leadline_normalize_v1;

/* leadline.status/1: a gate on a change of status. */
#define LEADLINE_STATUS_V1 "leadline.status/1"

enum leadline_verdict {
  LEADLINE_VERDICT_UNSET = 0,  /* as the host sets it; leaving it so fails the call */
  LEADLINE_VERDICT_ALLOW = 1,  /* nothing stands against it */
  LEADLINE_VERDICT_DENY = 2,   /* refused; needs at least one reason */
  LEADLINE_VERDICT_ABSTAIN = 3 /* not this gate's business */
};

typedef struct leadline_transition {
  leadline_record record;
  leadline_str from_status; /* empty for a new record */
  leadline_str to_status;
} leadline_transition;

typedef struct leadline_status_out {
  uint32_t verdict;
  uint32_t reserved; /* leave 0 */
} leadline_status_out;

typedef struct leadline_status_v1 {
  uint64_t size;
  /* [instance] A refusal is a verdict, not an error. */
  int32_t (*gate)(void* self, const leadline_transition* transitions, uint32_t n, leadline_status_out* outs,
                  leadline_call* call, const leadline_call_api* api);
} leadline_status_v1;

/* leadline.score/1: points for a record. */
#define LEADLINE_SCORE_V1 "leadline.score/1"

typedef struct leadline_score_out {
  double points; /* finite; the host sets NaN, and leaving it so fails the call */
} leadline_score_out;

typedef struct leadline_score_v1 {
  uint64_t size;
  /* [instance] Explain points with add_reason(); the weights of an item's reasons should add up to its points. */
  int32_t (*score)(void* self, const leadline_record* records, uint32_t n, leadline_score_out* outs,
                   leadline_call* call, const leadline_call_api* api);
} leadline_score_v1;

/* leadline.route/1: chooses who works a lead. */
#define LEADLINE_ROUTE_V1 "leadline.route/1"

enum leadline_candidate_flags {
  LEADLINE_CANDIDATE_TERRITORY = 1u << 0, /* the lead lies in one of the rep's territories */
  LEADLINE_CANDIDATE_LANGUAGE = 1u << 1,  /* the rep speaks the lead's language */
  LEADLINE_CANDIDATE_OWNER = 1u << 2,     /* the rep owns the lead's account */
  LEADLINE_CANDIDATE_AVAILABLE = 1u << 3  /* the rep works now and takes new leads */
};

typedef struct leadline_candidate {
  leadline_str rep_id;
  double weight;         /* the share of leads meant for this rep, relative to the others; above 0 */
  double latitude;       /* degrees; NaN when unknown */
  double longitude;      /* degrees; NaN when unknown */
  int64_t last_assigned; /* LEADLINE_TIME_NONE when never */
  uint32_t open_load;    /* open leads */
  uint32_t capacity;     /* the most open leads; 0: takes none */
  int32_t seniority;     /* higher is more senior; 0 when unknown */
  uint32_t flags;        /* leadline_candidate_flags; ignore unknown ones */
} leadline_candidate;

typedef struct leadline_route_request {
  leadline_record record;
  const leadline_candidate* candidates; /* in a fixed order; may be NULL when `count` is 0 */
  uint32_t count;
  uint32_t reserved; /* 0 */
} leadline_route_request;

#define LEADLINE_ROUTE_NOBODY UINT32_MAX      /* none of the candidates is fit; needs at least one reason */
#define LEADLINE_ROUTE_UNSET (UINT32_MAX - 1) /* as the host sets it; leaving it so fails the call */

typedef struct leadline_route_out {
  uint32_t choice;   /* an index into candidates, or LEADLINE_ROUTE_NOBODY */
  uint32_t reserved; /* leave 0 */
} leadline_route_out;

typedef struct leadline_route_v1 {
  uint64_t size;
  /* [instance] The host assigns; a choice changes no load that a later item of the batch shows. */
  int32_t (*route)(void* self, const leadline_route_request* requests, uint32_t n, leadline_route_out* outs,
                   leadline_call* call, const leadline_call_api* api);
} leadline_route_v1;

/* leadline.merge/1: how far two records agree. */
#define LEADLINE_MERGE_V1 "leadline.merge/1"

enum leadline_agreement {
  LEADLINE_AGREEMENT_UNSET = 0,     /* as the host sets it; leaving it so fails the call */
  LEADLINE_AGREEMENT_MISSING = 1,   /* at least one side has nothing to compare; the weight must be 0 */
  LEADLINE_AGREEMENT_DIFFERENT = 2, /* they disagree */
  LEADLINE_AGREEMENT_WEAK = 3,      /* alike enough to count a little */
  LEADLINE_AGREEMENT_STRONG = 4,    /* the same but for spelling */
  LEADLINE_AGREEMENT_EXACT = 5      /* the same */
};

typedef struct leadline_pair {
  leadline_record left;
  leadline_record right;
} leadline_pair;

typedef struct leadline_merge_out {
  uint32_t level;    /* leadline_agreement */
  uint32_t reserved; /* leave 0 */
  double weight;     /* log2 of the Bayes factor: above 0 speaks for the same thing; finite; the host sets NaN */
} leadline_merge_out;

typedef struct leadline_merge_v1 {
  uint64_t size;
  /* [instance] Symmetric: swapping left and right gives the same output. */
  int32_t (*compare)(void* self, const leadline_pair* pairs, uint32_t n, leadline_merge_out* outs, leadline_call* call,
                     const leadline_call_api* api);
} leadline_merge_v1;

/* ------------------------------------------------------------------------------------------------- Descriptor */

enum leadline_plugin_flags {
  LEADLINE_FLAG_CONCURRENT = 1u << 0, /* one instance may be called by several threads at once */
  LEADLINE_FLAG_PURE = 1u << 1        /* outputs depend on config, items and now() alone: may be cached or replayed */
};

/* What a plugin is. Static: lives and stays unchanged as long as the process. */
typedef struct leadline_plugin {
  uint64_t size;
  uint32_t abi_major;      /* LEADLINE_ABI_MAJOR; the host refuses any other */
  uint32_t min_host_minor; /* the lowest LEADLINE_ABI_MINOR the plugin can live with; the host refuses to be below */
  uint32_t flags;          /* leadline_plugin_flags */
  uint32_t reserved;       /* 0 */
  const char* id;          /* reverse DNS, as in the manifest: "com.example.fit_score" */
  const char* version;     /* as in the manifest: "1.4.0" */

  /* JSON Schema (draft 7, no remote references) of the config, or NULL when there is none to give: then only an empty
   * object is accepted. The host validates before create(). */
  const char* config_schema_json;

  /* [loader], later [any] Makes an instance from `config_json`, which is valid under the schema, and stores it in *self
   * (not NULL). On error *self is ignored and destroy() is not called. The host makes several instances with the same
   * config, the later ones while others are in use. */
  int32_t (*create)(const leadline_host* host, leadline_str config_json, void** self);

  /* [any] Ends an instance; no call is in flight and none follows. Never fails. */
  void (*destroy)(void* self);

  /* [loader] The table of a capability, such as leadline_score_v1 for LEADLINE_SCORE_V1, or NULL when the plugin has it
   * not. Static, like the descriptor. */
  const void* (*get_capability)(const char* id);

  /* [loader] The plugin's table for the extension `id`, or NULL. May be absent or NULL. */
  const void* (*get_extension)(const char* id);
} leadline_plugin;

/* [loader] The one symbol a plugin exports. Gets the host's version for information (the host itself checks that the
 * two fit) and gives the descriptor; NULL refuses to load. */
LEADLINE_EXPORT
#ifndef __cplusplus
extern
#endif
    const leadline_plugin*
    leadline_plugin_entry(uint32_t host_major, uint32_t host_minor);

/* ----------------------------------------------------------------------------------------------- Frozen layout */

LEADLINE_STATIC_ASSERT(sizeof(void*) == 8, "Leadline plugins are built for 64-bit machines");
LEADLINE_STATIC_ASSERT(sizeof(leadline_str) == 16 && offsetof(leadline_str, len) == 8, "leadline_str");
LEADLINE_STATIC_ASSERT(sizeof(leadline_value) == 16 && offsetof(leadline_value, u) == 8, "leadline_value");
LEADLINE_STATIC_ASSERT(sizeof(leadline_record) == 16 && offsetof(leadline_record, count) == 8, "leadline_record");
LEADLINE_STATIC_ASSERT(offsetof(leadline_host, impl) == 16 && offsetof(leadline_host, get_extension) == 48, "host");
LEADLINE_STATIC_ASSERT(offsetof(leadline_call_api, now) == 8 && offsetof(leadline_call_api, alloc) == 48, "call api");
LEADLINE_STATIC_ASSERT(sizeof(leadline_normalize_out) == 24, "leadline_normalize_out");
LEADLINE_STATIC_ASSERT(sizeof(leadline_transition) == 48 && sizeof(leadline_status_out) == 8, "status/1");
LEADLINE_STATIC_ASSERT(sizeof(leadline_score_out) == 8, "leadline_score_out");
LEADLINE_STATIC_ASSERT(sizeof(leadline_candidate) == 64 && offsetof(leadline_candidate, flags) == 60, "candidate");
LEADLINE_STATIC_ASSERT(sizeof(leadline_route_request) == 32 && sizeof(leadline_route_out) == 8, "route/1");
LEADLINE_STATIC_ASSERT(sizeof(leadline_pair) == 32 && sizeof(leadline_merge_out) == 16, "merge/1");
LEADLINE_STATIC_ASSERT(offsetof(leadline_plugin, id) == 24 && offsetof(leadline_plugin, create) == 48 &&
                           offsetof(leadline_plugin, get_extension) == 72,
                       "leadline_plugin");

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* LEADLINE_PLUGIN_H_ */
