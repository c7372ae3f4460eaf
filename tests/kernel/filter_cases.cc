#include "tests/kernel/filter_cases.h"

#include <cerrno>
#include <chrono>
#include <sstream>
#include <string>
#include <thread>

#include "lib/kernel/dry_run.h"
#include "tests/kernel/access_bench.h"

namespace dmm::kernel {
namespace {

const LinkLayerAddress kAliceDlif = make_dlif(1, 1).identity.mac;
const LinkLayerAddress kAliceMac = make_dlif(1, 1).mn;

// Two addresses in another node's and in nobody's prefix.
const Ip6Address kOwn = host_in(make_prefix(1, 1));
const Ip6Address kOfBob = host_in(make_prefix(2, 1));
const Ip6Address kOfNobody = ip("2001:db8:dead::7");

bool has_nf_tables() {
    const auto socket = NetlinkSocket::open(NetlinkSocket::Protocol::Netfilter);
    return socket && NftChannel(**socket).table().has_value();
}

template <typename Act>
Verdict with_bench(Bench bench, const Act& act) {
    if (!has_nf_tables()) return {Verdict::Kind::Skip, "no nf_tables"};
    if (run_shell("ip -V\n") != 0) return {Verdict::Kind::Skip, "no ip command"};
    AccessBench access(bench.transport);
    if (access.stage->verdict.kind == Verdict::Kind::Pass) act(access);
    return access.stage->verdict;
}

bool has_nft() {
    return run_shell("nft --version\n") == 0;
}

std::uint64_t spoofed_by(AccessBench& access, std::uint8_t node) {
    const auto reading = access.read();
    const auto found = reading.spoofed.find(make_dlif(node, 1).mn);
    return found == reading.spoofed.end() ? 0 : found->second.packets;
}

Traffic up_of(const TrafficReading& reading, std::uint8_t node, std::uint8_t anchor) {
    const auto found =
        reading.up.find({.mn = make_dlif(node, anchor).mn, .prefix = make_prefix(node, anchor)});
    return found == reading.up.end() ? Traffic{} : found->second;
}

Traffic down_of(const TrafficReading& reading, std::uint8_t node, std::uint8_t anchor) {
    const auto found = reading.down.find(make_prefix(node, anchor));
    return found == reading.down.end() ? Traffic{} : found->second;
}

SessionForwarding over_two_dlifs(std::uint8_t node) {
    SessionForwarding out = over_dlif(node, 1);
    const SessionForwarding old = over_dlif(node, 2);
    out.dlifs.insert(old.dlifs.begin(), old.dlifs.end());
    out.down.insert(old.down.begin(), old.down.end());
    return out;
}

// Packets on the way are counted within this time.
void settle() {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

}  // namespace

Verdict own_sources_pass(Bench bench) {
    return with_bench(bench, [](AccessBench& access) {
        access.apply(kAlice, over_two_dlifs(1));
        access.expect(access.passes(1, kAliceDlif, kOwn), "from the new prefix");
        const Ip6Address old = host_in(make_prefix(1, 2));
        access.expect(access.passes(1, kAliceDlif, old), "from the old one, to any router");
        access.expect(access.passes(1, make_dlif(1, 2).identity.mac, old), "and to its own");
        access.expect(spoofed_by(access, 1) == 0, "nothing is called spoofed");
    });
}

Verdict foreign_sources_do_not(Bench bench) {
    return with_bench(bench, [](AccessBench& access) {
        access.apply(kAlice, over_dlif(1, 1));
        access.apply(kBob, over_dlif(2, 1));
        access.expect(access.passes(2, make_dlif(2, 1).identity.mac, kOfBob), "Bob's from Bob");
        access.expect(!access.passes(1, kAliceDlif, kOfBob), "Bob's from Alice");
        access.expect(!access.passes(1, kAliceDlif, kOfNobody), "nobody's");
        access.expect(!access.passes(1, kAliceDlif, host_in(make_prefix(1, 2))), "an old one");
        access.expect(spoofed_by(access, 1) == 3, "which is counted for Alice");
        access.expect(spoofed_by(access, 2) == 0, "and not for Bob");
    });
}

Verdict link_local_passes(Bench bench) {
    return with_bench(bench, [](AccessBench& access) {
        access.apply(kAlice, over_dlif(1, 1));
        const Ip6Address router = make_dlif(1, 1).identity.link_local;
        access.send_up(1, kAliceDlif, ip("fe80::99"), router);
        access.send_up(1, kAliceDlif, Ip6Address{}, router);
        access.send_up(1, kAliceDlif, kOwn, router);
        settle();
        access.expect(spoofed_by(access, 1) == 0, "nothing is spoofed");
        access.expect(up_of(access.read(), 1, 1).packets == 0, "nor traffic of the prefix");
        access.send_up(1, kAliceDlif, kOfBob, router);
        settle();
        access.expect(spoofed_by(access, 1) == 1, "a foreign source is, on the link too");
    });
}

Verdict past_the_dlif_is_checked(Bench bench) {
    return with_bench(bench, [](AccessBench& access) {
        access.apply(kAlice, over_dlif(1, 1));
        const LinkLayerAddress lan = access.mac_of("lan0");
        access.expect(!access.passes(1, lan, kOfBob), "not from Bob's");
        access.expect(spoofed_by(access, 1) == 1, "which is counted");
        access.expect(access.passes(1, lan, kOwn), "but from its own");
        access.expect(!access.passes(9, lan, kOwn), "others may not send from that");
        access.expect(spoofed_by(access, 9) == 1, "unknown senders are counted too");
    });
}

Verdict neighbours_go_through_us(Bench bench) {
    return with_bench(bench, [](AccessBench& access) {
        access.apply(kAlice, over_dlif(1, 1));
        access.apply(kBob, over_dlif(2, 1));
        access.node_side->forget();
        access.send_up(1, kAliceDlif, kOwn, kOfBob);
        const auto told = access.node_side->hears_redirect(kOwn);
        access.expect(told.forwarded, "a packet from one node reaches the other");
        access.expect(!told.redirected, "and nobody is told a shorter way, which ends with a move");
    });
}

Verdict traffic_is_counted(Bench bench) {
    return with_bench(bench, [](AccessBench& access) {
        access.apply(kAlice, over_two_dlifs(1));
        access.apply(kBob, over_dlif(2, 1));
        settle();
        const TrafficReading before = access.read();
        access.expect(before.up.size() == 3 && before.down.size() == 3, "all are listed");
        for (const auto& [prefix, traffic] : before.down)
            access.expect(traffic == Traffic{}, "nothing has passed to " + to_text(prefix));
        access.expect(access.passes(1, kAliceDlif, kOwn), "one goes up");
        access.expect(access.passes(1, kAliceDlif, kOwn), "another one");
        access.send_down(host_in(make_prefix(1, 2)));
        settle();
        const TrafficReading after = access.read();
        constexpr std::uint64_t kPacket = 52;
        access.expect(up_of(after, 1, 1) == Traffic{2, 2 * kPacket}, "two are counted");
        access.expect(down_of(after, 1, 1) == Traffic{}, "up only");
        access.expect(down_of(after, 1, 2) == Traffic{1, kPacket}, "one is counted down");
        access.expect(up_of(after, 1, 2) == Traffic{}, "down only");
        access.expect(up_of(after, 2, 1) == Traffic{}, "none is Bob's");
        access.apply(kBob, over_two_dlifs(2));
        access.expect(up_of(access.read(), 1, 1).packets == 2, "others' moves change nothing");
    });
}

Verdict what_is_gone_is_dropped(Bench bench) {
    return with_bench(bench, [](AccessBench& access) {
        access.apply(kAlice, over_two_dlifs(1));
        const Ip6Address old = host_in(make_prefix(1, 2));
        access.expect(access.passes(1, kAliceDlif, old), "the old prefix passes");
        access.apply(kAlice, over_dlif(1, 1));
        access.expect(!access.passes(1, kAliceDlif, old), "and no more when it is given up");
        access.expect(access.passes(1, kAliceDlif, kOwn), "the other one stays");
        const TrafficReading reading = access.read();
        access.expect(reading.up.size() == 1 && reading.down.size() == 1, "as one element");
        access.apply(kAlice, {});
        access.expect(access.read().up.empty(), "which goes with the node");
    });
}

namespace {

// Three prefixes of a node of its own.
SessionForwarding session_of(unsigned node) {
    SessionForwarding out;
    for (std::uint8_t anchor = 1; anchor <= 3; ++anchor) {
        Dlif dlif = make_dlif(static_cast<std::uint8_t>(node & 0xff), anchor);
        auto mac = dlif.mn.octets();
        mac[2] = static_cast<std::uint8_t>(node >> 8U);
        dlif.mn = LinkLayerAddress(mac);
        auto prefix = make_prefix(static_cast<std::uint8_t>(node), anchor).address().octets();
        prefix[4] = static_cast<std::uint8_t>(node >> 8U);
        out.dlifs.insert(dlif);
        out.down.insert({.to = Prefix(Ip6Address(prefix), 64), .via = dlif});
    }
    return out;
}

using Clock = std::chrono::steady_clock;

std::string microseconds_since(Clock::time_point start, long parts = 1) {
    const auto past = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
    return std::to_string(past.count() / parts) + " us";
}

// The mean for one node, one transaction each.
std::string time_additions(SourceFilter& filter, unsigned first) {
    constexpr unsigned kRounds = 100;
    const auto start = Clock::now();
    for (unsigned node = first; node < first + kRounds; ++node) {
        filter.want(MnId::nai(std::to_string(node)), session_of(node));
        filter.send();
        (void)filter.receive({});
    }
    return microseconds_since(start, kRounds);
}

}  // namespace

std::string time_filter() {
    if (!has_nf_tables()) return {};
    const auto socket = NetlinkSocket::open(NetlinkSocket::Protocol::Netfilter);
    SourceFilter filter({"lan0"}, **socket);
    if (!filter.start()) return {};
    std::string out = "source check, 3 prefixes: " + time_additions(filter, 0);
    for (unsigned node = 100; node < 1000; ++node)
        filter.want(MnId::nai(std::to_string(node)), session_of(node));
    auto start = Clock::now();
    filter.send();
    (void)filter.receive({});
    out += "; 900 nodes at once " + microseconds_since(start);
    out += "; one more " + time_additions(filter, 1000);
    start = Clock::now();
    const auto reading = filter.read();
    return out + "; counters of " + std::to_string(reading ? reading->up.size() : 0) +
           " prefixes read in " + microseconds_since(start);
}

Verdict one_rule_set_for_many(Bench bench) {
    return with_bench(bench, [](AccessBench& access) {
        if (!has_nft()) {
            access.stage->verdict = {Verdict::Kind::Skip, "no nft command"};
            return;
        }
        const auto rules = [] {
            return output_of("nft -a list table ip6 dmmd | grep -c 'handle [0-9]*$'");
        };
        const std::string before = rules();
        for (unsigned node = 0; node < 1000; ++node) {
            access.filter->want(MnId::nai(std::to_string(node)), session_of(node));
        }
        access.filter->send();
        access.expect(access.filter->receive(access.now).empty(), "all are added at once");
        access.expect(access.read().up.size() == 3000, "all are there");
        access.expect(!before.empty() && rules() == before, "and no rule more");
        access.expect(access.filter->stop().empty(), "they go with the table");
        access.expect(run_shell("nft list table ip6 dmmd\n") != 0, "which is gone");
    });
}

Verdict filter_starts_over_leftovers(Bench bench) {
    return with_bench(bench, [](AccessBench& access) {
        access.apply(kAlice, over_dlif(1, 1));
        access.expect(access.read().up.size() == 1, "one node");
        SourceFilter next({"lan0"}, *access.netfilter);
        access.stage->expect_done(next.start());
        const auto reading = next.read();
        access.expect(reading && reading->up.empty(), "none after a new start");
        access.expect(next.stop().empty(), "and it goes");
        const auto table = NftChannel(*access.netfilter).table();
        access.expect(table && !*table, "whole");
    });
}

Verdict foreign_tables_stay(Bench bench) {
    return with_bench(bench, [](AccessBench& access) {
        if (!has_nft()) {
            access.stage->verdict = {Verdict::Kind::Skip, "no nft command"};
            return;
        }
        const std::string theirs =
            "nft add table ip6 theirs\nnft add chain ip6 theirs c '{ type filter hook prerouting "
            "priority 0; }'\nnft add rule ip6 theirs c counter\nnft add table inet dmmd\n";
        access.expect(run_shell(theirs) == 0, "tables of others");
        const auto list = [] {
            return output_of("nft -s list table ip6 theirs; nft -s list table inet dmmd");
        };
        const std::string before = list();
        access.apply(kAlice, over_dlif(1, 1));
        access.apply(kAlice, {});
        access.expect(access.filter->stop().empty(), "ours goes");
        access.expect(!before.empty() && list() == before, "theirs stay");
        access.expect(run_shell("nft add table ip6 dmmd\n") == 0, "one of our name");
        SourceFilter next({"lan0"}, *access.netfilter);
        const auto started = next.start();
        access.expect(!started && started.error().code == EEXIST, "stops the start");
        access.expect(next.stop().empty(), "");
        access.expect(run_shell("nft list table ip6 dmmd\n") == 0, "and stays");
    });
}

Verdict flushed_rules_come_back(Bench bench) {
    return with_bench(bench, [](AccessBench& access) {
        access.apply(kAlice, over_dlif(1, 1));
        const auto gone = [&] {
            NftChannel channel(*access.netfilter);
            NftBatch batch = channel.begin();
            batch.delete_table();
            channel.send(std::move(batch));
            return !channel.answer();
        };
        access.expect(gone(), "the table is deleted");
        access.expect(access.passes(1, kAliceDlif, kOfNobody), "so that nothing is checked");
        access.apply(kBob, over_dlif(2, 1));
        access.expect(access.filter->times_rebuilt() == 1, "the next addition brings it back");
        access.expect(!access.passes(1, kAliceDlif, kOfNobody), "with the check");
        access.expect(access.passes(1, kAliceDlif, kOwn), "and all nodes");
        access.expect(gone(), "deleted again");
        access.now = access.now + std::chrono::seconds(20);
        access.filter->on_deadline(access.now);
        access.expect(access.filter->times_rebuilt() == 2, "it is looked for");
        access.expect(access.read().up.size() == 2, "and made anew");
        access.expect(gone(), "and again");
        access.apply(kBob, {});
        access.expect(access.filter->times_rebuilt() == 3, "a removal notices too");
        access.expect(access.read().up.size() == 1, "and removes");
    });
}

Verdict text_is_what_is_sent(Bench bench) {
    return with_bench(bench, [](AccessBench& access) {
        if (!has_nft()) {
            access.stage->verdict = {Verdict::Kind::Skip, "no nft command"};
            return;
        }
        access.apply(kAlice, over_two_dlifs(1));
        const auto list = [] { return output_of("nft -s list ruleset"); };
        const auto programs = [] {
            return output_of("nft --debug=netlink list ruleset | grep '^  '");
        };
        const std::string sent = list();
        const std::string sent_programs = programs();
        std::ostringstream printed;
        DryRunTransport dry(printed);
        SourceFilter rehearsal({"lan0"}, dry);
        access.stage->expect_done(rehearsal.start());
        rehearsal.want(kAlice, over_two_dlifs(1));
        rehearsal.send();
        access.expect(rehearsal.receive({}).empty(), "the rehearsal agrees");
        access.expect(run_shell("nft delete table ip6 dmmd\n") == 0, "ours goes");
        access.expect(run_shell(printed.str()) == 0, "every line is accepted:\n" + printed.str());
        access.expect(!sent.empty() && list() == sent,
                      "the lists are alike:\n" + sent + "\nand\n" + list());
        access.expect(!sent_programs.empty() && programs() == sent_programs,
                      "so are the programs:\n" + sent_programs + "\nand\n" + programs());
    });
}

}  // namespace dmm::kernel
