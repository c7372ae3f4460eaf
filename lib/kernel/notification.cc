#include "lib/kernel/notification.h"

#include <utility>

#include <linux/rtnetlink.h>

namespace dmm::kernel {
namespace {

template <typename Record>
std::optional<Notification> notification(Notification::What what, std::optional<Record> record) {
    if (!record) return std::nullopt;
    return Notification{.what = what, .record = *std::move(record)};
}

}  // namespace

std::optional<Notification> decode_notification(const Message& message) {
    using What = Notification::What;
    switch (message.type) {
        case RTM_NEWLINK:
            return notification(What::There, decode_link(message.payload));
        case RTM_DELLINK:
            return notification(What::Gone, decode_link(message.payload));
        case RTM_NEWADDR:
            return notification(What::There, decode_address(message.payload));
        case RTM_DELADDR:
            return notification(What::Gone, decode_address(message.payload));
        case RTM_NEWNEIGH:
            return notification(What::There, decode_neighbour(message.payload));
        case RTM_DELNEIGH:
            return notification(What::Gone, decode_neighbour(message.payload));
        case RTM_NEWROUTE:
            return notification(What::There, decode_route(message.payload));
        case RTM_DELROUTE:
            return notification(What::Gone, decode_route(message.payload));
        case RTM_NEWRULE:
            return notification(What::There, decode_rule(message.payload));
        case RTM_DELRULE:
            return notification(What::Gone, decode_rule(message.payload));
        default:
            return std::nullopt;
    }
}

}  // namespace dmm::kernel
