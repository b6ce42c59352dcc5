# SPDX-License-Identifier: Apache-2.0
# bash completion for comeback: options come from the command's own help, names from the command itself.

# The words that may follow these.
_comeback_words() {
  case $* in
    '') echo 'disc vm guest task recorder' ;;
    disc) echo 'create append sessions diff info ls cat extract verify' ;;
    vm) echo 'list info define start stop save dvd' ;;
    'vm dvd') echo 'insert eject' ;;
    guest) echo 'info sessions logoff wait' ;;
    task) echo 'list show cancel wait' ;;
    recorder) echo 'add list remove' ;;
  esac
}

# The lines read that begin with the word being completed. They are data: compgen -W would run what is in them.
_comeback_offer() {
  local line
  while IFS= read -r line; do
    [[ -n $line && $line == "$1"* ]] && COMPREPLY+=("$(printf '%q' "$line")")
  done
}

_comeback_machines() { comeback vm list 2>/dev/null | sed '1d; s/  .*//'; }
_comeback_recorders() { comeback recorder list 2>/dev/null | sed '1d; s/  .*//'; }
_comeback_tasks() { comeback task list 2>/dev/null | awk '$1 ~ /^[0-9]+$/ { print $1 }'; }

_comeback_media() {
  printf '%s\n' cd-rom cd-r cd-rw dvd-rom dvd-ram dvd+r dvd+rw dvd+r-dl dvd-r dvd-rw dvd-r-dl disk dvd+rw-dl \
    hd-dvd-rom hd-dvd-r hd-dvd-ram bd-rom bd-r bd-re
}

# Of an image that is made, a list with commas; of one that is read, one.
_comeback_file_systems() {
  if [[ $1 == 'disc create' ]]; then
    local front=''
    [[ $2 == *,* ]] && front=${2%,*},
    local name
    for name in iso9660 joliet rockridge udf; do echo "$front$name"; done
  else
    printf '%s\n' udf rockridge joliet iso9660-1999 iso9660
  fi
}

_comeback_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

_comeback() {
  local current=${COMP_WORDS[COMP_CWORD]} said=() arguments=0 before='' word
  COMPREPLY=()
  # Group and verb are known by where they stand: after them a machine may have any name.
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ " $(_comeback_words "${said[@]}") " == *" $word "* ]]; then
      said+=("$word")
      arguments=0
    elif [[ $word != -* && $before != --drive ]]; then
      arguments=$((arguments + 1))
    fi
    before=$word
  done
  if [[ $current == -* ]]; then
    _comeback_offer "$current" < <(comeback "${said[@]}" --help 2>/dev/null | grep -oE -- '--[a-z-]+' | sort -u)
    return
  fi
  case $before in
    --udf-revision) _comeback_offer "$current" < <(printf '%s\n' 1.02 1.50 2.00 2.01 2.50 2.60); return ;;
    --udf-partition) _comeback_offer "$current" < <(printf '%s\n' plain vat sparable metadata); return ;;
    --iso-level) _comeback_offer "$current" < <(printf '%s\n' 1 2 3 4); return ;;
    --media) _comeback_offer "$current" < <(_comeback_media); return ;;
    --fs) _comeback_offer "$current" < <(_comeback_file_systems "${said[*]}" "$current"); return ;;
  esac
  local next
  next=$(_comeback_words "${said[@]}")
  if [[ -n $next ]]; then
    _comeback_offer "$current" <<<"${next// /$'\n'}"
    return
  fi
  case "${said[*]}" in
    'vm list' | 'task list' | 'recorder list') ;;
    'vm define') _comeback_files "$current" ;;
    'vm dvd insert')
      if ((arguments > 0)); then _comeback_files "$current"; else _comeback_offer "$current" < <(_comeback_machines); fi ;;
    vm* | guest*) _comeback_offer "$current" < <(_comeback_machines) ;;
    'recorder remove') _comeback_offer "$current" < <(_comeback_recorders) ;;
    'recorder add') if ((arguments > 0)); then _comeback_files "$current"; fi ;;
    task*) _comeback_offer "$current" < <(_comeback_tasks) ;;
    *) _comeback_files "$current" ;;
  esac
}
complete -F _comeback comeback
