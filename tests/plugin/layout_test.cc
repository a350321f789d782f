// The frozen layout of the plugin interface: a change here breaks every plugin in the field. A table may grow: then its
// size and its new members are added below, and nothing that stands there changes.
#include <gtest/gtest.h>

#include <type_traits>

#include "leadline/plugin.h"

namespace {

#define EXPECT_SIZE(type, size)                             \
  EXPECT_EQ(sizeof(type), size##u) << #type;                \
  EXPECT_TRUE(std::is_standard_layout_v<type>) << #type;    \
  EXPECT_TRUE(std::is_trivially_copyable_v<type>) << #type; \
  EXPECT_EQ(alignof(type) % 4, 0u) << #type
#define EXPECT_OFFSET(type, member, offset) EXPECT_EQ(offsetof(type, member), offset##u) << #type "." #member

TEST(LayoutTest, Values) {
  EXPECT_SIZE(leadline_str, 16);
  EXPECT_OFFSET(leadline_str, ptr, 0);
  EXPECT_OFFSET(leadline_str, len, 8);
  EXPECT_SIZE(leadline_value, 16);
  EXPECT_OFFSET(leadline_value, kind, 0);
  EXPECT_OFFSET(leadline_value, len, 4);
  EXPECT_OFFSET(leadline_value, u, 8);
  EXPECT_OFFSET(leadline_value, u.i64, 8);
  EXPECT_OFFSET(leadline_value, u.f64, 8);
  EXPECT_OFFSET(leadline_value, u.str, 8);
  EXPECT_OFFSET(leadline_value, u.list, 8);
  EXPECT_SIZE(leadline_record, 16);
  EXPECT_OFFSET(leadline_record, fields, 0);
  EXPECT_OFFSET(leadline_record, count, 8);
  EXPECT_OFFSET(leadline_record, reserved, 12);
}

TEST(LayoutTest, HostTable) {
  EXPECT_SIZE(leadline_host, 56);
  EXPECT_OFFSET(leadline_host, size, 0);
  EXPECT_OFFSET(leadline_host, abi_major, 8);
  EXPECT_OFFSET(leadline_host, abi_minor, 12);
  EXPECT_OFFSET(leadline_host, impl, 16);
  EXPECT_OFFSET(leadline_host, field_slot, 24);
  EXPECT_OFFSET(leadline_host, log, 32);
  EXPECT_OFFSET(leadline_host, set_error, 40);
  EXPECT_OFFSET(leadline_host, get_extension, 48);
}

TEST(LayoutTest, CallTable) {
  EXPECT_SIZE(leadline_call_api, 56);
  EXPECT_OFFSET(leadline_call_api, size, 0);
  EXPECT_OFFSET(leadline_call_api, now, 8);
  EXPECT_OFFSET(leadline_call_api, time_left, 16);
  EXPECT_OFFSET(leadline_call_api, cancelled, 24);
  EXPECT_OFFSET(leadline_call_api, set_error, 32);
  EXPECT_OFFSET(leadline_call_api, add_reason, 40);
  EXPECT_OFFSET(leadline_call_api, alloc, 48);
}

TEST(LayoutTest, Descriptor) {
  EXPECT_SIZE(leadline_plugin, 80);
  EXPECT_OFFSET(leadline_plugin, size, 0);
  EXPECT_OFFSET(leadline_plugin, abi_major, 8);
  EXPECT_OFFSET(leadline_plugin, min_host_minor, 12);
  EXPECT_OFFSET(leadline_plugin, flags, 16);
  EXPECT_OFFSET(leadline_plugin, reserved, 20);
  EXPECT_OFFSET(leadline_plugin, id, 24);
  EXPECT_OFFSET(leadline_plugin, version, 32);
  EXPECT_OFFSET(leadline_plugin, config_schema_json, 40);
  EXPECT_OFFSET(leadline_plugin, create, 48);
  EXPECT_OFFSET(leadline_plugin, destroy, 56);
  EXPECT_OFFSET(leadline_plugin, get_capability, 64);
  EXPECT_OFFSET(leadline_plugin, get_extension, 72);
}

TEST(LayoutTest, NormalizeStatusScore) {
  EXPECT_SIZE(leadline_normalize_out, 24);
  EXPECT_OFFSET(leadline_normalize_out, value, 0);
  EXPECT_OFFSET(leadline_normalize_out, confidence, 16);
  EXPECT_SIZE(leadline_normalize_v1, 16);
  EXPECT_OFFSET(leadline_normalize_v1, size, 0);
  EXPECT_OFFSET(leadline_normalize_v1, normalize, 8);
  EXPECT_SIZE(leadline_transition, 48);
  EXPECT_OFFSET(leadline_transition, record, 0);
  EXPECT_OFFSET(leadline_transition, from_status, 16);
  EXPECT_OFFSET(leadline_transition, to_status, 32);
  EXPECT_SIZE(leadline_status_out, 8);
  EXPECT_OFFSET(leadline_status_out, verdict, 0);
  EXPECT_OFFSET(leadline_status_out, reserved, 4);
  EXPECT_SIZE(leadline_status_v1, 16);
  EXPECT_OFFSET(leadline_status_v1, size, 0);
  EXPECT_OFFSET(leadline_status_v1, gate, 8);
  EXPECT_SIZE(leadline_score_out, 8);
  EXPECT_OFFSET(leadline_score_out, points, 0);
  EXPECT_SIZE(leadline_score_v1, 16);
  EXPECT_OFFSET(leadline_score_v1, size, 0);
  EXPECT_OFFSET(leadline_score_v1, score, 8);
}

TEST(LayoutTest, Route) {
  EXPECT_SIZE(leadline_candidate, 64);
  EXPECT_OFFSET(leadline_candidate, rep_id, 0);
  EXPECT_OFFSET(leadline_candidate, weight, 16);
  EXPECT_OFFSET(leadline_candidate, latitude, 24);
  EXPECT_OFFSET(leadline_candidate, longitude, 32);
  EXPECT_OFFSET(leadline_candidate, last_assigned, 40);
  EXPECT_OFFSET(leadline_candidate, open_load, 48);
  EXPECT_OFFSET(leadline_candidate, capacity, 52);
  EXPECT_OFFSET(leadline_candidate, seniority, 56);
  EXPECT_OFFSET(leadline_candidate, flags, 60);
  EXPECT_SIZE(leadline_route_request, 32);
  EXPECT_OFFSET(leadline_route_request, record, 0);
  EXPECT_OFFSET(leadline_route_request, candidates, 16);
  EXPECT_OFFSET(leadline_route_request, count, 24);
  EXPECT_OFFSET(leadline_route_request, reserved, 28);
  EXPECT_SIZE(leadline_route_out, 8);
  EXPECT_OFFSET(leadline_route_out, choice, 0);
  EXPECT_OFFSET(leadline_route_out, reserved, 4);
  EXPECT_SIZE(leadline_route_v1, 16);
  EXPECT_OFFSET(leadline_route_v1, size, 0);
  EXPECT_OFFSET(leadline_route_v1, route, 8);
}

TEST(LayoutTest, Merge) {
  EXPECT_SIZE(leadline_pair, 32);
  EXPECT_OFFSET(leadline_pair, left, 0);
  EXPECT_OFFSET(leadline_pair, right, 16);
  EXPECT_SIZE(leadline_merge_out, 16);
  EXPECT_OFFSET(leadline_merge_out, level, 0);
  EXPECT_OFFSET(leadline_merge_out, reserved, 4);
  EXPECT_OFFSET(leadline_merge_out, weight, 8);
  EXPECT_SIZE(leadline_merge_v1, 16);
  EXPECT_OFFSET(leadline_merge_v1, size, 0);
  EXPECT_OFFSET(leadline_merge_v1, compare, 8);
}

// The value of each name, in the order of the header.
TEST(LayoutTest, Numbers) {
  EXPECT_EQ(LEADLINE_ABI_MAJOR, 1u);
  const int codes[] = {LEADLINE_OK,
                       LEADLINE_CANCELLED,
                       LEADLINE_UNKNOWN,
                       LEADLINE_INVALID_ARGUMENT,
                       LEADLINE_DEADLINE_EXCEEDED,
                       LEADLINE_NOT_FOUND,
                       LEADLINE_ALREADY_EXISTS,
                       LEADLINE_PERMISSION_DENIED,
                       LEADLINE_RESOURCE_EXHAUSTED,
                       LEADLINE_FAILED_PRECONDITION,
                       LEADLINE_ABORTED,
                       LEADLINE_OUT_OF_RANGE,
                       LEADLINE_UNIMPLEMENTED,
                       LEADLINE_INTERNAL,
                       LEADLINE_UNAVAILABLE,
                       LEADLINE_DATA_LOSS,
                       LEADLINE_UNAUTHENTICATED};
  for (int i = 0; i < 17; ++i) EXPECT_EQ(codes[i], i);
  const int kinds[] = {LEADLINE_NULL, LEADLINE_BOOL, LEADLINE_I64, LEADLINE_F64,
                       LEADLINE_STR,  LEADLINE_TIME, LEADLINE_LIST};
  for (int i = 0; i < 7; ++i) EXPECT_EQ(kinds[i], i);
  const int levels[] = {LEADLINE_LOG_DEBUG, LEADLINE_LOG_INFO, LEADLINE_LOG_WARNING, LEADLINE_LOG_ERROR};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(levels[i], i);
  const int verdicts[] = {LEADLINE_VERDICT_UNSET, LEADLINE_VERDICT_ALLOW, LEADLINE_VERDICT_DENY,
                          LEADLINE_VERDICT_ABSTAIN};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(verdicts[i], i);
  const int agreements[] = {LEADLINE_AGREEMENT_UNSET, LEADLINE_AGREEMENT_MISSING, LEADLINE_AGREEMENT_DIFFERENT,
                            LEADLINE_AGREEMENT_WEAK,  LEADLINE_AGREEMENT_STRONG,  LEADLINE_AGREEMENT_EXACT};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(agreements[i], i);
  EXPECT_EQ(LEADLINE_CANDIDATE_TERRITORY, 1);
  EXPECT_EQ(LEADLINE_CANDIDATE_LANGUAGE, 2);
  EXPECT_EQ(LEADLINE_CANDIDATE_OWNER, 4);
  EXPECT_EQ(LEADLINE_CANDIDATE_AVAILABLE, 8);
  EXPECT_EQ(LEADLINE_FLAG_CONCURRENT, 1);
  EXPECT_EQ(LEADLINE_FLAG_PURE, 2);
  EXPECT_EQ(LEADLINE_ROUTE_NOBODY, 0xFFFFFFFFu);
  EXPECT_EQ(LEADLINE_ROUTE_UNSET, 0xFFFFFFFEu);
  EXPECT_EQ(LEADLINE_TIME_NONE, INT64_MIN);
  EXPECT_EQ(LEADLINE_MAX_BATCH, 1024u);
  EXPECT_STREQ(LEADLINE_NORMALIZE_V1, "leadline.normalize/1");
  EXPECT_STREQ(LEADLINE_STATUS_V1, "leadline.status/1");
  EXPECT_STREQ(LEADLINE_SCORE_V1, "leadline.score/1");
  EXPECT_STREQ(LEADLINE_ROUTE_V1, "leadline.route/1");
  EXPECT_STREQ(LEADLINE_MERGE_V1, "leadline.merge/1");
}

TEST(LayoutTest, HasReadsOnlyTheSize) {
  leadline_plugin short_one{};
  short_one.size = offsetof(leadline_plugin, get_extension);
  EXPECT_TRUE(LEADLINE_HAS(&short_one, get_capability));
  EXPECT_FALSE(LEADLINE_HAS(&short_one, get_extension));
}

}  // namespace
