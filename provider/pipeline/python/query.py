"""Finds modules as the user's interpreter would, without importing them. `ask.ts` has it run.

Reads JSON from stdin: {"names": top-level names, "started": the file that was started for this,
"query": this file, and maybe "first": {"directory": searched before all others, "entries": what in it
could be one of the modules}}. Writes a line of JSON after a mark; `answer.ts` reads it. Needs Python 3.4;
Python 2 must be able to read this, to say that it is too old.
"""
import os, sys

def send(text):
    # The mark tells this line from those that start-up files of the user's may write.
    data = ("\nytcode-modules:" + text + "\n").encode("ascii")
    while data:
        data = data[os.write(1, data):]
    # Neither threads nor exit handlers of such files shall hold this up.
    os._exit(0)

version = sys.version.split()[0]
if sys.version_info < (3, 4):
    send('{"error": "it is Python %s, and Python 3.4 or newer is needed"}' % version)

loaded = dict(sys.modules)
# `-c` brings the directory it is started in, which is no part of the user's environment.
search = [place for place in sys.path if place != ""]
finders = list(sys.meta_path)
standard = os.path.dirname(os.__file__)

def library(name):
    """Imports from the standard library, whatever else has such a name."""
    sys.path[:] = [standard]
    sys.meta_path[:] = [f for f in finders if str(getattr(f, "__module__", "")).startswith("_frozen_importlib")]
    try:
        return __import__(name, fromlist=["*"])
    finally:
        sys.path[:], sys.meta_path[:] = search, finders

json, re, site, machinery = [library(name) for name in ("json", "re", "site", "importlib.machinery")]

# Files and directories, there or not: the answer is the same until one of them changes.
depends = set()

def listing(directory):
    depends.add(directory)
    try:
        return os.listdir(directory)
    except OSError:
        return []

def text_of(file):
    depends.add(file)
    with open(file, "rb") as opened:
        return opened.read().decode("utf-8-sig", "surrogateescape")

def belongs_to_python(path):
    for root in [standard] + [place for place in search if os.path.basename(place) == "lib-dynload"]:
        if path.startswith(root + os.sep):
            return path[len(root) + 1:].split(os.sep)[0] not in ("site-packages", "dist-packages")
    return False


# Where a module is.

class Unpackable(Exception):
    """Why a module that is there cannot be packed: a sentence about "it"."""

BUILT_IN = "it is built into Python, also into the cluster's: remove it from upload_modules"

def archive_above(path):
    """The zip file that a path leads into, if it does."""
    while not os.path.exists(path) and os.path.dirname(path) != path:
        path = os.path.dirname(path)
    return path if os.path.isfile(path) else None

def checked(path):
    """A path at which something can be packed, should it be there."""
    depends.add(path)
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        raise Unpackable("its path is not UTF-8: %s" % ascii(path))
    archive = None if os.path.exists(path) else archive_above(path)
    if archive:
        raise Unpackable(
            'it is inside the zip file "%s": install it unzipped, with "python3 -m pip install"' % archive)
    return path

def source_of(origin):
    checked(origin)
    if origin.endswith(tuple(machinery.SOURCE_SUFFIXES)):
        if os.path.isfile(origin):
            return origin
        raise Unpackable('its file "%s" is not there: install it again' % origin)
    for suffix in machinery.EXTENSION_SUFFIXES:
        if origin.endswith(suffix):
            beside = checked(origin[:-len(suffix)] + ".py")
            if os.path.isfile(beside):
                return beside
            if belongs_to_python(origin):
                raise Unpackable(BUILT_IN)
            raise Unpackable(
                'it is an extension module without Python source, "%s": '
                "name its package in requirements.txt instead" % origin)
    if origin.endswith(tuple(machinery.BYTECODE_SUFFIXES)):
        raise Unpackable('it is bytecode without Python source, "%s": install it with its source' % origin)
    raise Unpackable('it is no Python source: "%s"' % origin)

def shares_its_name(init):
    """Whether this is a namespace package in one of the older styles."""
    with open(init, "rb") as file:
        text = file.read()
    if b"extend_path" not in text and b"declare_namespace" not in text:
        return False
    ast = library("ast")
    try:
        calls = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    except (SyntaxError, ValueError):
        return False
    called = [getattr(func, "attr", getattr(func, "id", None)) for func in calls]
    return "extend_path" in called or "declare_namespace" in called

