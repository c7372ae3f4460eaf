// In which order the two parts of a data plane speak to the kernel.
#include <memory>
#include <string>
#include <vector>

#include "agent/data_plane.h"
#include "tests/kernel/contract.h"
#include "tests/kernel/fake_netlink.h"
#include "tests/kernel/fake_nft.h"
#include "tests/support/catch.h"

namespace dmm::agent {
namespace {

using kernel::FakeNetlink;
using kernel::FakeNft;
using kernel::Transport;

// Passes on, and says whose turn it was.
class Witness final : public Transport {
public:
    Witness(std::unique_ptr<Transport> inner, std::string name, std::vector<std::string>& turns)
        : inner_(std::move(inner)), name_(std::move(name)), turns_(turns) {}

    [[nodiscard]] std::expected<void, int> send(std::span<const std::uint8_t> batch) override {
        if (turns_.empty() || turns_.back() != name_) turns_.push_back(name_);
        return inner_->send(batch);
    }

    [[nodiscard]] std::expected<std::span<const std::uint8_t>, int> receive() override {
        return inner_->receive();
    }

    [[nodiscard]] std::expected<std::uint32_t, int> index_of(const std::string& name) override {
        return inner_->index_of(name);
    }

private:
    std::unique_ptr<Transport> inner_;
    std::string name_;
    std::vector<std::string>& turns_;
};

}  // namespace

TEST_CASE("packets have their way before their sources are checked", "[agent]") {
    std::vector<std::string> turns;
    auto netlink = std::make_unique<FakeNetlink>();
    kernel::World world(*netlink);
    REQUIRE(world.add_interface("lan0", "veth") == 0);
    DataPlane plane({.local = kernel::kLocal, .core_interface = {}},
                    std::make_unique<Witness>(std::move(netlink), "routes", turns));
    REQUIRE(plane.start(kernel::Inheritance::Refuse));
    REQUIRE(plane.start_filter(
        {"lan0"}, std::make_unique<Witness>(std::make_unique<FakeNft>(), "check", turns)));
    turns.clear();
    plane.want(kernel::kAlice, Revision{1}, kernel::moved_here(1));
    const auto outcomes = plane.flush({});
    REQUIRE(outcomes.size() == 1);
    CHECK_FALSE(outcomes.front().error);
    CHECK(turns == std::vector<std::string>{"routes", "check"});
}

}  // namespace dmm::agent
