/** `completion`: the script that adds completion to a shell. The candidates come from `cli/complete.ts`. */
import { Argument } from 'commander'
import type { Command } from 'commander'
import type { Context } from '../context.ts'

const BASH = `# bash: source <(skyvern completion bash)
_skyvern() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(skyvern __complete "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null </dev/null)
}
complete -o default -F _skyvern skyvern`

const ZSH = `#compdef skyvern
# zsh: source <(skyvern completion zsh), or save it as _skyvern in a folder of fpath
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
if [[ "$funcstack[1]" = _skyvern ]]; then _skyvern "$@"; else compdef _skyvern skyvern; fi`

const FISH = `# fish: skyvern completion fish | source
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
    .addArgument(new Argument('<shell>', 'For which shell').choices(Object.keys(SCRIPTS)))
    .action((shell: keyof typeof SCRIPTS) => context.output.write(SCRIPTS[shell]))
}