def real_directories(places):
    # Finders mark their places with words that are no paths.
    paths = [checked(os.path.abspath(place)) for place in places if os.path.isabs(place)]
    return [path for index, path in enumerate(paths) if os.path.isdir(path) and path not in paths[:index]]

def mapped_entries(name, directories):
    """What editable installs of setuptools bring into a package from elsewhere."""
    entries = []
    editables = [getattr(module, "MAPPING", {}) for key, module in loaded.items() if key.startswith("__editable___")]
    for key, place in sorted(item for mapping in editables for item in mapping.items()):
        tail = key.split(".")[1:]
        expected = [os.path.realpath(os.path.join(directory, *tail)) for directory in directories]
        if not key.startswith(name + ".") or os.path.realpath(place) in expected:
            continue
        if tail != [os.path.basename(place)]:
            raise Unpackable(
                'its editable install has "%s" elsewhere, in "%s": install it without --editable' % (key, place))
        found = [entry for entry in (place, place + ".py") if os.path.exists(checked(entry))]
        entries += [{"directory": os.path.dirname(entry), "entry": os.path.basename(entry)} for entry in found[:1]]
    return entries

def find_spec(name):
    for finder in finders:
        # For `distutils`, that of setuptools would import setuptools.
        if hasattr(finder, "find_spec") and type(finder).__module__ != "_distutils_hack":
            spec = finder.find_spec(name, None)
            if spec is not None:
                return spec
    return None

def find(name):
    module = loaded.get(name)
    spec = find_spec(name) if module is None else getattr(module, "__spec__", None)
    if module is None and spec is None:
        return {"type": "missing"}
    loader = getattr(spec, "loader", None)
    if getattr(loader, "__name__", None) in ("BuiltinImporter", "FrozenImporter"):
        raise Unpackable(BUILT_IN)
    origin = os.path.abspath(spec.origin) if getattr(spec, "has_location", False) and spec.origin else None
    if module is None:
        places = getattr(spec, "submodule_search_locations", None)
    else:
        places = getattr(module, "__path__", None)
    if places is None:
        if origin is None:
            raise Unpackable("Python has it from no file: its loader is %r" % loader)
        return {"type": "file", "file": source_of(origin)}
    directories = real_directories(list(places))
    if origin is not None and shares_its_name(source_of(origin)):
        directories = real_directories(library("pkgutil").extend_path(directories, name))
    mapped = mapped_entries(name, directories)
    if not directories and not mapped:
        raise Unpackable("its package is no directory: %s" % ", ".join('"%s"' % place for place in places))
    return {"type": "package", "directories": directories, "mapped": mapped}

def find_safely(name):
    try:
        return find(name)
    except Unpackable as error:
        return {"type": "unpackable", "reason": str(error)}
    except Exception as error:
        reason = "a finder of the environment failed: %s: %s" % (type(error).__name__, error)
        return {"type": "unpackable", "reason": reason}


# The metadata of the distributions that modules come with: a module may ask for its own version.

METADATA = ("METADATA", "PKG-INFO")

# Of each place and file once, as all modules are looked for in them: there may be hundreds.
places, contents = {}, {}

def content_of(directory, name):
    path = os.path.join(directory, name)
    if path not in contents:
        contents[path] = read_content(directory, path)
    return contents[path]

def read_content(directory, path):
    if directory.endswith("info") and not directory.endswith(".dist-info"):
        # Others are written when something is installed, which changes the directory around them.
        depends.add(path)
    try:
        with open(path, "rb") as opened:
            return opened.read()
    except OSError:
        return b""

def by_version(entry):
    """So that numbers count as such. Of several versions of a distribution the older ones are left over."""
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in re.split("([0-9]+)", entry)]

def metadata_in(place):
    if place not in places:
        places[place] = find_metadata_in(place)
    return places[place]

def find_metadata_in(place):
    found = [entry for entry in listing(place) if entry.endswith((".dist-info", ".egg-info"))]
    # With "~" begins what pip has put aside and not removed.
    found = sorted([entry for entry in found if not entry.startswith("~")], key=by_version, reverse=True)
    if place.endswith(".egg"):
        found.append("EGG-INFO")
    return [os.path.join(place, entry) for entry in found]

def project_of(metadata):
    entry = os.path.basename(os.path.dirname(metadata) if metadata.endswith("EGG-INFO") else metadata)
    return re.sub("[-_.]+", "-", os.path.splitext(entry)[0].split("-")[0]).lower()

