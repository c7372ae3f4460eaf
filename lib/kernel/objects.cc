#include "lib/kernel/objects.h"

#include <type_traits>
#include <utility>

#include "lib/kernel/operation.h"

namespace dmm::kernel {

Identity identity_of(const Object& object) {
    return std::visit(
        [](const auto& it) -> Identity {
            using T = std::decay_t<decltype(it)>;
            if constexpr (std::is_same_v<T, Link>) {
                return LinkIdentity{.name = it.name};
            } else if constexpr (std::is_same_v<T, Neighbour>) {
                return NeighbourIdentity{.link = it.link, .ip = it.ip};
            } else if constexpr (std::is_same_v<T, Rule>) {
                return RuleIdentity{.priority = it.priority, .from = it.from, .to = it.to};
            } else if constexpr (std::is_same_v<T, Route>) {
                return RouteIdentity{.table = it.table, .to = it.to, .from = it.from};
            } else {
                return it;
            }
        },
        object);
}

void put(KernelState& state, Object object) {
    Identity identity = identity_of(object);
    state.insert_or_assign(std::move(identity), std::move(object));
}

const std::string& link_name_of(const Object& object) {
    static const std::string none;
    return std::visit(
        [](const auto& it) -> const std::string& {
            using T = std::decay_t<decltype(it)>;
            if constexpr (std::is_same_v<T, Link>) {
                return it.name;
            } else if constexpr (std::is_same_v<T, Route>) {
                return it.segment ? none : it.dev;
            } else if constexpr (std::is_same_v<T, Rule>) {
                return none;
            } else {
                return it.link;
            }
        },
        object);
}

const std::string& lower_of(const Link& link) {
    if (const auto* macvlan = std::get_if<Macvlan>(&link.kind)) return macvlan->lower;
    return std::get<Ip6Tunnel>(link.kind).core_interface;
}

std::string_view kind_of(const Object& object) {
    struct Kind {
        std::string_view operator()(const Link& link) const {
            return std::holds_alternative<Macvlan>(link.kind) ? "dlif" : "tunnel";
        }

        std::string_view operator()(const Address& /*address*/) const { return "address"; }

        std::string_view operator()(const Neighbour& /*neighbour*/) const { return "neighbour"; }

        std::string_view operator()(const Rule& /*rule*/) const { return "rule"; }

        std::string_view operator()(const Route& /*route*/) const { return "route"; }
    };

    return std::visit(Kind{}, object);
}

std::string to_text(const Object& object) {
    return to_text(Operation(Add{object}));
}

}  // namespace dmm::kernel
