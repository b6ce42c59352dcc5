# SPDX-License-Identifier: Apache-2.0
# bash completion for comeback: words come from the command's own help.
_comeback() {
  local current=${COMP_WORDS[COMP_CWORD]} words=() word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      disc | vm | guest | task | dvd | create | info | ls | extract | verify | list | define | start | stop | save | insert | eject | sessions | logoff | show | cancel | wait)
        words+=("$word") ;;
    esac
  done
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(comeback "${words[@]}" --help 2>/dev/null | grep -oE -- '--[a-z-]+')" -- "$current")
  elif [[ ${#words[@]} -eq 0 ]]; then
    mapfile -t COMPREPLY < <(compgen -W 'disc vm guest task' -- "$current")
  else
    case "${words[*]}" in
      disc) mapfile -t COMPREPLY < <(compgen -W 'create info ls extract verify' -- "$current") ;;
      vm) mapfile -t COMPREPLY < <(compgen -W 'list info define start stop save dvd' -- "$current") ;;
      'vm dvd') mapfile -t COMPREPLY < <(compgen -W 'insert eject' -- "$current") ;;
      guest) mapfile -t COMPREPLY < <(compgen -W 'info sessions logoff wait' -- "$current") ;;
      task) mapfile -t COMPREPLY < <(compgen -W 'list show cancel wait' -- "$current") ;;
      'task show' | 'task cancel' | 'task wait')
        mapfile -t COMPREPLY < <(compgen -W "$(comeback task list 2>/dev/null | awk '$1 ~ /^[0-9]+$/ { print $1 }')" -- "$current") ;;
      guest*) mapfile -t COMPREPLY < <(compgen -W "$(comeback vm list 2>/dev/null | awk 'NR > 1 { print $1 }')" -- "$current") ;;
      *) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    esac
  fi
}
complete -o filenames -F _comeback comeback
