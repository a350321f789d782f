/* A plugin that is sound but for one thing, which the definition BROKEN names. With SOUND nothing is wrong. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "leadline/plugin.h"

enum broken {
  SOUND,
  /* the descriptor */
  WRONG_MAJOR,
  NEWER_MINOR,
  REFUSES,
  ECHOES_MAJOR,
  OTHER_ID,
  UNSTABLE,
  ANY_CAPABILITY,
  ANY_EXTENSION,
  SHORT_TABLE,
  NO_MERGE,
  BAD_SCHEMA,
  OPEN_SCHEMA,
  ODD_CONFIG,
  HARD_CONFIG,
  CONSTRUCTOR,
  EXIT_HANDLER,
  /* create() and destroy() */
  CREATE_CRASHES,
  CREATE_FAILS,
  DESTROY_CRASHES,
  HOST_TABLE,
  CONFIG_NUL,
  FIELD_IGNORED,
  OTHER_FIELDS,
  LEAK,
  LEAK_DESCRIPTOR,
  LEAVES_THREAD,
  CREATE_READS_FILE,
  ALTERS_UMASK,
  /* calls */
  NOT_A_NUMBER,
  UNSET,
  INFINITE_REASON,
  REASON_SUM,
  NO_REASON,
  OUT_OF_RANGE,
  NOT_TEXT,
  UNKNOWN_CODE,
  LATE_FIELD,
  NULL_CRASH,
  EXTREME_CRASH,
  TEXT_CRASH,
  SMALL_BATCHES,
  READS_BEYOND,
  READS_BEFORE,
  WRITES_BEYOND,
  TEXT_NUL,
  CALL_TABLE,
  KEEPS_POINTER,
  LENDS_INPUT,
  NEIGHBOUR,
  IMPURE,
  COUNTS,
  ASYMMETRIC,
  RACE_INSTANCE,
  RACE_GLOBAL,
  LEAK_IN_CALL,
  IGNORES_DEADLINE,
  HANGS,
  ABORTS,
  EXITS,
  FORKS,
  SPAWNS,
  EXECUTES,
  CONNECTS,
  SIGNALS,
  READS_FILE,
  READS_CLOCK,
  ROLLS_DICE,
  PRINTS
};

#define IS(what) (BROKEN == (what))

#if IS_FLAGGED
#define FLAGS (LEADLINE_FLAG_CONCURRENT | LEADLINE_FLAG_PURE)
#else
#define FLAGS 0
#endif

typedef struct broken_plugin {
  const leadline_host* host;
  uint32_t title;
  uint32_t employees;
  const char* kept;
  int64_t calls;
  volatile double scratch;
} broken_plugin;

static volatile double global_scratch;
static volatile uint64_t sink;

static leadline_str str(const char* text) { return (leadline_str){text, strlen(text)}; }

static void crash(void) { *(volatile int*)8 = 1; }

/* ------------------------------------------------------------------------------------------------------ Calls */

/* What has nothing to do with the inputs. */
static void misbehave(broken_plugin* self, leadline_call* call, const leadline_call_api* api) {
  uint32_t slot = 0;
  if (IS(LATE_FIELD)) self->host->field_slot(self->host, str("contact.title"), LEADLINE_STR, &slot);
  if (IS(CALL_TABLE)) sink = *(const volatile uint64_t*)((const char*)api + sizeof(*api));
  if (IS(LEAK_IN_CALL)) sink = (uint64_t)(uintptr_t)strdup("sixteen bytes or more, that nobody frees");
  if (IS(IGNORES_DEADLINE) && (api->time_left(call) == 0 || api->cancelled(call))) usleep(400000);
  while (IS(HANGS)) usleep(1000);
  if (IS(ABORTS)) abort();
  if (IS(EXITS)) exit(0);
  if (IS(FORKS) && fork() == 0) _exit(0);
  if (IS(SPAWNS)) sink = (uint64_t)system("true");
  if (IS(EXECUTES)) execl("/bin/true", "true", (char*)NULL);
  if (IS(CONNECTS)) sink = (uint64_t)socket(AF_INET, SOCK_STREAM, 0);
  if (IS(SIGNALS)) kill(getppid(), 0);
  if (IS(READS_FILE)) close(open("/etc/hostname", O_RDONLY));
  if (IS(READS_CLOCK)) sink = (uint64_t)time(NULL);
  if (IS(ROLLS_DICE)) sink = (uint64_t)rand();
  if (IS(PRINTS)) printf("scoring\n"), fflush(stdout);
  self->calls += FLAGS != 0 && !IS(IMPURE) ? 0 : 1;
}

