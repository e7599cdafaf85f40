/** `completion`: the script that adds completion to a shell. The candidates come from `cli/complete.ts`. */
import { Argument } from 'commander'
import type { Command } from 'commander'
import type { Context } from '../context.ts'

/** The line for the start-up file of a shell. In bash 3.2, which macOS has, `source <(…)` reads nothing. */
const LINES = {
  bash: 'eval "$(skyvern completion bash)"',
  zsh: 'source <(skyvern completion zsh)',
  fish: 'skyvern completion fish | source',
} as const

const HELP = `
Add its line to the file that your shell reads at its start, and open a new shell:
  bash   ~/.bashrc; on macOS ~/.bash_profile   ${LINES.bash}
  zsh    ~/.zshrc                              ${LINES.zsh}
  fish   ~/.config/fish/config.fish            ${LINES.fish}

The script for bash works in bash 3.2, which macOS has.`

const BASH = `# bash 3.2 and newer: add this line to ~/.bashrc, on macOS to ~/.bash_profile
#   ${LINES.bash}
_skyvern() {
  local line before
  # Readline replaces the part after a break such as =, and bash 3.2 passes the whole word.
  before="\${COMP_WORDS[COMP_CWORD]}"
  if [[ $before == "$2" ]]; then before=; else before="\${before%"$2"}"; fi
  COMPREPLY=()
  while IFS= read -r line; do
    line="\${line%%$'\\t'*}"
    COMPREPLY+=("\${line#"$before"}")
  done < <(skyvern __complete "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null </dev/null)
}
complete -o default -F _skyvern skyvern`

const ZSH = `#compdef skyvern
# zsh: add this line to ~/.zshrc, or save this as _skyvern in a folder of fpath
#   ${LINES.zsh}
_skyvern() {
  local line
  local -a candidates
  for line in "\${(@f)$(skyvern __complete "\${(@)words[1,CURRENT]}" 2>/dev/null </dev/null)}"; do
    [[ -n $line ]] || continue
    candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${\${line#*$'\\t'}//:/\\\\:}")
  done
  if (( \${#candidates} )); then
    _describe skyvern candidates
  else
    _files
  fi
}
if [[ "$funcstack[1]" = _skyvern ]]; then
  _skyvern "$@"
else
  (( \${+functions[compdef]} )) || { autoload -Uz compinit && compinit; }
  compdef _skyvern skyvern
fi`

const FISH = `# fish: add this line to ~/.config/fish/config.fish
#   ${LINES.fish}
function __skyvern_complete
    set -l found (skyvern __complete (commandline -opc) (commandline -ct) 2>/dev/null </dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c skyvern -f -a '(__skyvern_complete)'`

const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const

export function define(command: Command, context: Context): void {
  command
    .addHelpText('after', HELP)
    .addArgument(new Argument('<shell>', 'For which shell').choices(Object.keys(SCRIPTS)))
    .action((shell: keyof typeof SCRIPTS) => context.output.write(SCRIPTS[shell]))
}
