#include "tools/dmmctl/context.h"

#include <utility>

#include "lib/base/words.h"
#include "lib/control/reply_payload.h"
#include "tools/dmmctl/exit_code.h"
#include "tools/dmmctl/render.h"
#include "tools/dmmctl/socket_choice.h"
#include "tools/dmmctl/wording.h"

namespace dmm::dmmctl {
namespace {

Refusal refusal_of(const std::string& socket, const ClientError& error) {
    switch (error.kind) {
        case ClientError::Kind::NoDaemon:
            return {.exit_code = kNoDaemon,
                    .text = "no daemon listens at " + socket +
                            "; start it with `systemctl start dmmd@" + instance_of(socket) +
                            "` or `dmmd FILE`"};
        case ClientError::Kind::Permission: {
            const std::string group = group_of(socket);
            const bool shared = !group.empty() && group != "root";
            return {.exit_code = kPermission,
                    .text = socket + ": " + error.text +
                            (shared ? "; it is for root and group " + in_quotes(group) +
                                          ": `usermod -aG " + group + " USER`, then log in anew"
                                    : "; it is for root")};
        }
        case ClientError::Kind::Failure:
            break;
    }
    return {.exit_code = kFailed, .text = socket + ": " + error.text};
}

}  // namespace

int complain(const Context& context, int exit_code, std::string_view text) {
    context.environment.err << "dmmctl: " << text << '\n';
    return exit_code;
}

int unreachable_daemon(const Context& context,
                       const std::string& socket,
                       const ClientError& error) {
    const Refusal refusal = refusal_of(socket, error);
    return complain(context, refusal.exit_code, refusal.text);
}

int exit_code_of(const control::Failed& failed) {
    return failed.code == control::kDenied ? kPermission : kFailed;
}

std::expected<Answer, Refusal> inquire(const Context& context, const control::Request& request) {
    const auto refuse = [](int exit_code, const std::string& text) {
        return std::unexpected(Refusal{.exit_code = exit_code, .text = text});
    };
    const auto socket = choose_socket(context.line, context.environment.run_directory);
    if (!socket) return refuse(socket.error().exit_code, socket.error().text);
    auto line = exchange(*socket, encode(request), context.environment.patience);
    if (!line) return std::unexpected(refusal_of(*socket, line.error()));
    auto reply = control::decode_reply(request, *line);
    if (!reply) return refuse(kFailed, reply.error());
    if (const auto* failed = std::get_if<control::Failed>(&*reply)) {
        return refuse(exit_code_of(*failed), printable(failed->message));
    }
    return Answer{.reply = std::move(*reply), .line = std::move(*line)};
}

std::expected<Answer, int> fetch(const Context& context, const control::Request& request) {
    auto answer = inquire(context, request);
    if (answer) return std::move(*answer);
    return std::unexpected(complain(context, answer.error().exit_code, answer.error().text));
}

std::expected<control::Reply, int> ask(
    const Context& context,
    const control::Request& request,
    const std::function<std::string(const control::Reply&)>& print) {
    auto answer = fetch(context, request);
    if (!answer) return std::unexpected(answer.error());
    context.environment.out << (context.line.json ? control::payload_of(answer->line)
                                                  : print(answer->reply));
    return std::move(answer->reply);
}

int ask(const Context& context, const control::Request& request) {
    const auto reply = ask(context, request, [](const auto& answer) { return render(answer); });
    return reply ? kDone : reply.error();
}

}  // namespace dmm::dmmctl
