// Every upper bound of the program in one place. What a peer, a node or a user can make
// us keep is bounded here, with the reason.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dmm::limits {

// RFC 6275 section 6.1.1: Header Len is 8 bits of 8-octet units, the first not counted.
inline constexpr std::size_t kMobilityHeaderOctets = 2048;
// RFC 4283 section 3: the option's Length octet, less the subtype.
inline constexpr std::size_t kMnIdentifierOctets = 254;
// RFC 8885 section 6 asks for a limit on P-MAARs per node; eight keep a node's PBA below
// 600 octets, so that it is never fragmented.
inline constexpr std::size_t kPreviousMaars = 8;
// Prefixes that one anchor may hold for one node.
inline constexpr std::size_t kPrefixesPerAnchor = 4;
inline constexpr std::size_t kLocalPrefixes = 8;
// Sessions of one MAAR and of one CMD; beyond them status 130 (insufficient resources).
inline constexpr std::size_t kMaarSessions = 16'384;
inline constexpr std::size_t kCmdSessions = 1'048'576;
// Released prefixes of a MAAR that rest before another node is given them: a whole /48. In a
// larger pool going round makes them rest.
inline constexpr std::size_t kRestingPrefixes = 65'536;
// Nodes with a policy of their own in a CMD's configuration.
inline constexpr std::size_t kCmdNodes = 65'536;
// Peers in a configuration.
inline constexpr std::size_t kPeers = 1'024;
// Prefixes remembered per CMD->MAAR transaction; RFC 8885 section 3.6 allows endless
// retransmission, an operator does not want it (protocol gap 19).
inline constexpr unsigned kPbuTries = 5;
// Questions of a P-MAAR to a CMD that began anew, with the waits of a registration between them:
// some two minutes, in which every S-MAAR notices.
inline constexpr unsigned kTellTries = 8;
// RFC 6275 section 12: MAX_UPDATE_RATE.
inline constexpr unsigned kUpdatesPerSecond = 3;
// Update Notifications to a MAAR that does not renew (RFC 7077 section 7: 1 to 6 in all).
inline constexpr unsigned kNoticeTries = 6;
// Room that is asked for at a socket for signalling, each way: some thousand messages. A CMD
// hears all nodes of an access link that comes back, and tells several P-MAARs of each.
inline constexpr int kSocketOctets = 4 * 1024 * 1024;
// One request or reply line on the control socket.
inline constexpr std::size_t kControlRequestOctets = 4'096;
inline constexpr std::size_t kControlReplyOctets = std::size_t{64} * 1024 * 1024;
inline constexpr std::size_t kControlClients = 16;
// Of them, those that follow events; some places are for those who ask and go.
inline constexpr std::size_t kMonitors = 8;
// What waits for one of them: about a thousand events. The oldest go first.
inline constexpr std::size_t kMonitorOctets = std::size_t{256} * 1024;
// Those who ask for metrics over HTTP at a time, and what one of them may send: the request line
// and the header fields. Monitoring sends some hundred octets from one place or two.
inline constexpr std::size_t kMetricsClients = 4;
inline constexpr std::size_t kHttpRequestOctets = 4'096;
// Hooks in a configuration, words of one, octets of a word.
inline constexpr std::size_t kHooks = 16;
inline constexpr std::size_t kHookArguments = 32;
inline constexpr std::size_t kHookArgumentOctets = 4'096;
// Programs of hooks that run at a time, and those that wait for their turn.
inline constexpr std::size_t kHooksRunning = 4;
inline constexpr std::size_t kHooksWaiting = 64;

// Logical routers of other MAARs that are made at start, over all access links: each takes some
// 60 kB of the kernel's memory.
inline constexpr std::size_t kStandingDlifs = 128;

}  // namespace dmm::limits
