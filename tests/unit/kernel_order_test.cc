// In which order and in how many batches a driver speaks to the kernel: what a handover needs goes
// first, nothing is deleted on its way, and what is deleted is deleted together.
#include <algorithm>
#include <string>
#include <vector>

#include "tests/kernel/contract.h"
#include "tests/kernel/fake_netlink.h"
#include "tests/support/catch.h"

namespace dmm::kernel {
namespace {

// Passes on, and remembers what was sent together. What is only asked is left out.
class BatchRecorder final : public Transport {
public:
    explicit BatchRecorder(Transport& inner) : inner_(inner) {}

    void about_to_send(const Operation& operation) override {
        coming_.push_back(to_text(operation));
    }

    [[nodiscard]] std::expected<void, int> send(std::span<const std::uint8_t> batch) override {
        if (!coming_.empty()) batches.push_back(std::exchange(coming_, {}));
        return inner_.send(batch);
    }

    [[nodiscard]] std::expected<std::span<const std::uint8_t>, int> receive() override {
        return inner_.receive();
    }

    [[nodiscard]] std::expected<std::uint32_t, int> index_of(const std::string& name) override {
        return inner_.index_of(name);
    }

    // All that was sent, in its order.
    [[nodiscard]] std::vector<std::string> all() const {
        std::vector<std::string> out;
        for (const auto& batch : batches)
            out.insert(out.end(), batch.begin(), batch.end());
        return out;
    }

    std::vector<std::vector<std::string>> batches;

private:
    Transport& inner_;
    std::vector<std::string> coming_;
};

bool says(const std::string& text, const std::string& word) {
    return text.find(word) != std::string::npos;
}

// The place of the first that has `word` in it; their number where there is none.
std::size_t place_of(const std::vector<std::string>& texts, const std::string& word) {
    const auto at = std::ranges::find_if(texts, [&](const auto& text) { return says(text, word); });
    return static_cast<std::size_t>(at - texts.begin());
}

std::size_t number_of(const std::vector<std::string>& texts, const std::string& word) {
    return static_cast<std::size_t>(
        std::ranges::count_if(texts, [&](const auto& text) { return says(text, word); }));
}

struct Scene {
    FakeNetlink fake;
    BatchRecorder recorder{fake};
    Stage stage{{.transport = recorder, .real_tunnels = true}};