/* One number, over a stretch in which another thread may come between. */
static double through(volatile double* scratch, double points) {
  *scratch = points;
  for (int i = 0; i < 4; ++i) sched_yield();
  return *scratch;
}

static double points_of(broken_plugin* self, const leadline_record* records, uint32_t i, uint32_t n) {
  const leadline_value* title = &records[i].fields[self->title];
  const leadline_value* employees = &records[i].fields[self->employees];
  if (IS(NULL_CRASH) && employees->kind == LEADLINE_NULL) crash();
  if (IS(EXTREME_CRASH) && employees->kind == LEADLINE_I64 && employees->u.i64 == INT64_MIN) crash();
  if (title->kind == LEADLINE_STR && title->len != 0) {
    if (IS(TEXT_CRASH) && (unsigned char)title->u.str[0] == 0xFF) crash();
    if (IS(TEXT_NUL)) sink = strlen(title->u.str);
  }
  double points = employees->kind == LEADLINE_NULL ? 0 : employees->u.i64 > 50 ? 20 : 5;
  if (IS(NEIGHBOUR) && n > 1 && i > 0 && records[i - 1].fields[self->employees].kind == LEADLINE_NULL) points += 1;
  if (IS(IMPURE) || IS(COUNTS)) points += (double)self->calls;
  if (IS(RACE_INSTANCE) && n == 16) points = through(&self->scratch, points);
  if (IS(RACE_GLOBAL) && n == 16) points = through(&global_scratch, points);
  return points;
}

static int32_t score(void* instance, const leadline_record* r, uint32_t n, leadline_score_out* out, leadline_call* call,
                     const leadline_call_api* api) {
  broken_plugin* self = instance;
  misbehave(self, call, api);
  if (IS(SMALL_BATCHES) && n > 512) return LEADLINE_RESOURCE_EXHAUSTED;
  if (IS(READS_BEYOND)) sink = (uint64_t)(uintptr_t)((const volatile leadline_record*)r)[n].fields;
  if (IS(READS_BEFORE)) sink = (uint64_t)(uintptr_t)((const volatile leadline_record*)r)[-1].fields;
  if (IS(WRITES_BEYOND)) out[n].points = 0;
  if (IS(KEEPS_POINTER)) {
    if (self->kept != NULL) sink = (unsigned char)*self->kept;
    self->kept = (const char*)r[0].fields;
  }
  for (uint32_t i = 0; i < n; ++i) {
    double points = points_of(self, r, i, n);
    const leadline_value* employees = &r[i].fields[self->employees];
    if (IS(UNKNOWN_CODE) && employees->kind == LEADLINE_I64 && employees->u.i64 == INT64_MIN) return 4711;
    out[i].points = IS(NOT_A_NUMBER) && employees->kind == LEADLINE_NULL ? 0.0 / (points * 0) : points;
    double weight = IS(INFINITE_REASON) && points > 5 ? INFINITY : IS(REASON_SUM) ? points + 1 : points;
    api->add_reason(call, i, str("by size"), weight);
  }
  return LEADLINE_OK;
}

static int32_t route(void* instance, const leadline_route_request* r, uint32_t n, leadline_route_out* out,
                     leadline_call* call, const leadline_call_api* api) {
  (void)instance;
  for (uint32_t i = 0; i < n; ++i) {
    if (IS(UNSET) && r[i].count > 3) continue;
    uint32_t choice = LEADLINE_ROUTE_NOBODY;
    for (uint32_t k = 0; k < r[i].count && choice == LEADLINE_ROUTE_NOBODY; ++k) {
      const leadline_candidate* c = &r[i].candidates[k];
      if ((c->flags & LEADLINE_CANDIDATE_AVAILABLE) != 0 && c->open_load < c->capacity) choice = k;
    }
    out[i].choice = IS(OUT_OF_RANGE) && choice != LEADLINE_ROUTE_NOBODY ? choice + 100 : choice;
    if (!IS(NO_REASON) || choice != LEADLINE_ROUTE_NOBODY) api->add_reason(call, i, str("the first who is free"), 0);
  }
  return LEADLINE_OK;
}

