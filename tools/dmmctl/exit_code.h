// What dmmctl tells its caller, as dmmctl(8) has it.
#pragma once

namespace dmm::dmmctl {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;      // the daemon said no, or the exchange failed
inline constexpr int kUsage = 2;       // the command line is wrong
inline constexpr int kNoDaemon = 4;    // nobody listens
inline constexpr int kPermission = 5;  // this user may not ask

}  // namespace dmm::dmmctl
