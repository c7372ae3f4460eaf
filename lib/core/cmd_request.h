// One PBU while the CMD handles it; shared by the files of the engine.
#pragma once

#include "lib/core/cmd_engine.h"

namespace dmm::core {

struct CmdEngine::Request {
    const Now& now;
    const MessageReceived& event;
    const wire::ProxyBindingUpdate& pbu;
    const Registration& registration;
    Ip6Address proxy_coa;
};

}  // namespace dmm::core
