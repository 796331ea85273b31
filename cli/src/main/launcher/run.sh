# How Java runs the `latchkey` command, from the sources and from a release alike: both launchers read this file. They set
# `jars`, the folder of the program's jars, and `ready`, the folder where Java may keep their classes ready.

die() {
  printf 'latchkey: %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

# Sets `version`, the major one of this Java, and `runtime`, which build it is, if that is known. The file beside the program
# says it at once; asking the program itself takes a while.
ask_java() {
  version=
  runtime=
  maker=
  release=${1%/bin/java}/release
  [ -f "$release" ] || { release=$(readlink -f "$1" 2>/dev/null); release=${release%/bin/java}/release; }
  if [ -r "$release" ]; then
    while IFS='="' read -r key _ value _; do
      case $key in
        JAVA_VERSION) version=${value%%[!0-9]*} ;;
        JAVA_RUNTIME_VERSION) runtime=$value ;;
        IMPLEMENTOR) maker=${value%% *} ;;
      esac
    done < "$release"
  fi
  runtime=$runtime-$maker
  case $runtime in -* | *[!0-9A-Za-z.+_-]*) runtime= ;; esac
  [ -n "$version" ] || version=$("$1" -version 2>&1 | sed -n 's/.* version "\([0-9][0-9]*\).*/\1/p' | head -n 1)
  version=${version:-0}
}

find_java() {
  seen=
  if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
    ask_java "$JAVA_HOME/bin/java"
    if [ "$version" -ge 17 ]; then java=$JAVA_HOME/bin/java; return; fi
    seen="JAVA_HOME is Java $version"
  fi
  if path=$(command -v java); then
    ask_java "$path"
    if [ "$version" -ge 17 ]; then java=$path; return; fi
    seen="${seen:+$seen, }the java on the PATH is Java $version"
  fi
  if [ -n "$seen" ]; then
    die "Java 17 or newer is needed; $seen." "Nothing was started." \
      "Install a newer Java (for example openjdk-17-jdk) or point JAVA_HOME at one."
  fi
  die "Java 17 or newer is needed, and there is none in JAVA_HOME or on the PATH." "Nothing was started." \
    "Install one (for example the package openjdk-17-jdk) or point JAVA_HOME at it."
}

# Sets `classes`, the class path, always in the same order, and `archive`, where this Java keeps the program's classes ready,
# if it is known which Java it is.
find_archive() {
  classes=
  while read -r jar; do classes=${classes:+$classes:}$jars/$jar; done < "$jars/order"
  archive=${runtime:+$ready/$runtime.classes}
}

# Java starts several times as fast with classes that it once read, checked and stored. For that it rehearses the daily
# commands and notes what they take. Nothing depends on it: what can't be made is not used, nor is what does not fit, and it
# is tried once. The archive is there in full or not at all.
make_archive() {
  [ -n "$archive" ] && [ ! -e "$archive" ] && mkdir "$archive.begun" || return 0
  work=$(mktemp -d "$archive.XXXXXX") || return 0
  if [ "$version" -ge 24 ]; then
    "$java" $wanted $short -XX:AOTMode=record -XX:AOTConfiguration="$work/noted" \
      -cp "$classes" dev.latchkey.cli.Rehearsal "$work" \
      && "$java" $wanted $short -XX:AOTMode=create -XX:AOTConfiguration="$work/noted" -XX:AOTCache="$work/ready" \
        -cp "$classes"
  else
    "$java" $wanted $short -XX:DumpLoadedClassList="$work/noted" -cp "$classes" dev.latchkey.cli.Rehearsal "$work" \
      && "$java" $wanted -Xshare:dump -XX:+UseG1GC -XX:SharedClassListFile="$work/noted" \
        -XX:SharedArchiveFile="$work/ready" -cp "$classes"
  fi && mv -f "$work/ready" "$archive" && rmdir "$archive.begun"
  rm -rf "$work"
}

# Sets `wanted`, what every process is started with, and `short`, what one with a short life is started with.
choose_options() {
  # Netty and SQLite have native parts, and protobuf reaches for memory: newer Javas warn unless told that it is wanted. Older
  # ones would only start slower.
  wanted=
  [ "$version" -lt 22 ] || wanted=--enable-native-access=ALL-UNNAMED
  [ "$version" -lt 23 ] || wanted="$wanted --sun-misc-unsafe-memory-access=allow"
  # A short life: the fast compiler alone needs a third less time than both, also for stretching passwords.
  short="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
  # One connection needs no more than one thread and the sockets of Java itself, and nothing of Netty's that watches or numbers
  # connections: finding out who this machine and this process are takes longer than to connect.
  netty=-Dio.grpc.netty.shaded.io.netty
  short="$short $netty.eventLoopThreads=1 $netty.transport.noNative=true $netty.jfr.enabled=false"
  short="$short $netty.machineId=00:00:00:00:00:00 $netty.processId=1"
}

# Becomes the program. To be called with what the command was called with.
run() {
  # The command is the first argument that is no option.
  command=
  for argument in "$@"; do
    case $argument in -*) ;; *) command=$argument; break ;; esac
  done

  set -- dev.latchkey.cli.Main "$@"

  case $command in
    # Without memory some of its threads would be gone, and nobody knows which: whoever watches it starts it anew.
    server) set -- -XX:+ExitOnOutOfMemoryError "$@" ;;
    *)
      if [ -f "$archive" ]; then
        # An archive that does not fit is not used; Java would say so among what the command prints.
        kept=-XX:SharedArchiveFile
        [ "$version" -lt 24 ] || kept=-XX:AOTCache
        set -- -Xlog:disable "$kept=$archive" "$@"
      elif [ -n "$archive" ] && [ ! -e "$archive.begun" ] && [ -w "$ready" ]; then
        # The first command with another Java than the one that built: the next ones are faster.
        (make_archive > /dev/null 2>&1 < /dev/null 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&- &)
      fi
      set -- $short "$@"
      ;;
  esac
  set -- $wanted "$@"

  # What Java 17 can't find out: which standard streams are terminals, and what the screen is like.
  terminals=
  for stream in 0 1 2; do [ ! -t $stream ] || terminals=$terminals$stream; done
  if [ -n "$terminals" ]; then
    columns=$(stty size 2>/dev/null < /dev/tty | cut -d ' ' -f 2)
    set -- "-Dlatchkey.terminals=$terminals" "-Dlatchkey.columns=$columns" "$@"
  fi
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    *[Uu][Tt][Ff]-8 | *[Uu][Tt][Ff]8) set -- -Dlatchkey.utf8=true "$@" ;;
    # In a locale without UTF-8, Java would read all but ASCII in the arguments as question marks.
    *) [ "$(uname)" = Darwin ] || { LC_ALL=C.UTF-8; export LC_ALL; } ;;
  esac

  exec "$java" -cp "$classes" "$@"
}
