/**
 * What the user's interpreter is given to run: it looks modules up through Python's own import
 * machinery, without importing them, and says in one line of JSON what it found and what that
 * depends on; `answer.ts` reads the line.
 */

/** What the answer's line begins with: start-up files of the user's may write lines of their own. */
export const ANSWER_MARK = "ytcode-modules:";

/**
 * Takes a JSON list of top-level names on stdin. Python 2 must be able to read it, to be told
 * that it is too old. It needs Python 3.4 or newer.
 *
 * - The directory it is started in is no part of the user's environment, so the empty entry that
 *   `-c` brings is left out. What the script itself imports comes from the standard library,
 *   whatever else has such a name.
 * - `find_spec` of a top-level name imports nothing. The exception is the finder of setuptools
 *   for `distutils`, which imports setuptools: it is passed over.
 * - `__init__.py` of a namespace package in the older styles is read, not run.
 */
export const SCRIPT: string = String.raw`
import os, sys

def send(text):
    data = ("\n${ANSWER_MARK}" + text + "\n").encode("ascii")
    while data:
        data = data[os.write(1, data):]
    # Neither threads nor exit handlers of start-up files shall hold this up.
    os._exit(0)

version = sys.version.split()[0]
if sys.version_info < (3, 4):
    send('{"tooOld": "%s"}' % version)

started = dict(sys.modules)
search = [place for place in sys.path if place != ""]
standard = os.path.dirname(os.__file__)

def is_pythons_own(finder):
    # A hook is a class, a function, or a method of a class.
    owner = getattr(finder, "__self__", finder)
    module = getattr(owner, "__module__", None) or type(owner).__module__
    return module in ("_frozen_importlib", "_frozen_importlib_external", "zipimport")

def library(name):
    path, finders = sys.path[:], sys.meta_path[:]
    sys.path[:] = [standard]
    sys.meta_path[:] = [finder for finder in finders if is_pythons_own(finder)]
    try:
        return __import__(name, fromlist=["*"])
    finally:
        sys.path[:], sys.meta_path[:] = path, finders

sys.path[:] = search
json = library("json")
machinery = library("importlib.machinery")
site = library("site")

SUFFIXES = machinery.all_suffixes()
editables = [m for n, m in started.items() if n.startswith("__editable___") and hasattr(m, "MAPPING")]
dynamic = [place for place in search if os.path.basename(place) == "lib-dynload"]

def belongs_to_python(path):
    for root in [standard] + dynamic:
        if path.startswith(root + os.sep):
            inner = path[len(root) + 1:].split(os.sep)[0]
            return inner not in ("site-packages", "dist-packages")
    return False

# What the answer depends on. "whole": any change of the file or directory; "kinds": only whether
# there is a file, a directory or nothing.
whole, kinds = set(), set()
listings = {}

def listing(directory):
    if directory not in listings:
        try:
            listings[directory] = set(os.listdir(directory))
        except OSError:
            listings[directory] = set()
    return listings[directory]

def watch_name(name):
    for place in search:
        there = listing(place)
        for entry in [name] + [name + suffix for suffix in SUFFIXES]:
            if entry in there:
                kinds.add(os.path.join(place, entry))
        if name in there:
            watch_package(os.path.join(place, name))
        if name + ".pkg" in there:
            whole.add(os.path.join(place, name + ".pkg"))
    for editable in editables:
        for key, place in editable.MAPPING.items():
            if key.split(".")[0] == name:
                watch_package(place)
                kinds.update([place] + [place + suffix for suffix in SUFFIXES])
        kinds.update(getattr(editable, "NAMESPACES", {}).get(name, []))

def watch_package(directory):
    for suffix in SUFFIXES:
        kinds.add(os.path.join(directory, "__init__" + suffix))

class Unpackable(Exception):
    pass

BUILT_IN = "it is built into Python, also into the cluster's: remove it from upload_modules"

def archive_above(path):
    while not os.path.exists(path) and os.path.dirname(path) != path:
        path = os.path.dirname(path)
    return path if os.path.isfile(path) else None

def refuse_archive(path):
    archive = None if os.path.exists(path) else archive_above(path)
    if archive is not None:
        raise Unpackable('it is inside the zip file "%s": install it unzipped, with "python3 -m pip install"' % archive)

def source_of(origin):
    refuse_archive(origin)
    if origin.endswith(tuple(machinery.SOURCE_SUFFIXES)):
        if os.path.isfile(origin):
            return origin
        raise Unpackable('its file "%s" is not there: install it again' % origin)
    for suffix in machinery.EXTENSION_SUFFIXES:
        if origin.endswith(suffix):
            beside = origin[:-len(suffix)] + ".py"
            if os.path.isfile(beside):
                return beside
            if belongs_to_python(origin):
                raise Unpackable(BUILT_IN)
            raise Unpackable('it is an extension module without Python source, "%s": name its package in requirements.txt instead' % origin)
    if origin.endswith(tuple(machinery.BYTECODE_SUFFIXES)):
        raise Unpackable('it is bytecode without Python source, "%s": install it with its source' % origin)
    raise Unpackable('it is no Python source: "%s"' % origin)

def shares_its_name(init):
    with open(init, "rb") as file:
        text = file.read()
    if b"extend_path" not in text and b"declare_namespace" not in text:
        return False
    ast = library("ast")
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", None))
            if called in ("extend_path", "declare_namespace"):
                return True
    return False

def real_directories(places):
    # Finders mark their places with words that are no paths.
    paths = [os.path.abspath(place) for place in places if os.path.isabs(place)]
    for path in paths:
        refuse_archive(path)
    directories = []
    for path in paths:
        if os.path.isdir(path) and path not in directories:
            directories.append(path)
    return directories

def mapped_entries(name, directories):
    entries = []
    for editable in editables:
        for key, place in sorted(editable.MAPPING.items()):
            tail = key.split(".")[1:]
            expected = [os.path.realpath(os.path.join(d, *tail)) for d in directories]
            if not key.startswith(name + ".") or os.path.realpath(place) in expected:
                continue
            if tail != [os.path.basename(place)]:
                raise Unpackable('its editable install has "%s" elsewhere, in "%s": install it without --editable' % (key, place))
            for entry in (place, place + ".py"):
                if os.path.exists(entry):
                    entries.append({"directory": os.path.dirname(entry), "entry": os.path.basename(entry)})
                    break
    return entries

def find_spec(name):
    for finder in sys.meta_path:
        if type(finder).__module__ == "_distutils_hack" or not hasattr(finder, "find_spec"):
            continue
        spec = finder.find_spec(name, None)
        if spec is not None:
            return spec
    return None

def is_built_in(spec):
    loader = getattr(spec, "loader", None)
    return getattr(loader, "__name__", None) in ("BuiltinImporter", "FrozenImporter")

def find(name):
    module = started.get(name)
    if module is not None:
        spec = getattr(module, "__spec__", None)
        places = getattr(module, "__path__", None)
    else:
        spec = find_spec(name)
        places = getattr(spec, "submodule_search_locations", None)
    if module is None and spec is None:
        return {"type": "missing"}
    has_location = getattr(spec, "has_location", False)
    if is_built_in(spec):
        raise Unpackable(BUILT_IN)
    origin = os.path.abspath(spec.origin) if has_location and spec.origin else None
    places = None if places is None else list(places)
    if places is not None:
        directories = real_directories(places)
        if origin is not None:
            source = source_of(origin)
            whole.add(source)
            if shares_its_name(source):
                directories = real_directories(library("pkgutil").extend_path(directories, name))
        mapped = mapped_entries(name, directories)
        if not directories and not mapped:
            raise Unpackable("its package is no directory: %s" % ", ".join('"%s"' % place for place in places))
        kinds.update(directories)
        return {"type": "package", "directories": directories, "mapped": mapped}
    if origin is None:
        raise Unpackable("Python has it from no file: its loader is %r" % getattr(spec, "loader", None))
    source = source_of(origin)
    kinds.add(source)
    return {"type": "file", "file": source}

def is_utf8(path):
    try:
        path.encode("utf-8")
        return True
    except UnicodeEncodeError:
        return False

def find_safely(name):
    try:
        watch_name(name)
        found = find(name)
        mapped = [os.path.join(part["directory"], part["entry"]) for part in found.get("mapped", [])]
        for path in found.get("directories", []) + mapped + [found.get("file", "")]:
            if not is_utf8(path):
                raise Unpackable("its path is not UTF-8: %s" % ascii(path))
        return found
    except Unpackable as error:
        return {"type": "unpackable", "reason": str(error)}
    except Exception as error:
        return {"type": "unpackable", "reason": "a finder of the environment failed: %s: %s" % (type(error).__name__, error)}

# Lines of .pth files that are code. Of these it is known what they depend on: nothing but their
# own files and what is watched besides.
KNOWN_LINES = (
    r"import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = [^;]*; enabled and __import__\('_distutils_hack'\)\.add_shim\(\); *",
    r"import (__editable___\w+_finder); ?\1\.install\(\)",
    r"import _editable_impl_\w+",
    r"import _virtualenv",
    r"import sys, types, os;.*sys\.modules\.setdefault\(.*\(p not in mp\) and mp\.append\(p\)(;m and setattr\(sys\.modules\[[^;]*\], [^;]*, m\))?",
)
KNOWN_FINDERS = ("_distutils_hack", "_virtualenv", "editables.redirector")

def is_known(finder):
    owner = getattr(finder, "__self__", finder)
    module = getattr(owner, "__module__", None) or type(owner).__module__
    return is_pythons_own(finder) or module in KNOWN_FINDERS or module.startswith("__editable___")

def site_directories():
    places = site.getsitepackages() if hasattr(site, "getsitepackages") else []
    user = site.getusersitepackages() if hasattr(site, "getusersitepackages") else None
    return [os.path.abspath(place) for place in places + [user] if place]

def judge_start():
    """"known", "unknown" (code whose dependencies nobody knows has run, but changed nothing of
    the search) or "changed" (such code has changed the search)."""
    re = library("re")
    expected = set([standard] + [os.path.abspath(p) for p in os.environ.get("PYTHONPATH", "").split(os.pathsep)])
    libraries = getattr(sys, "platlibdir", "lib")
    for prefix in (sys.base_prefix, sys.base_exec_prefix):
        for folder in (libraries, "lib"):
            expected.add(os.path.join(prefix, folder, "python%d%d.zip" % sys.version_info[:2]))
            expected.add(os.path.join(prefix, folder, "python%d.%d" % sys.version_info[:2], "lib-dynload"))
    verdict = "known"
    for directory in site_directories():
        whole.add(directory)
        expected.add(directory)
        for entry in listing(directory):
            if entry.endswith(".start"):
                verdict = "unknown"
            if not entry.endswith(".pth"):
                continue
            file = os.path.join(directory, entry)
            whole.add(file)
            with open(file, "rb") as opened:
                lines = opened.read().decode("utf-8", "surrogateescape").splitlines()
            for line in lines:
                if line.startswith(("import ", "import\t")):
                    if not any(re.match(known + r"\s*$", line) for known in KNOWN_LINES):
                        verdict = "unknown"
                else:
                    expected.add(os.path.abspath(os.path.join(directory, line.strip())))
    for name, module in started.items():
        file = getattr(module, "__file__", None)
        custom = name in ("sitecustomize", "usercustomize")
        if not file or (belongs_to_python(os.path.abspath(file)) and not custom):
            continue
        whole.add(os.path.abspath(file))
        if custom and not belongs_to_python(os.path.abspath(file)):
            verdict = "unknown"
    if not all(is_known(finder) for finder in sys.meta_path + sys.path_hooks):
        return "changed"
    markers = [editable.PATH_PLACEHOLDER for editable in editables if hasattr(editable, "PATH_PLACEHOLDER")]
    if not all(place in expected or place in markers for place in search):
        return "changed"
    if verdict == "unknown" and any(is_own(name) for name in names):
        return "changed"
    return verdict

def is_own(name):
    """Whether start-up code may have loaded a module by this name that a search would not find."""
    if name not in started or is_built_in(getattr(started[name], "__spec__", None)):
        return False
    return not belongs_to_python(os.path.abspath(getattr(started[name], "__file__", None) or os.sep))

with open(0, "rb") as stdin:
    names = json.loads(stdin.read().decode("utf-8"))
modules = dict((name, find_safely(name)) for name in names)
try:
    start = judge_start()
except Exception:
    start = "changed"
shown = [place for place in search if os.path.isabs(place)]
whole.update(shown)
if not all(is_utf8(path) for path in list(whole) + list(kinds)):
    start = "changed"
itself = "/proc/self/exe"
send(json.dumps({
    "interpreter": "%s %s" % (sys.executable or "python", version),
    "searched": shown,
    "modules": modules,
    "executable": sys.executable or "",
    "program": os.path.realpath(itself if os.path.exists(itself) else sys.executable or ""),
    "start": start,
    "whole": sorted(whole),
    "kinds": sorted(kinds),
}))
`;
