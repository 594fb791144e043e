/**
 * The bash functions of every wrapper: extracting the archive and installing requirements, alike in any
 * image, whoever the job runs as and whatever the environment says to tar, pip and Python.
 */

/**
 * Tells how requirements are best installed for an interpreter, in its last line: `user` and the place
 * (nothing of the image is touched, what it has is used, and only newer versions are added), `site`
 * for a virtual environment, which has no such place, or `target` when that cannot be written. Packages
 * that the image's user has stay in reach. Python 3.8; no single quotes, as it stands between them.
 */
const CHOOSE_PLACE = `
import os, site, sys, sysconfig
base, own = sys.argv[1], ""
if sys.prefix != sys.base_prefix:
    print("site" if os.access(sysconfig.get_path("purelib"), os.W_OK) else "target")
elif not site.ENABLE_USER_SITE and not os.environ.get("PYTHONNOUSERSITE"):
    print("target")
else:
    if site.ENABLE_USER_SITE:
        own = site.getusersitepackages()
    os.environ["PYTHONUSERBASE"] = base
    site.USER_BASE = site.USER_SITE = None
    place = site.getusersitepackages()
    if own != place and os.path.isabs(own) and os.path.isdir(own):
        os.makedirs(place, exist_ok=True)
        with open(os.path.join(place, "image-user.pth"), "w") as file:
            file.write("import site; site.addsitedir(%s)\\n" % ascii(own))
    print("user " + place)
`;

/**
 * Functions that a wrapper's `main` calls; they write nothing to stdout and read nothing from stdin.
 * `exec` and `command` pass by exported functions of the same name.
 */
export const WRAPPER_FUNCTIONS: string = `# GNU tar, bsdtar and gzip take options from these variables, and names are in UTF-8.
# -m: files get the time of extraction, as zip files know no earlier one than 1980.
# -o: files belong to who extracts them, also when that is root.
extract() (
  unset TAR_OPTIONS TAR_READER_OPTIONS TAPE POSIXLY_CORRECT GZIP
  exec env LC_ALL=C.UTF-8 tar -xzmof source.tar.gz </dev/null >&2
)

# After plain tar, as in yt-framework's commands, which gives files the archive's time.
renew_times() {
  command python3 -c '
import os
for folder, _, names in os.walk("."):
    for name in names:
        file = os.path.join(folder, name)
        try:
            if os.lstat(file).st_mtime == 0:
                os.utime(file)
        except OSError:
            pass
' </dev/null >&2
}

# Where packages come from is the image's to say; where they go, and which, is not.
pip_install() (
  for name in "\${!PIP_@}"; do
    case "$name" in
      PIP_*INDEX* | PIP_FIND_LINKS | PIP_*CONSTRAINT | PIP_*CERT | PIP_TRUSTED_HOST | PIP_PROXY) ;;
      PIP_CONFIG_FILE | PIP_KEYRING_PROVIDER | PIP_*TIMEOUT | PIP_*RETRIES) ;;
      PIP_*BINARY | PIP_PRE | PIP_*BUILD* | PIP_CONFIG_SETTINGS | PIP_REQUIRE_HASHES | PIP_USE_*) ;;
      *) unset "$name" ;;
    esac
  done
  unset PYTHONWARNINGS PYTHONOPTIMIZE PYTHONVERBOSE
  export PIP_BREAK_SYSTEM_PACKAGES=1 PIP_REQUIRE_VIRTUALENV=0 PIP_ROOT_USER_ACTION=ignore
  export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 "PIP_USER=$2"
  if [[ -n "$3" ]]; then
    export "PIP_TARGET=$3"
  fi
  exec python3 -m pip install --quiet --no-cache-dir -r "$1" </dev/null >&2
)

# Installs a requirements file into the sandbox: the image may belong to somebody else, or to its
# distribution. Sets "packages" to what has to come before what PYTHONPATH holds.
install_requirements() {
  local base="$PWD/.python" place
  place="$(command python3 -c '${CHOOSE_PLACE}' "$base" </dev/null)"
  place="\${place##*$'\\n'}"
  if [[ "$place" == site ]]; then
    pip_install "$1" 0 ''
    return
  fi
  export PATH="$base/bin:$PATH"
  if [[ "$place" == target ]]; then
    pip_install "$1" 0 "$base"
    packages="$base"
    return
  fi
  export PYTHONUSERBASE="$base"
  unset PYTHONNOUSERSITE
  pip_install "$1" 1 ''
  if [[ -n "\${PYTHONPATH-}" ]]; then
    packages="\${place#user }"
  fi
}`;