def brings(metadata, name):
    """Whether a distribution's files say that a module is among them; where there are none, its name does."""
    top_level = content_of(metadata, "top_level.txt").split()
    if top_level:
        return name.encode("utf-8") in top_level
    record = content_of(metadata, "RECORD")
    if record:
        starts = [(name + end).encode("utf-8") for end in ("/", ".")]
        return record.startswith(tuple(starts)) or any(b"\n" + start in record for start in starts)
    return project_of(metadata) == name.replace("_", "-").lower()

def editable_project(metadata):
    """Where the code of an editable install is, if it is one (PEP 610)."""
    try:
        origin = json.loads(content_of(metadata, "direct_url.json").decode("utf-8"))
        if origin["dir_info"]["editable"]:
            return os.path.realpath(library("urllib.parse").unquote(origin["url"][len("file://"):]))
    except (ValueError, KeyError, TypeError):
        pass
    return None

def editables_around(location, installed):
    """Those of the innermost project that the code at a place is of."""
    location = os.path.realpath(location)
    around = []
    for metadata in installed:
        project = editable_project(metadata)
        if project and location.startswith(project + os.sep) and os.sep + "site-packages" + os.sep not in location:
            around.append((len(project), metadata))
    return [metadata for length, metadata in around if length == max(around)[0]]

def metadata_of(name, module):
    """The directories, or files of distutils, with the metadata of all distributions that bring a module."""
    if module["type"] == "file":
        locations = [module["file"]]
    else:
        locations = module["directories"] + [entry["directory"] for entry in module["mapped"]]
    installed = [metadata for place in search for metadata in metadata_in(place) if metadata.endswith(".dist-info")]
    candidates = []
    for location in locations:
        beside = [metadata for metadata in metadata_in(os.path.dirname(location)) if brings(metadata, name)]
        if not any(metadata in installed for metadata in beside):
            beside += editables_around(location, installed)
        candidates += beside
    # What is built beside the code may be out of date: what is installed goes first.
    candidates.sort(key=lambda metadata: installed.index(metadata) if metadata in installed else len(installed))
    found = {}
    for metadata in candidates:
        if os.path.isfile(metadata) or any(os.path.isfile(os.path.join(metadata, file)) for file in METADATA):
            found.setdefault(project_of(metadata), checked(metadata))
    return sorted(found.values())

def find_with_metadata(name):
    module = find_safely(name)
    # That of yt_framework says nothing of the ytjobs in an archive.
    if module["type"] in ("package", "file") and name != "ytjobs":
        try:
            metadata = metadata_of(name, module)
        except Unpackable as error:
            return {"type": "unpackable", "reason": str(error)}
        except Exception as error:
            reason = "the metadata of its distribution cannot be read: %s: %s" % (type(error).__name__, error)
            return {"type": "unpackable", "reason": reason}
        if metadata:
            module["metadata"] = metadata
    return module


# What the answer depends on.

class Unknown(Exception):
    """It depends on something that cannot be told."""

# Code that runs when Python starts may change where modules are found, depending on anything. Code
# with none of these words has no way to; of the tools with them, two leave top-level names alone.
REACHES_SEARCH = re.compile(r"""
    (?<!import\ )\bsys\b(?!\.(?:argv|exc_info|excepthook|platform|stderr|version_info)\b) | \bsys\s+as\b
    | \b(?:builtins|ctypes|eval|exec[lv]\w*|getattr|globals|pkgutil|runpy|setattr|site|vars)\b | \bexec\b(?!\(["'])
    | \bimportlib\b(?!\.resources) | __(?:builtins|dict|import|path)__ | \\[^"'\\\n]""", re.X)
KNOWN_LINE = re.compile(
    r"import _virtualenv\s*$|import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os\.environ\.get\(var, '\w+'\)"
    r" == 'local'; enabled and __import__\('_distutils_hack'\)\.add_shim\(\);\s*$")
KNOWN_MODULES = ("_virtualenv", "_distutils_hack")
CUSTOMIZATIONS = ("sitecustomize", "usercustomize")

def assert_harmless(code):
    if REACHES_SEARCH.search(re.sub(r"\\+[nrt]", " ", code)):
        raise Unknown()

def assert_harmless_file(file):
    if not file.endswith(".py"):
        raise Unknown()
    assert_harmless(text_of(file))

