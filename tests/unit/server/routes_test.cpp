#include "server/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/unit/server/conversation.hpp"

namespace server {
namespace {

using testing::HasSubstr;

protocol::Reply nothing(Client&, protocol::FieldReader) { return protocol::reply::Ok{}; }

std::string found(const Routes& routes, std::string_view payload) {
  const auto match = routes.find(payload);
  return match.route == nullptr ? "none" : std::string(match.route->name) + "|" + std::string(match.rest);
}

TEST(Routes, finds_the_longest_name_that_a_payload_begins_with) {
  static constexpr std::array family{Route{"q", nothing}, Route{"qX", nothing}, Route{"qXfer:a:read:", nothing},
                                     Route{"v", nothing}, Route{"vCont", nothing}, Route{"vCont?", nothing}};
  const Routes routes{family};
  EXPECT_EQ(found(routes, "qXfer:a:read::0,10"), "qXfer:a:read:|:0,10");
  EXPECT_EQ(found(routes, "qXfer:b:read::0,10"), "qX|fer:b:read::0,10");
  EXPECT_EQ(found(routes, "qC"), "q|C");
  EXPECT_EQ(found(routes, "vCont?"), "vCont?|");
  EXPECT_EQ(found(routes, "vCont;c"), "vCont|;c");
  EXPECT_EQ(found(routes, "vConx"), "v|Conx");
  EXPECT_EQ(found(routes, "z"), "none");
  EXPECT_EQ(found(routes, ""), "none");
}

TEST(Routes, finds_every_row_under_its_own_name) {
  for (const auto& route : all_routes().all()) EXPECT_EQ(all_routes().find(route.name).route, &route) << route.name;
}

TEST(Routes, has_no_row_twice_and_none_without_a_name) {
  std::set<std::string_view> names;
  for (const auto& route : all_routes().all()) {
    EXPECT_FALSE(route.name.empty());
    EXPECT_TRUE(names.insert(route.name).second) << route.name;
    EXPECT_NE(route.handle, nullptr) << route.name;
  }
}

TEST(Routes, offers_nothing_twice_and_nothing_malformed) {
  std::set<std::string> terms;
  for (const auto offer : all_routes().offers()) {
    std::string_view rest = offer;
    while (!rest.empty()) {
      const auto term = std::string(rest.substr(0, rest.find(';')));
      rest.remove_prefix(std::min(rest.size(), term.size() + 1));
      EXPECT_TRUE(term.ends_with('+') || term.find('=') != std::string::npos) << term;
      EXPECT_TRUE(terms.insert(term).second) << term;
    }
  }
}

class OfferedPackets : public Conversation {};

TEST_F(OfferedPackets, are_what_qSupported_names) {
  be_quiet();
  const auto reply = ask("qSupported");
  EXPECT_THAT(reply, testing::StartsWith("PacketSize="));
  for (const auto offer : all_routes().offers()) EXPECT_THAT(reply, HasSubstr(std::string(offer)));
}

// A feature that is offered has its packet, and the other way round.
TEST_F(OfferedPackets, have_rows) {
  be_quiet();
  const auto reply = ask("qSupported");
  for (const auto& [offer, packet] : {std::pair{"QStartNoAckMode+", "QStartNoAckMode"},
                                      {"QPassSignals+", "QPassSignals:"},
                                      {"QProgramSignals+", "QProgramSignals:"},
                                      {"QNonStop+", "QNonStop:0"},
                                      {"QCatchSyscalls+", "QCatchSyscalls:0"},
                                      {"qXfer:features:read+", "qXfer:features:read:target.xml:0,1"},
                                      {"qXfer:threads:read+", "qXfer:threads:read::0,1"},
                                      {"qXfer:auxv:read+", "qXfer:auxv:read::0,1"},
                                      {"qXfer:osdata:read+", "qXfer:osdata:read::0,1"},
                                      {"vContSupported+", "vCont?"}}) {
    const bool offered = reply.find(offer) != std::string::npos;
    EXPECT_EQ(offered, all_routes().find(packet).route != nullptr) << offer;
  }
}

TEST_F(OfferedPackets, answer_every_row_without_arguments_and_stay_alive) {
  be_quiet();
  for (const auto& route : all_routes().all()) {
    (void)receive(support::framed(route.name));
    (void)receive(support::framed(std::string(route.name) + "\xff;:,#"));
  }
  EXPECT_THAT(ask("qSupported"), testing::StartsWith("PacketSize="));
}

}  // namespace
}  // namespace server
