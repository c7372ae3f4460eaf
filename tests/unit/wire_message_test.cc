#include "lib/wire/message.h"
#include "tests/support/catch.h"

using namespace dmm;
using namespace dmm::wire;
using std::chrono::seconds;

TEST_CASE("message: lifetimes never round down to a deletion") {
    CHECK(lifetime_units(seconds(-1)) == 0);
    CHECK(lifetime_units(seconds(0)) == 0);
    CHECK(lifetime_units(seconds(1)) == 1);
    CHECK(lifetime_units(seconds(4)) == 1);
    CHECK(lifetime_units(seconds(5)) == 2);
    CHECK(lifetime_units(seconds(600)) == 150);
    CHECK(lifetime_units(seconds(262137)) == 65535);
    CHECK(lifetime_units(seconds(262140)) == 65535);
    CHECK(lifetime_units(seconds(262141)) == 65535);
    CHECK(lifetime_units(seconds::max()) == 65535);
    CHECK(lifetime_seconds(150) == seconds(600));
    CHECK(lifetime_seconds(65535) == seconds(262140));
}

TEST_CASE("message: timestamps are seconds and 1/65536 of a second") {
    CHECK(Timestamp::of(WallTime{seconds(1767225600)}).seconds() == 1767225600);
    CHECK(Timestamp::of(WallTime{seconds(1767225600)}).fraction() == 0);
    CHECK(Timestamp::of(WallTime{std::chrono::milliseconds(1500)}).value == (1U << 16U | 0x8000U));
    CHECK(Timestamp::of(WallTime{Duration(999'999'999)}).value == 0xffff);
    CHECK(Timestamp::of(WallTime{Duration(15'258)}).value == 0);
    CHECK(Timestamp::of(WallTime{Duration(15'259)}).value == 1);
    CHECK(Timestamp::of(WallTime{Duration(-1)}).value == 0);
    CHECK(Timestamp::of(WallTime{Duration::max()}).seconds() == 9'223'372'036);
}

TEST_CASE("message: DMM options are effective beside the D flag only") {
    const Options dmm{AnchoredPrefix{},
                      LocalPrefix{},
                      PreviousMaar{},
                      ServingMaar{},
                      DlifLinkLocalAddress{},
                      DlifLinkLayerAddress{}};
    const Options plain{HomeNetworkPrefix{}, RawOption{.type = 200, .data = {}}};
    Options both = plain;
    both.insert(both.begin() + 1, dmm.begin(), dmm.end());

    ProxyBindingUpdate update{.options = both};
    CHECK(effective_options(update) == both);
    update.flags = bu_flag::kA | bu_flag::kP;
    CHECK(effective_options(update) == plain);
    CHECK(*options_of(update) == both);

    ProxyBindingAck ack{.options = both};
    CHECK(effective_options(ack) == both);
    ack.flags = ba_flag::kP;
    CHECK(effective_options(ack) == plain);

    // Other messages have no such flag.
    CHECK(effective_options(UpdateNotification{.options = both}) == both);
    CHECK(effective_options(OtherMessage{.mh_type = 1, .data = {}}).empty());
    CHECK(options_of(OtherMessage{}) == nullptr);
}

TEST_CASE("message: options have the numbers and names of the registry") {
    const std::vector<std::pair<Option, unsigned>> numbers{
        {BindingRefreshAdvice{}, 2},
        {AlternateCareOfAddress{}, 3},
        {BindingAuthorizationData{}, 5},
        {MhLinkLayerAddress{}, 7},
        {MnIdentifier{}, 8},
        {Authentication{}, 9},
        {ReplayProtection{}, 10},
        {Experimental{}, 18},
        {VendorSpecific{}, 19},
        {ServiceSelection{}, 20},
        {HomeNetworkPrefix{}, 22},
        {HandoffIndicator{}, 23},
        {AccessTechnologyType{}, 24},
        {MnLinkLayerIdentifier{}, 25},
        {LinkLocalAddress{}, 26},
        {Timestamp{}, 27},
        {RestartCounter{}, 28},
        {LmaAddress{}, 41},
        {MnLinkLocalInterfaceId{}, 42},
        {RedirectCapability{}, 46},
        {Redirect{}, 47},
        {LoadInformation{}, 48},
        {MnGroupIdentifier{}, 50},
        {MagIpv6Address{}, 51},
        {AnchoredPrefix{}, 65},
        {LocalPrefix{}, 66},
        {PreviousMaar{}, 67},
        {ServingMaar{}, 68},
        {DlifLinkLocalAddress{}, 69},
        {DlifLinkLayerAddress{}, 70},
        {RawOption{.type = 200, .data = {}}, 200}};
    CHECK(numbers.size() == std::variant_size_v<Option>);
    for (const auto& [option, number] : numbers)
        CHECK(type_of(option) == number);

    CHECK(name_of(std::uint8_t{0}) == "pad1");
    CHECK(name_of(std::uint8_t{1}) == "padn");
    CHECK(name_of(std::uint8_t{7}) == "mh_link_layer_address");
    CHECK(name_of(std::uint8_t{20}) == "service_selection");
    CHECK(name_of(std::uint8_t{41}) == "lma_address");
    CHECK(name_of(std::uint8_t{50}) == "mn_group_identifier");
    CHECK(name_of(std::uint8_t{52}) == "access_network_identifier");
    CHECK(name_of(std::uint8_t{59}) == "lma_user_plane_address");
    CHECK(name_of(std::uint8_t{62}) == "lma_controlled_mag_parameters");
    CHECK(name_of(std::uint8_t{67}) == "previous_maar");
    CHECK(name_of(std::uint8_t{71}) == "unknown");
    CHECK(name_of(std::uint8_t{255}) == "unknown");
}
