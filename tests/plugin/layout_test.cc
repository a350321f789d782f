// The frozen layout of the plugin interface: a change here breaks every plugin in the field.
#include <gtest/gtest.h>

#include <type_traits>

#include "leadline/plugin.h"

namespace {

#define EXPECT_OFFSET(type, member, offset) EXPECT_EQ(offsetof(type, member), offset) << #type "." #member

TEST(LayoutTest, Values) {
  EXPECT_EQ(sizeof(leadline_str), 16u);
  EXPECT_EQ(sizeof(leadline_value), 16u);
  EXPECT_OFFSET(leadline_value, kind, 0u);
  EXPECT_OFFSET(leadline_value, len, 4u);
  EXPECT_OFFSET(leadline_value, u, 8u);
  EXPECT_EQ(sizeof(leadline_record), 16u);
  EXPECT_OFFSET(leadline_record, fields, 0u);
  EXPECT_OFFSET(leadline_record, count, 8u);
  EXPECT_TRUE(std::is_trivially_copyable_v<leadline_value>);
}

TEST(LayoutTest, Numbers) {
  EXPECT_EQ(LEADLINE_UNAUTHENTICATED, 16);
  EXPECT_EQ(LEADLINE_LIST, 6);
  EXPECT_EQ(LEADLINE_VERDICT_ABSTAIN, 3);
  EXPECT_EQ(LEADLINE_AGREEMENT_EXACT, 5);
  EXPECT_EQ(LEADLINE_CANDIDATE_AVAILABLE, 8);
  EXPECT_EQ(LEADLINE_FLAG_PURE, 2);
  EXPECT_EQ(LEADLINE_ABI_MAJOR, 1u);
}

TEST(LayoutTest, Tables) {
  EXPECT_OFFSET(leadline_host, abi_major, 8u);
  EXPECT_OFFSET(leadline_host, impl, 16u);
  EXPECT_OFFSET(leadline_host, field_slot, 24u);
  EXPECT_OFFSET(leadline_host, log, 32u);
  EXPECT_OFFSET(leadline_host, set_error, 40u);
  EXPECT_OFFSET(leadline_host, get_extension, 48u);
  EXPECT_OFFSET(leadline_call_api, now, 8u);
  EXPECT_OFFSET(leadline_call_api, time_left, 16u);
  EXPECT_OFFSET(leadline_call_api, cancelled, 24u);
  EXPECT_OFFSET(leadline_call_api, set_error, 32u);
  EXPECT_OFFSET(leadline_call_api, add_reason, 40u);
  EXPECT_OFFSET(leadline_call_api, alloc, 48u);
  EXPECT_OFFSET(leadline_plugin, abi_major, 8u);
  EXPECT_OFFSET(leadline_plugin, min_host_minor, 12u);
  EXPECT_OFFSET(leadline_plugin, flags, 16u);
  EXPECT_OFFSET(leadline_plugin, id, 24u);
  EXPECT_OFFSET(leadline_plugin, version, 32u);
  EXPECT_OFFSET(leadline_plugin, config_schema_json, 40u);
  EXPECT_OFFSET(leadline_plugin, create, 48u);
  EXPECT_OFFSET(leadline_plugin, destroy, 56u);
  EXPECT_OFFSET(leadline_plugin, get_capability, 64u);
  EXPECT_OFFSET(leadline_plugin, get_extension, 72u);
}

TEST(LayoutTest, Capabilities) {
  EXPECT_EQ(sizeof(leadline_normalize_out), 24u);
  EXPECT_OFFSET(leadline_normalize_out, confidence, 16u);
  EXPECT_EQ(sizeof(leadline_transition), 48u);
  EXPECT_OFFSET(leadline_transition, to_status, 32u);
  EXPECT_EQ(sizeof(leadline_status_out), 8u);
  EXPECT_EQ(sizeof(leadline_score_out), 8u);
  EXPECT_EQ(sizeof(leadline_candidate), 64u);
  EXPECT_OFFSET(leadline_candidate, weight, 16u);
  EXPECT_OFFSET(leadline_candidate, latitude, 24u);
  EXPECT_OFFSET(leadline_candidate, last_assigned, 40u);
  EXPECT_OFFSET(leadline_candidate, open_load, 48u);
  EXPECT_OFFSET(leadline_candidate, capacity, 52u);
  EXPECT_OFFSET(leadline_candidate, seniority, 56u);
  EXPECT_OFFSET(leadline_candidate, flags, 60u);
  EXPECT_EQ(sizeof(leadline_route_request), 32u);
  EXPECT_OFFSET(leadline_route_request, candidates, 16u);
  EXPECT_EQ(sizeof(leadline_route_out), 8u);
  EXPECT_EQ(sizeof(leadline_pair), 32u);
  EXPECT_EQ(sizeof(leadline_merge_out), 16u);
  EXPECT_OFFSET(leadline_merge_out, weight, 8u);
  EXPECT_OFFSET(leadline_score_v1, score, 8u);
}

TEST(LayoutTest, HasReadsOnlyTheSize) {
  leadline_plugin short_one{};
  short_one.size = offsetof(leadline_plugin, get_extension);
  EXPECT_TRUE(LEADLINE_HAS(&short_one, get_capability));
  EXPECT_FALSE(LEADLINE_HAS(&short_one, get_extension));
}

}  // namespace
