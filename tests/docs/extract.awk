# What a document shows to be typed, a line each, behind a letter and a tab:
#   B  a literal block begins that may be a text; here is its first line
#   C  a command, its continuation lines joined and its remark left out
#   O  what the document shows that the last command says
# JSON is left out: tests/unit/config_documentation_test.cc reads it. Which form the document has,
# Markdown or mdoc, is told by its name.

function plain(text) { # mdoc's escapes
    gsub(/\\e/, "\\", text)
    gsub(/\\\(dq/, "\"", text)
    gsub(/\\&/, "", text)
    return text
}

function command(text) {
    sub(/^ +/, "", text)
    sub(/  +#.*$/, "", text)
    if (begun != "") text = begun " " text
    begun = ""
    if (text ~ /\\$/) {
        sub(/ *\\$/, "", text)
        begun = text
        return
    }
    if (text ~ /\|$/) {
        begun = text
        return
    }
    if (text != "") print "C\t" text
}

function block_line(text, may_be_text) {
    if (!lines++) {
        json = text ~ /^[{"]/
        session = text ~ /^\$ /
        if (may_be_text && !json && !session) print "B\t" text
    }
    if (json) return
    if (!session) command(text)
    else if (begun != "" || text ~ /^\$ /) command(substr(text, begun != "" ? 1 : 3))
    else print "O\t" text
}

function markdown() {
    if (/^```/) {
        if (fenced) print "E\t"
        fenced = !fenced
        lines = 0
        if (fenced && /^```json/) lines = json = 1
    } else if (fenced) {
        block_line($0, 1)
    } else if (/^    / && (indented || before == "")) {
        indented = 1
        command($0)
    } else {
        indented = 0
        rest = $0
        while (match(rest, /`(make|apt|dmmctl|dmmd|service|systemctl|sudo) [^`]+`/)) {
            print "C\t" substr(rest, RSTART + 1, RLENGTH - 2)
            rest = substr(rest, RSTART + RLENGTH)
        }
    }
    before = $0
}

function mdoc() {
    if (/^\.Sh /) {
        section = $2
    } else if (/^\.Bd -literal/) {
        literal = 1
        lines = json = session = 0
    } else if (/^\.Ed/) {
        literal = 0
        print "E\t"
    } else if (literal) {
        block_line(plain($0), section != "EXAMPLES")
    } else if (/^\.Dl /) {
        command(plain(substr($0, 5)))
    } else if (/^\.Ql (make|dmmctl) /) {
        sub(/ [.,;:)]$/, "")
        print "C\t" plain(substr($0, 5))
    }
}

FILENAME ~ /\.md$/ { markdown(); next }
{ mdoc() }