def add_start_up():
    user = site.getusersitepackages()
    depends.add(user)
    for place in site.getsitepackages() + ([user] if site.ENABLE_USER_SITE else []):
        for entry in listing(place):
            if entry.endswith(".start"):
                raise Unknown()
            lines = text_of(os.path.join(place, entry)).splitlines() if entry.endswith(".pth") else []
            for line in lines:
                if not line.startswith(("import ", "import\t", "#")):
                    depends.add(os.path.join(place, line.rstrip()))
                elif not line.startswith("#") and not KNOWN_LINE.match(line):
                    assert_harmless(line)
    for name, module in loaded.items():
        file = getattr(module, "__file__", None)
        if file and not belongs_to_python(os.path.abspath(file)):
            depends.add(file)
            if name not in KNOWN_MODULES:
                assert_harmless_file(file)
    for name in CUSTOMIZATIONS:
        # Also when it is not loaded: it may have failed.
        spec = find_spec(name)
        if spec is not None and spec.has_location:
            assert_harmless_file(spec.origin)

def add_search(names):
    """The places that are searched, and what could be taken for one of the modules there."""
    for place in search:
        depends.add(archive_above(place) or place)
        depends.update(os.path.join(place, entry) for entry in listing(place) if entry.split(".")[0] in names)

def add_interpreter(started):
    with open(started, "rb") as file:
        is_script = file.read(2) == b"#!"
    if is_script:
        add_pyenv(started)
    executable = sys.executable if is_script else started
    running = "/proc/self/exe" if os.path.exists("/proc/self/exe") else sys.executable
    # Another program than was started has been chosen in a way that cannot be told.
    if os.path.realpath(executable) != os.path.realpath(running):
        raise Unknown()
    depends.add(executable)
    for folder in (os.path.dirname(executable), os.path.dirname(os.path.dirname(executable))):
        depends.add(os.path.join(folder, "pyvenv.cfg"))

# They come with pyenv and pyenv-virtualenv, and have no say in which `python` is started.
KNOWN_HOOKS = ("pip-rehash.bash", "conda.bash", "python-config.bash", "system-site-packages.bash")

def add_pyenv(shim):
    """What a shim of pyenv chooses the interpreter by: see libexec/ of pyenv 2.6."""
    pyenv = re.search(r'^exec "(/[^"$`\\]+/pyenv)" exec "\$program" "\$@"$', text_of(shim), re.M).group(1)
    root = os.path.dirname(os.path.dirname(shim))
    versions, plugins = os.path.join(root, "versions", ""), os.path.join(root, "plugins")
    # The version "system" is whatever else is on PATH.
    if root != os.environ["PYENV_ROOT"] or not sys.executable.startswith(versions) or "BASH_ENV" in os.environ:
        raise Unknown()
    depends.update([pyenv, os.path.dirname(os.path.realpath(pyenv)), os.path.join(root, "version")])
    depends.update(os.path.join(versions, entry, "bin") for entry in listing(versions))
    depends.update(os.path.join(plugins, entry, "etc/pyenv.d") for entry in listing(plugins))
    for folder in (os.environ["PYENV_DIR"], os.environ["PWD"], os.getcwd()):
        while folder:
            depends.add(os.path.join(folder, ".python-version"))
            folder = os.path.dirname(folder) if folder != "/" else ""
    for place in os.environ["PYENV_HOOK_PATH"].split(":"):
        for hooks in [os.path.join(place, command) for command in ("exec", "which", "version-name")]:
            scripts = [entry for entry in listing(hooks) if entry.endswith(".bash")]
            depends.update(os.path.join(hooks, script) for script in scripts)
            if not set(scripts) <= set(KNOWN_HOOKS):
                raise Unknown()

def dependencies(request):
    """Absolute paths; None when they cannot be told."""
    try:
        depends.add(request["query"])
        add_start_up()
        add_search(frozenset(request["names"]).union(KNOWN_MODULES, CUSTOMIZATIONS))
        add_interpreter(request["started"])
        paths = sorted(os.path.join(os.getcwd(), path) for path in depends)
        "".join(paths).encode("utf-8")
        return paths
    except Exception:
        return None

with open(0, "rb") as stdin:
    request = json.loads(stdin.read().decode("utf-8"))
first = request.get("first")
if first:
    # As for a script in there. Which entries it has is known to who asks.
    depends.update(os.path.join(first["directory"], entry) for entry in first["entries"])
    search.insert(0, first["directory"])
    sys.path[:] = search
modules = dict((name, find_with_metadata(name)) for name in request["names"])
if first:
    del search[0]
    sys.path[:] = search
    depends.discard(first["directory"])
send(json.dumps({
    "interpreter": "%s %s" % (sys.executable or "python", version),
    "searched": [place for place in search if os.path.isabs(place)],
    "modules": modules,
    "dependsOn": dependencies(request),
}))
