// What the source check may count on from a kernel, and others from it: real packets on real
// kernels, so that no fake runs these. They skip where there is no nf_tables.
#pragma once

#include <array>
#include <string>

#include "tests/kernel/contract.h"

namespace dmm::kernel {

Verdict own_sources_pass(Bench bench);
Verdict foreign_sources_do_not(Bench bench);
Verdict link_local_passes(Bench bench);
Verdict past_the_dlif_is_checked(Bench bench);
Verdict neighbours_go_through_us(Bench bench);
Verdict traffic_is_counted(Bench bench);
Verdict what_is_gone_is_dropped(Bench bench);
Verdict one_rule_set_for_many(Bench bench);
Verdict filter_starts_over_leftovers(Bench bench);
Verdict foreign_tables_stay(Bench bench);
Verdict flushed_rules_come_back(Bench bench);
Verdict text_is_what_is_sent(Bench bench);

inline constexpr std::array<Case, 12> kFilterCases{{
    {"a node sends from its own prefixes", own_sources_pass},
    {"and from no others", foreign_sources_do_not},
    {"from link-local addresses it may", link_local_passes},
    {"past its DLIF it may not more", past_the_dlif_is_checked},
    {"nodes of one link talk through the MAAR", neighbours_go_through_us},
    {"packets are counted per prefix and direction", traffic_is_counted},
    {"a prefix that is gone is dropped", what_is_gone_is_dropped},
    {"1000 nodes have one rule set", one_rule_set_for_many},
    {"a filter starts over leftovers", filter_starts_over_leftovers},
    {"tables of others are left alone", foreign_tables_stay},
    {"a table that somebody flushed comes back", flushed_rules_come_back},
    {"the filter's text is what is sent", text_is_what_is_sent},
}};

// What the source check costs in this namespace, in words; "" without nf_tables.
[[nodiscard]] std::string time_filter();

}  // namespace dmm::kernel
