// What each DLIF tells the node: RFC 8885 section 3.7, RFC 4861 section 4.2, RFC 4191.
#pragma once

#include "lib/core/registration.h"
#include "lib/model/settings.h"
#include "lib/wire/router_advert.h"

namespace dmm::core {

// The serving MAAR's own: the router and prefix to use for what is new.
[[nodiscard]] wire::RouterAdvert own_advert(const Anchor& own, const MaarSettings& settings);

// A P-MAAR's: its prefixes stay valid and are deprecated, its router stays usable and is not
// preferred, its local networks are reached through it (RFC 8885 sections 3.7 and 4.4).
[[nodiscard]] wire::RouterAdvert anchored_advert(const Anchor& anchor,
                                                 const MaarSettings& settings);

// Any anchor's, when this MAAR ends and its forwarding with it: no router, nothing preferred. The
// prefixes stay valid, since another MAAR, or the next run of this one, may take the node's flows
// up.
[[nodiscard]] wire::RouterAdvert parting_advert(const Anchor& anchor, const MaarSettings& settings);

// A P-MAAR's that is given up: nothing of it holds any more (RFC 4861 section 6.2.5).
[[nodiscard]] wire::RouterAdvert ceasing_advert(const Anchor& anchor, const MaarSettings& settings);

}  // namespace dmm::core
