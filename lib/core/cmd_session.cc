#include "lib/core/cmd_session.h"

namespace dmm::core {

StoredAnchor stored(const Anchor& anchor) {
    StoredAnchor out{.maar = anchor.maar,
                     .dlif = anchor.dlif,
                     .prefixes = PrefixList(anchor.prefixes),
                     .local_prefixes = {}};
    if (!anchor.local_prefixes.empty()) out.local_prefixes = anchor.local_prefixes;
    return out;
}

Anchor anchor_of(const StoredAnchor& stored) {
    return {
        .maar = stored.maar,
        .prefixes = stored.prefixes.all(),
        .dlif = stored.dlif,
        .local_prefixes = stored.local_prefixes ? *stored.local_prefixes : std::vector<Prefix>{}};
}

LastUpdate last_update(const Registration& registration) {
    const Registration& r = registration;
    LastUpdate last{.others = {},
                    .link_layer_id = ShortOctets<16>(r.link_layer_id),
                    .handoff = r.handoff,
                    .access_technology = r.access_technology};
    if (r.serving || r.care_of || r.link_local_address) {
        last.others = LastUpdate::Others{
            .serving = r.serving, .care_of = r.care_of, .link_local_address = r.link_local_address};
    }
    return last;
}

Registration last_registration(const CmdSession& session) {
    const LastUpdate& last = session.last;
    const ByteView link_layer_id = last.link_layer_id.view();
    Registration r;
    r.mn = session.mn;
    r.prefixes = session.serving.prefixes.all();
    r.handoff = last.handoff;
    r.access_technology = last.access_technology;
    r.link_layer_id.assign(link_layer_id.begin(), link_layer_id.end());
    r.timestamp = session.accepted.timestamp;
    if (last.others) {
        r.serving = last.others->serving;
        r.care_of = last.others->care_of;
        r.link_local_address = last.others->link_local_address;
    }
    return r;
}

std::string_view state_name(const CmdSession& session) {
    if (std::holds_alternative<Bound>(session.state)) return "bound";
    return std::holds_alternative<Closing>(session.state) ? "closing" : "ending";
}

std::string_view state_name(const PreviousAnchor& previous) {
    if (std::holds_alternative<Settled>(previous.state)) return "settled";
    return std::holds_alternative<Updating>(previous.state) ? "updating" : "removing";
}

}  // namespace dmm::core