    // What one turn of the loop sends for these wishes.
    void turn(const std::vector<std::pair<MnId, SessionForwarding>>& wishes) {
        recorder.batches.clear();
        for (const auto& [mn, wish] : wishes)
            stage.driver.want(mn, Revision{++stage.revision}, wish);
        for (const Outcome& outcome : stage.driver.flush(stage.now))
            CHECK_FALSE(outcome.error);
    }
};

const std::string kTunnelName = tunnel_name({.local = kLocal, .remote = kPeer});

}  // namespace

TEST_CASE("the way to a node that moved on is changed before links are made for others",
          "[kernel]") {
    Scene scene;
    scene.stage.apply(kAlice, over_tunnel(9, 1));  // the tunnel stands
    scene.stage.apply(kCarol, over_dlif(3, 1));
    std::vector<std::pair<MnId, SessionForwarding>> wishes;
    for (std::uint8_t node = 10; node < 60; ++node)
        wishes.emplace_back(MnId::nai("a" + std::to_string(node)), moved_here(node));
    wishes.emplace_back(kCarol, over_tunnel(3, 1));
    scene.turn(wishes);
    REQUIRE(scene.recorder.batches.size() >= 2);
    const std::string& first = scene.recorder.batches[0][0];
    // Neighbours and uplinks of newcomers need no new link either, and cost as little.
    CHECK((says(first, "ip -6 neigh add") || says(first, "ip -6 route ")));
    const auto all = scene.recorder.all();
    const std::size_t way =
        place_of(all, "ip -6 route replace 2001:db8:a101:3::/64 dev " + kTunnelName);
    CHECK(way < place_of(all, "ip link add"));
    CHECK(way < place_of(all, "ip link set"));
    CHECK(number_of(all, "ip link add") == 1);  // the DLIF of their anchor
    CHECK(scene.stage.verdict.reason.empty());
}

TEST_CASE("a handover replaces ways and removes nothing", "[kernel]") {
    Scene scene;
    scene.stage.apply(kAlice, over_dlif(1, 1));
    for (const SessionForwarding& wish : {over_tunnel(1, 1), over_dlif(1, 1), moved_here(1)}) {
        scene.turn({{kAlice, wish}});
        for (const std::string& sent : scene.recorder.all()) {
            CAPTURE(sent);
            CHECK_FALSE(says(sent, " del "));
            CHECK_FALSE(says(sent, " flush"));
        }
        scene.stage.now = scene.stage.now + std::chrono::seconds(1);
    }
    CHECK(scene.stage.world.our_routes().size() == 3);
}

TEST_CASE("what a handover leaves goes later, together, links by one request", "[kernel]") {
    Scene scene;
    constexpr std::uint8_t kNodes = 40;
    std::vector<std::pair<MnId, SessionForwarding>> come;
    std::vector<std::pair<MnId, SessionForwarding>> go;
    for (std::uint8_t node = 1; node <= kNodes; ++node) {
        come.emplace_back(MnId::nai(std::to_string(node)), over_dlif(node, node));
        go.emplace_back(MnId::nai(std::to_string(node)), over_tunnel(node, node));
    }
    scene.turn(come);
    scene.turn(go);
    CHECK(number_of(scene.recorder.all(), " del ") == 0);
    CHECK(scene.stage.world.our_links() == kNodes + 1);
    scene.recorder.batches.clear();
    scene.stage.clear();
    // Condemned in one batch.
    REQUIRE(scene.recorder.batches.size() == 1);
    CHECK(scene.recorder.batches[0].size() == kNodes);
    CHECK(number_of(scene.recorder.batches[0], "ip link del") == 0);
    scene.recorder.batches.clear();
    scene.stage.sweep();
    CHECK(scene.recorder.all() == std::vector<std::string>{"ip link del group 4476237"});
    CHECK(scene.stage.world.our_links() == 1);
}

TEST_CASE("a node that comes to an anchor in use costs a neighbour and a route", "[kernel]") {
    Scene scene;
    scene.stage.apply(kAlice, over_dlif(1, 1));
    scene.turn({{kBob, over_dlif(2, 1)}});
    REQUIRE(scene.recorder.batches.size() == 1);
    const std::vector<std::string>& sent = scene.recorder.batches[0];
    REQUIRE(sent.size() == 2);
    CHECK(says(sent[0], "ip -6 neigh add"));
    CHECK(says(sent[1], "ip -6 route add"));
}

TEST_CASE("a turn is two batches, whatever moved in it", "[kernel]") {
    Scene scene;
    constexpr std::uint8_t kNodes = 24;
    std::vector<std::pair<MnId, SessionForwarding>> wishes;
    for (std::uint8_t node = 1; node <= kNodes; ++node)
        wishes.emplace_back(MnId::nai(std::to_string(node)), over_dlif(node, node));
    scene.turn(wishes);
    CHECK(scene.recorder.batches.size() == 2);
    // Half of them move on, others come.
    wishes.clear();
    for (std::uint8_t node = 1; node <= kNodes / 2; ++node)
        wishes.emplace_back(MnId::nai(std::to_string(node)), over_tunnel(node, node));
    for (std::uint8_t node = 101; node <= 110; ++node)
        wishes.emplace_back(MnId::nai(std::to_string(node)), moved_here(node));
    scene.turn(wishes);
    CHECK(scene.recorder.batches.size() == 2);
    // With all links there, one is enough.
    wishes.clear();
    for (std::uint8_t node = 1; node <= kNodes; ++node)
        wishes.emplace_back(MnId::nai(std::to_string(node)), over_tunnel(node, 1));
    scene.turn(wishes);
    CHECK(scene.recorder.batches.size() == 1);
}

}  // namespace dmm::kernel
