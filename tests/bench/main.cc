// benchmarks: one table of what the product costs, beside its floors.
//   benchmarks --dmmd PROGRAM --json FILE [--only engine|cmd|storm|handover|vm] [--vm 1]
//   benchmarks --dmmd PROGRAM --tunnel 1
// The latter is what the rows of the virtual machine run there.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include "tests/bench/sections.h"
#include "tests/bench/table.h"
#include "tests/bench/tunnel.h"

namespace {

using dmm::bench::Programs;
using dmm::bench::Table;

struct Arguments {
    std::string dmmd;
    std::string json;
    std::string only;
    bool vm = false;
    bool tunnel = false;
    bool understood = true;
};

Arguments arguments_of(const std::vector<std::string>& words) {
    Arguments out;
    for (std::size_t i = 0; i < words.size(); i += 2) {
        const bool has_value = i + 1 < words.size();
        if (has_value && words[i] == "--dmmd") {
            out.dmmd = std::filesystem::absolute(words[i + 1]);
        } else if (has_value && words[i] == "--json") {
            out.json = words[i + 1];
        } else if (has_value && words[i] == "--only") {
            out.only = words[i + 1];
        } else if (has_value && words[i] == "--vm") {
            out.vm = words[i + 1] == "1";
        } else if (has_value && words[i] == "--tunnel") {
            out.tunnel = words[i + 1] == "1";
        } else {
            out.understood = false;
        }
    }
    out.understood = out.understood && !out.dmmd.empty() && (out.tunnel || !out.json.empty());
    return out;
}

void measure(Table& table, const Programs& programs, const std::string& only) {
    const auto wanted = [&](const char* name) { return only.empty() || only == name; };
    if (wanted("engine")) add_engine_rows(table);
    if (geteuid() != 0) {
        table.begin("everything that needs network namespaces");
        table.leave_out("run it as root");
        return;
    }
    // With all that is started: what else the machine does shall not be measured.
    (void)setpriority(PRIO_PROCESS, 0, -20);
    if (wanted("cmd")) add_cmd_rows(table, programs);
    if (wanted("storm")) add_storm_rows(table, programs);
    if (wanted("handover")) add_handover_rows(table, programs);
    if (wanted("vm")) add_vm_rows(table, programs);
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments = arguments_of({argv + 1, argv + argc});
    if (!arguments.understood) {
        (void)std::fputs(
            "usage: benchmarks --dmmd PROGRAM --json FILE [--only engine|cmd|storm|handover|vm] "
            "[--vm 1]\n",
            stderr);
        return 2;
    }
    // Runtime directories are in memory, on every system that dmmd is for.
    const bool memory = access("/dev/shm", W_OK) == 0;
    std::string folder = (memory ? "/dev/shm" : std::filesystem::temp_directory_path()) /
                         std::filesystem::path("dmm-bench-XXXXXX");
    if (mkdtemp(folder.data()) == nullptr) return 1;
    const Programs programs{.dmmd = arguments.dmmd, .folder = folder, .vm = arguments.vm};
    Table table;
    int status = 0;
    if (arguments.tunnel) {
        status = dmm::bench::measure_tunnel(programs);
    } else {
        measure(table, programs, arguments.only);
    }
    std::filesystem::remove_all(folder);
    if (arguments.tunnel) return status;
    std::ofstream(arguments.json) << to_json(table);
    (void)std::fputs(to_text(table).c_str(), stdout);
    return 0;
}
