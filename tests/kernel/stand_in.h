// For kernels without ip6_tunnel: passes everything on, but asks for an "ifb" device where a
// tunnel is asked for, so that all that is not the tunnel itself meets a real kernel.
#pragma once

#include <algorithm>
#include <array>
#include <expected>
#include <span>
#include <string_view>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "lib/kernel/netlink_builder.h"
#include "lib/kernel/netlink_codec.h"
#include "lib/kernel/transport.h"

namespace dmm::kernel {

class StandInTunnels final : public Transport {
public:
    explicit StandInTunnels(Transport& inner) : inner_(inner) {}

    [[nodiscard]] std::expected<void, int> send(std::span<const std::uint8_t> batch) override {
        Bytes out;
        while (true) {
            const ByteView before = batch;
            const auto message = next_message(batch);
            if (!message) break;
            const auto link =
                message->type == RTM_NEWLINK ? decode_link(message->payload) : std::nullopt;
            if (link && link->kind == "ip6tnl") {
                put_substitute(out, *message, *link);
            } else {
                const ByteView same = before.first(before.size() - batch.size());
                out.insert(out.end(), same.begin(), same.end());
            }
        }
        return inner_.send(out);
    }

    [[nodiscard]] std::expected<std::span<const std::uint8_t>, int> receive() override {
        return inner_.receive();
    }

    [[nodiscard]] std::expected<std::uint32_t, int> index_of(const std::string& name) override {
        return inner_.index_of(name);
    }

private:
    static void put_substitute(Bytes& out, const Message& message, const LinkRecord& link) {
        MessageBuilder substitute(out, message.type, message.flags, message.sequence);
        ifinfomsg header{};
        header.ifi_index = static_cast<int>(link.index);
        substitute.put(header);
        substitute.attribute_text(IFLA_IFNAME, link.name);
        substitute.attribute_value(IFLA_GROUP, link.group);
        substitute.attribute_value(IFLA_MTU, link.mtu);
        {
            const MessageBuilder::Nest info(substitute, IFLA_LINKINFO);
            substitute.attribute_text(IFLA_INFO_KIND, "ifb");
        }
        (void)substitute.finish();
    }

    Transport& inner_;
};

}  // namespace dmm::kernel
