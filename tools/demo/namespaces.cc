#include "tools/demo/namespaces.h"

#include <fcntl.h>
#include <unistd.h>

#include <sched.h>

#include "lib/base/assert.h"

namespace dmm::demo {

Inside::Inside(const std::string& name) : home_(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)) {
    const Descriptor there(::open(("/run/netns/" + name).c_str(), O_RDONLY | O_CLOEXEC));
    entered_ = home_.valid() && there.valid() && ::setns(there.get(), CLONE_NEWNET) == 0;
}

Inside::~Inside() {
    // To go on in a stranger's namespace would make every later step act on the wrong node.
    if (entered_) DMM_ASSERT(::setns(home_.get(), CLONE_NEWNET) == 0);
}

bool set_sysctl(const std::string& netns, const std::string& path, const std::string& value) {
    const Inside inside(netns);
    if (!inside.entered()) return false;
    const Descriptor file(::open(("/proc/sys/net/" + path).c_str(), O_WRONLY | O_CLOEXEC));
    return file.valid() &&
           ::write(file.get(), value.data(), value.size()) == static_cast<ssize_t>(value.size());
}

}  // namespace dmm::demo