static int32_t normalize(void* instance, const leadline_record* r, uint32_t n, leadline_normalize_out* out,
                         leadline_call* call, const leadline_call_api* api) {
  broken_plugin* self = instance;
  for (uint32_t i = 0; i < n; ++i) {
    const leadline_value* title = &r[i].fields[self->title];
    if (title->kind != LEADLINE_STR) continue;
    out[i].confidence = 0.5;
    out[i].value = (leadline_value){LEADLINE_STR, 2, {.str = IS(NOT_TEXT) ? "\xC3(" : "ok"}};
    if (IS(LENDS_INPUT) && title->len < 128 && memchr(title->u.str, 'H', title->len) != NULL) out[i].value = *title;
    (void)call;
    (void)api;
  }
  return LEADLINE_OK;
}

static int32_t gate(void* instance, const leadline_transition* t, uint32_t n, leadline_status_out* out,
                    leadline_call* call, const leadline_call_api* api) {
  (void)instance;
  for (uint32_t i = 0; i < n; ++i) {
    out[i].verdict = t[i].to_status.len == 3 ? LEADLINE_VERDICT_DENY : LEADLINE_VERDICT_ALLOW;
    if (out[i].verdict == LEADLINE_VERDICT_DENY) api->add_reason(call, i, str("too short a status"), 0);
  }
  return LEADLINE_OK;
}

static int32_t compare(void* instance, const leadline_pair* p, uint32_t n, leadline_merge_out* out, leadline_call* call,
                       const leadline_call_api* api) {
  broken_plugin* self = instance;
  (void)call;
  (void)api;
  for (uint32_t i = 0; i < n; ++i) {
    const leadline_value* a = &p[i].left.fields[self->title];
    const leadline_value* b = &p[i].right.fields[self->title];
    int missing = a->kind == LEADLINE_NULL || (b->kind == LEADLINE_NULL && !IS(ASYMMETRIC));
    int same = !missing && b->kind == LEADLINE_STR && a->len == b->len && memcmp(a->u.str, b->u.str, a->len) == 0;
    out[i].level = missing ? LEADLINE_AGREEMENT_MISSING
                   : same  ? LEADLINE_AGREEMENT_EXACT
                           : LEADLINE_AGREEMENT_DIFFERENT;
    out[i].weight = missing ? 0 : same ? 4 : -2;
  }
  return LEADLINE_OK;
}

/* ------------------------------------------------------------------------------------------- create() and destroy() */

static void* idle(void* unused) {
  for (;;) pause();
  return unused;
}

static void take_resources(void) {
  pthread_t thread;
  if (IS(LEAK)) sink = (uint64_t)(uintptr_t)malloc(100);
  if (IS(LEAK_DESCRIPTOR)) sink = (uint64_t)dup(0);
  if (IS(LEAVES_THREAD)) pthread_create(&thread, NULL, idle, NULL);
  if (IS(CREATE_READS_FILE)) close(open("/etc/hostname", O_RDONLY));
  if (IS(ALTERS_UMASK)) umask(0);
}

static int32_t create(const leadline_host* host, leadline_str config, void** instance) {
  static int instances = 0;
  uint32_t slot = 0;
  if (IS(CREATE_CRASHES)) crash();
  if (IS(CREATE_FAILS)) {
    host->set_error(host, str("the licence has run out"));
    return LEADLINE_FAILED_PRECONDITION;
  }
  if (IS(HOST_TABLE)) sink = *(const volatile uint64_t*)((const char*)host + sizeof(*host));
  if (IS(CONFIG_NUL)) sink = strlen(config.ptr);
  if (IS(ODD_CONFIG) && memmem(config.ptr, config.len, "no_such", 7) != NULL) crash();
  broken_plugin* self = calloc(1, sizeof(*self));
  self->host = host;
  int32_t code = host->field_slot(host, str("contact.title"), LEADLINE_STR, &self->title);
  if (code == LEADLINE_OK) code = host->field_slot(host, str("account.employees"), LEADLINE_I64, &self->employees);
  if (IS(FIELD_IGNORED) && code != LEADLINE_OK) crash();
  if (IS(OTHER_FIELDS) && code == LEADLINE_OK && instances++ > 0) {
    code = host->field_slot(host, str("account.industry"), LEADLINE_STR, &slot);
  }
  if (code != LEADLINE_OK) {
    host->set_error(host, str("contact.title or account.employees is not there"));
    free(self);
    return code;
  }
  take_resources();
  *instance = self;
  return LEADLINE_OK;
}

