#include "lib/core/registration.h"

#include <algorithm>
#include <variant>

#include "lib/model/limits.h"

namespace dmm::core {
namespace {

struct DlifParts {
    std::optional<Ip6Address> link_local;
    std::optional<LinkLayerAddress> mac;

    [[nodiscard]] std::optional<DlifIdentity> whole() const {
        if (!link_local || !mac) return std::nullopt;
        return DlifIdentity{.mac = *mac, .link_local = *link_local};
    }
};

class OptionReader {
public:
    void on(const wire::MnIdentifier& o) {
        // An empty identifier is how a reply says that there was none.
        if (!o.id.identifier.empty()) out_.mn = o.id;
    }

    void on(const wire::HomeNetworkPrefix& o) { add(out_.prefixes, o.prefix); }

    // RFC 8885 section 4.3 never uses the option in its flows; it is read as a synonym.
    void on(const wire::AnchoredPrefix& o) { add(out_.prefixes, o.prefix); }

    void on(const wire::HandoffIndicator& o) { out_.handoff = o.value; }

    void on(const wire::AccessTechnologyType& o) { out_.access_technology = o.value; }

    void on(const wire::MnLinkLayerIdentifier& o) {
        const bool zero = std::all_of(
            o.identifier.begin(), o.identifier.end(), [](auto octet) { return octet == 0; });
        // RFC 5213 section 6.9.1.1: an all-zero identifier says that there is none.
        if (!zero) out_.link_layer_id = o.identifier;
    }

    void on(const wire::Timestamp& o) { out_.timestamp = o; }

    void on(const wire::ServingMaar& o) { out_.serving = o.address; }

    void on(const wire::AlternateCareOfAddress& o) { out_.care_of = o.address; }

    void on(const wire::LinkLocalAddress& o) { out_.link_local_address = o.address; }

    void on(const wire::LocalPrefix& o) {
        auto& local = group_ ? out_.previous[*group_].local_prefixes : out_.local_prefixes;
        if (local.size() == limits::kLocalPrefixes)
            fault_ = "too_many_local_prefixes";
        else
            add(local, o.prefix);
    }

    void on(const wire::DlifLinkLocalAddress& o) {
        // What is no link-local address cannot be a router's address on a link.
        if (o.address.is_link_local()) parts().link_local = o.address;
        place_dlif();
    }

    void on(const wire::DlifLinkLayerAddress& o) {
        const auto mac = LinkLayerAddress::from(o.address);
        if (mac && !mac->is_zero() && !mac->is_group()) parts().mac = mac;
        place_dlif();
    }

    void on(const wire::PreviousMaar& o) {
        const auto known = std::find_if(out_.previous.begin(), out_.previous.end(), [&](auto& a) {
            return a.maar == o.address;
        });
        group_ = static_cast<std::size_t>(known - out_.previous.begin());
        if (known == out_.previous.end()) {
            if (out_.previous.size() == limits::kPreviousMaars) {
                fault_ = "too_many_previous_maars";
                group_.reset();
                return;
            }
            out_.previous.push_back(
                {.maar = o.address, .prefixes = {}, .dlif = std::nullopt, .local_prefixes = {}});
            group_parts_.emplace_back();
        }
        add(out_.previous[*group_].prefixes, o.prefix);
    }

    // Everything else does not say anything about the registration.
    template <typename T>
    void on(const T& /*other*/) {}

    [[nodiscard]] std::expected<Registration, std::string_view> finish() && {
        if (!fault_.empty()) return std::unexpected(fault_);
        return std::move(out_);
    }

private:
    void add(std::vector<Prefix>& prefixes, const Prefix& prefix) {
        if (std::find(prefixes.begin(), prefixes.end(), prefix) != prefixes.end()) return;
        if (prefixes.size() == std::max(limits::kPrefixesPerAnchor, limits::kLocalPrefixes)) {
            fault_ = "too_many_prefixes";
            return;
        }
        prefixes.push_back(prefix);
    }

    DlifParts& parts() { return group_ ? group_parts_[*group_] : own_parts_; }

    void place_dlif() {
        if (group_)
            out_.previous[*group_].dlif = parts().whole();
        else
            out_.dlif = parts().whole();
    }

    Registration out_;
    DlifParts own_parts_;
    std::vector<DlifParts> group_parts_;
    std::optional<std::size_t> group_;  // the P-MAAR that options 66, 69 and 70 describe now
    std::string_view fault_;
};

// Not fewer than are written: a list that grows moves all that is in it.
std::size_t most_options(const Registration& r) {
    std::size_t most = 9 + r.prefixes.size() + r.local_prefixes.size();
    for (const Anchor& anchor : r.previous)
        most += 2 + anchor.prefixes.size() + anchor.local_prefixes.size();
    return most;
}

void write_anchor_details(wire::Options& out,
                          const std::optional<DlifIdentity>& dlif,
                          const std::vector<Prefix>& local_prefixes) {
    if (dlif) {
        const auto& mac = dlif->mac.octets();
        out.emplace_back(wire::DlifLinkLocalAddress{dlif->link_local});
        out.emplace_back(wire::DlifLinkLayerAddress{Bytes(mac.begin(), mac.end())});
    }
    for (const Prefix& prefix : local_prefixes)
        out.emplace_back(wire::LocalPrefix{prefix});
}

}  // namespace

DlifIdentity dlif_of(const Anchor& anchor) {
    return anchor.dlif ? *anchor.dlif : derive_dlif(anchor.maar);
}

std::expected<Registration, std::string_view> read_registration(const wire::Options& options) {
    OptionReader reader;
    for (const wire::Option& option : options) {
        std::visit([&](const auto& o) { reader.on(o); }, option);
    }
    return std::move(reader).finish();
}

wire::Options write_registration(const Registration& r) {
    wire::Options out;
    out.reserve(most_options(r));
    out.emplace_back(
        wire::MnIdentifier{r.mn ? *r.mn : MnId{.subtype = kMnIdNai, .identifier = ""}});
    for (const Prefix& prefix : r.prefixes)
        out.emplace_back(wire::HomeNetworkPrefix{prefix});
    if (r.handoff) out.emplace_back(wire::HandoffIndicator{*r.handoff});
    if (r.access_technology) out.emplace_back(wire::AccessTechnologyType{*r.access_technology});
    if (!r.link_layer_id.empty()) out.emplace_back(wire::MnLinkLayerIdentifier{r.link_layer_id});
    if (r.link_local_address) out.emplace_back(wire::LinkLocalAddress{*r.link_local_address});
    if (r.timestamp) out.emplace_back(*r.timestamp);
    if (r.serving) out.emplace_back(wire::ServingMaar{*r.serving});
    write_anchor_details(out, r.dlif, r.local_prefixes);
    for (const Anchor& anchor : r.previous) {
        for (const Prefix& prefix : anchor.prefixes) {
            out.emplace_back(wire::PreviousMaar{.address = anchor.maar, .prefix = prefix});
        }
        write_anchor_details(out, anchor.dlif, anchor.local_prefixes);
    }
    return out;
}

}  // namespace dmm::core
