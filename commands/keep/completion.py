"""`completion`: the script by which a shell asks the program how a line may go on."""

from __future__ import annotations

import click

NAME, VARIABLE = "cluster-ledger", "_CLUSTER_LEDGER_COMPLETE"
# The script of click takes neither an id with a colon, which bash makes three words of, nor a text with a space.
BASH = """\
_cluster_ledger_completion() {
    local IFS=$'\\n' words=() word glued= i answer type value typed before
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ ${#words[@]} -gt 0 && ( $glued || $word == [:=]* ) ]]; then
            words[${#words[@]} - 1]+=$word
        else
            words+=("$word")
        fi
        [[ $word == *[:=] ]] && glued=1 || glued=
    done
    typed=${words[${#words[@]} - 1]}
    before=${typed%"${typed##*[:=]}"}
    COMPREPLY=()
    answer=$(
        env COMP_WORDS="${words[*]}" COMP_CWORD=$((${#words[@]} - 1)) \\
            _CLUSTER_LEDGER_COMPLETE=bash_complete "$1" 2>/dev/null
    )
    for word in $answer; do
        type=${word%%,*} value=${word#*,}
        if [[ $type == file || $type == dir ]]; then
            compopt -o default 2>/dev/null
        else
            [[ $typed == [\\"\\']* ]] || printf -v value %q "$value"
            COMPREPLY+=("${value#"$before"}")
        fi
    done
}
complete -F _cluster_ledger_completion cluster-ledger
"""


@click.command("completion", short_help="Print what lets bash, zsh or fish complete commands, ids and references.")
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> None:
    """Print the script by which a shell completes commands, options, ids, references and names of rules and drafts.

    Put eval "$(cluster-ledger completion bash)" into ~/.bashrc, the same with zsh into ~/.zshrc; or
    cluster-ledger completion fish | source into ~/.config/fish/config.fish.
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None  # click has all three
    click.echo(BASH if shell == "bash" else found(click.Command(NAME), {}, NAME, VARIABLE).source())


COMMANDS = {"completion": completion}