static void destroy(void* instance) {
  if (IS(DESTROY_CRASHES)) crash();
  free(instance);
}

/* ------------------------------------------------------------------------------------------------- Descriptor */

static const void* get_capability(const char* id) {
  static const leadline_score_v1 score_table = {IS(SHORT_TABLE) ? 8 : sizeof(score_table), score};
  static const leadline_route_v1 route_table = {sizeof(route_table), route};
  static const leadline_normalize_v1 normalize_table = {sizeof(normalize_table), normalize};
  static const leadline_status_v1 status_table = {sizeof(status_table), gate};
  static const leadline_merge_v1 merge_table = {sizeof(merge_table), compare};
  if (strcmp(id, LEADLINE_SCORE_V1) == 0) return &score_table;
  if (strcmp(id, LEADLINE_ROUTE_V1) == 0) return &route_table;
  if (strcmp(id, LEADLINE_NORMALIZE_V1) == 0) return &normalize_table;
  if (strcmp(id, LEADLINE_STATUS_V1) == 0) return &status_table;
  if (strcmp(id, LEADLINE_MERGE_V1) == 0) return IS(NO_MERGE) ? NULL : &merge_table;
  return IS(ANY_CAPABILITY) ? &score_table : NULL;
}

static const void* get_extension(const char* id) {
  static const uint64_t table = sizeof(table);
  (void)id;
  return IS(ANY_EXTENSION) ? &table : NULL;
}

static const char* schema(void) {
  switch (BROKEN) {
    case BAD_SCHEMA:
      return "{\"type\": ";
    case OPEN_SCHEMA:
    case ODD_CONFIG:
      return "{\"type\": \"object\"}";
    case HARD_CONFIG:
      return "{\"type\": \"object\", \"required\": [\"key\"], \"additionalProperties\": false,"
             " \"properties\": {\"key\": {\"type\": \"string\", \"pattern\": \"^[0-9]{4}-[A-Z]{2}$\"}}}";
    default:
      return "{\"type\": \"object\", \"required\": [\"size\"], \"additionalProperties\": false,"
             " \"properties\": {\"size\": {\"type\": \"integer\", \"minimum\": 2, \"maximum\": 9}}}";
  }
}

__attribute__((constructor)) static void at_load(void) {
  if (IS(CONSTRUCTOR)) crash();
  if (IS(EXIT_HANDLER)) atexit(crash);
}

LEADLINE_EXPORT const leadline_plugin* leadline_plugin_entry(uint32_t host_major, uint32_t host_minor) {
  static leadline_plugin plugin = {
      .size = sizeof(plugin),
      .abi_major = IS(WRONG_MAJOR) ? 7 : LEADLINE_ABI_MAJOR,
      .min_host_minor = IS(NEWER_MINOR) ? 9 : 0,
      .flags = FLAGS,
      .id = IS(OTHER_ID) ? "org.broken.somebody_else" : LEADLINE_PLUGIN_ID,
      .version = LEADLINE_PLUGIN_VERSION,
      .create = create,
      .destroy = destroy,
      .get_capability = get_capability,
      .get_extension = get_extension,
  };
  static int asked = 0;
  (void)host_minor;
  plugin.config_schema_json = schema();
  if (IS(ECHOES_MAJOR)) plugin.abi_major = host_major;
  if (IS(UNSTABLE) && asked++ > 0) plugin.version = asked % 2 == 0 ? "1.0.1" : LEADLINE_PLUGIN_VERSION;
  return IS(REFUSES) ? NULL : &plugin;
}

#ifdef SECOND_EXPORT
LEADLINE_EXPORT int leadline_second(void);
int leadline_second(void) { return 2; }
#endif

#ifdef TEXT_RELOCATION
__asm__(".text\n.quad leadline_plugin_entry\n");
#endif
