# What an interactive zsh offers, one match a line, when the key TAB is hit behind a line.
#   zsh -f tests/support/completion.zsh FOLDER LINE [SETUP]
# FOLDER has the completion functions; SETUP are commands for the shell that completes.
emulate -R zsh
zmodload zsh/zpty || exit 3
work=$(mktemp -d) || exit 3
# No trap: the shell below would inherit it.

# The shell writes what is to be added as a match; nothing is read from its terminal.
cat >$work/.zshrc <<RC
fpath=(${(q)1} \$fpath)
autoload -Uz compinit && compinit -u -D
$3
compadd() {
    local -a _offered
    builtin compadd -O _offered "\$@"
    (( \$#_offered )) && print -rl -- \$_offered >>$work/offered
    builtin compadd "\$@"
}
_finish() { : >$work/finished }
comppostfuncs=(_finish)
PROMPT= RPROMPT=
# What is typed before the line editor is there may get lost.
zle-line-init() { : >$work/ready }
zle -N zle-line-init
RC
: >$work/offered

until_there() { # FILE: for ten seconds at most
    local -i left=500
    until [[ -e $1 ]]; do
        (( left-- )) || { print -u 2 "completion.zsh: no ${1:t}"; rm -rf $work; exit 3 }
        sleep 0.02
    done
}
zpty -b shell "ZDOTDIR=$work TERM=dumb zsh -i"
until_there $work/ready
zpty -w -n shell "$2"$'\t'
until_there $work/finished
zpty -d shell
cat $work/offered
rm -rf $work
