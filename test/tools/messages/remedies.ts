/**
 * What to do about a message that leaves it open, or does not say it at its end. Those that end in an instruction
 * ("…: run it again") need nothing here: the page takes it from them.
 */
export const REMEDIES: Readonly<Record<string, string>> = {
  // cli/
  'Cannot … "…" as there is no local cluster in "…" yet: a stack with yt:proxy "local" makes one when it is brought up':
    "Bring a stack with `yt:proxy: local` up there first, or name another cluster with `--proxy`.",
  'Cannot … "…" on cluster "…" as there is no such folder':
    "Check the path (`ytcode outputs` has `buildFolder`) and the cluster.",
  'Cannot inspect "…" as it no longer exists':
    "It was removed while it was being read: build it again, then run the command again.",
  'Cannot inspect "…" … as there is no such node':
    "Check the path and the cluster; `ytcode history FOLDER` lists the versions of a build folder.",
  'Cannot inspect "…" … as there is no "…" in it':
    "Name a build folder, a version of one (`FOLDER@DIGITS`), or a file.",
  'Cannot inspect "…" … as it is a node of type "…", no file':
    "Something else stands where an archive should: name an archive, or remove it and run `up`.",
  'Cannot inspect "…" as it is neither a file nor a directory':
    "Name an archive file, a pipeline directory or a Cypress path.",
  'Cannot inspect "…" as there is no such file or directory; a Cypress path begins with two slashes':
    "Write `//home/…` for what is on a cluster.",
  'Cannot inspect "…" as there is no such file or directory': "Check the path.",
  'Cannot explain "…" as there is no such file in "…" and no such path in the archive':
    "Give a path relative to the pipeline, or one as `ytcode plan` lists it.",
  'Cannot join the page\'s module "…": …': "The installed package is incomplete: install it again.",
  'Cannot write the page "…" as there is no directory "…"': "Make the directory, or name another.",
  'Cannot write the page "…": …': "Name a place that can be written.",
  "Cannot sort by … as --sort-by must begin with the columns of --reduce-by: …":
    "Put the columns of `--reduce-by` first, as the cluster asks for it.",
  'Cannot run the stage "…" as … as it has no … in "stages/…/src": it can run as …':
    "Choose one of the operations that are named, or add the script.",
  'Cannot run the stage "…" as there is none of … in "stages/…/src": …':
    "Add one of these scripts, or name another in the stage's `config.yaml`.",
  'Cannot run the stage "…": …': "The reason follows the colon; the sandbox is left for a look.",
  'Cannot put a file into the sandbox as … must name one in it: it is "…"':
    "Give a plain file name in the stage's `config.yaml`.",
  'Cannot use "…" as … must be …': "Correct the value in the file that is named.",
  'Cannot set "…" in plain text, as by its name it is a secret: say --secret to encrypt it, or --plaintext to store it as it is':
    "Say `--secret`; a new token, where the old one has stood in a shared file.",
  'Cannot make a virtual environment for the requirements of the stage "…" with "…": it needs Python\'s venv module and pip (on Debian and Ubuntu: packages python3-venv and python3-pip)':
    "Install them, or name another interpreter with `--python`.",
  'Cannot install "…" as pip ended with exit status …: a job would fail in the same way':
    "Read what pip printed above; correct `requirements.txt`.",
  'Cannot run the Python interpreter "…": …':
    "Install Python 3.8 or newer, or name another with `--python`.",
  'Cannot read the input "…" as there is no such file…': "Check the path after `--input`.",
  'Cannot write the output "…" as …': "Name a file in a directory that can be written.",
  'Cannot write the output "…": …': "Name a place that can be written, with room for it.",
  "Cannot sort … as sort ended with exit status …":
    "Read what sort printed above; often the temporary folder (`TMPDIR`) is full.",
  "Cannot sort … as of row …": "Correct that row, or sort by other columns.",
  'Cannot run in "…" as another run is using it: …; its process is …':
    "Wait for that run, or end its process.",
  'Cannot build "…" as another run of it has been building for an hour: its process is …':
    "Look at that process, and end it if it hangs.",
  'Cannot start "…" as it is not on …: a development run needs bash, tar, sort and python3, as the cluster\'s jobs do':
    "Install it, or set PATH so that it is found.",
  'Cannot read "…" on cluster "…" as it is not there':
    "The version was removed from the cluster: the preview goes on without its lines; `up` publishes what is missing.",
  '"…" is larger than the state knows':
    "Something else stands in the version's place: run `ytcode refresh`, which says what, then `up`.",
  // common/
  "Cannot …: …":
    "The reason is the file system's own: mend what it names, then run the command again.",
  'Cannot run a task as its module exports no such function: "…"':
    "The installed package is incomplete: install it again.",
  "Cannot parse …: …": "Correct the YAML at the line that is named.",
  "Cannot read …: …": "Make the file readable, or name another.",
  // engine/
  'Cannot transform resource "…": …':
    "The reason follows the colon: correct the transform, a function of the program.",
  'Cannot set outputs of "…": it is not registered':
    "The program registers outputs of a component before the component: correct the order.",
  "Cannot start the provider's process: …":
    "Run `npm install`; see `NODE_DEBUG=ytcode` for details.",
  'Cannot configure the stack: … must be set in "…", as the project file asks for it':
    "Set each with `ytcode config set KEY VALUE`.",
  'Cannot read the project file "…": "name" is missing': "Write `name:` into it.",
  'Cannot use stack "…": a stack\'s name has only letters, digits, "-", "_" and ".", at most 100':
    "Choose another name.",
  'Cannot read the stack settings "…": "config" must be a mapping':
    "Write keys and values below `config:`.",
  "Cannot configure the provider: …":
    "The reason follows the colon; run `npm install` if a module is missing.",
  'Cannot read the secrets of stack "…": …':
    "Restore the stack's settings and state from one backup.",
  'Cannot decrypt the secrets of stack "…": the passphrase in PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE is wrong':
    "Set the passphrase that the stack was made with.",
  'Cannot read the passphrase of stack "…" from PULUMI_CONFIG_PASSPHRASE_FILE: …':
    "Name a file that can be read, or set PULUMI_CONFIG_PASSPHRASE.",
  'Cannot read stack "…": wanted "organization/<project>/<stack>" or the name of a stack of this project':
    "Correct the name that the program gives to `StackReference`.",
  'Cannot find stack "…" of project "…": there …':
    "Name one of the stacks there are, with `--stack`.",
  'Cannot read the stack\'s state "…": …':
    "Restore the newest file of `.pulumi/backups/` or the `.bak` file beside it, then run `refresh`.",
  // local-cluster/
  "Cannot start the local cluster on port …: …": "Name another port, or 0 for any free one.",
  "Data of the local cluster are damaged: …":
    "Remove the data directory: it holds trials only, and `up` publishes them again.",
  // provider/archive, manifest, pipeline
  'Cannot build in "…" as it cannot be written: …': "Make the folder writable.",
  'Cannot read "…" as it has more than … entries, more than are kept in memory':
    "It is no archive of this tool's; read it with tar.",
  'Cannot read "…" as it is empty': "Build or publish it again.",
  'Cannot read "…" as it is in … format: archives are tar, plain or in gzip':
    "Name an archive of this tool's.",
  'Cannot read "…" as its gzip data are cut short': "Copy, build or publish it again.",
  'Cannot read "…" as its gzip data are corrupt: …': "Copy, build or publish it again.",
  'Cannot read "…" as …': "It is no whole tar archive: build or publish it again.",
  'Cannot read the file "…": …': "Make the file readable, or exclude it in `.ytignore`.",
  "Cannot pack … as it is not the name of a Python module": "Write the name that code imports.",
  "Cannot pack … as … (asked …)":
    "Packed modules are source files: leave the name out where jobs have it anyway.",
  'Cannot pack the stage "…" as … names "…": …':
    "Correct the script's name in the stage's `config.yaml`.",
  'Cannot read the pipeline as there is no directory "…"':
    "Check `pipeline` (or `directory` in the stack's settings): it is relative to the project.",
  'Cannot read the pipeline as "…" is not a directory': "Name the pipeline's directory.",
  "Cannot pack … as it holds no file that is not excluded":
    "Remove it from the list, or re-include a file in `.ytignore` (`ytcode plan DIR --explain PATH`).",
  'Cannot use "…" as … must be …: …': "Correct the value at the line that is named.",
  "Cannot use … as …": "Correct the `${…}` that is named; only keys and `oc.env` are resolved.",
  'Cannot place … as its target must be one or more plain names joined by "/": target is "…"':
    "Write a target such as `features` or `data/words`.",
  'Cannot pack … as there is no file or directory of that name in "…"':
    "Correct `source`: it is relative to the pipeline directory.",
  'Cannot pack "…" as it is …: only files and directories can be packed':
    "Remove it, or exclude it in `.ytignore`.",
  'Cannot pack "…" as … excludes it: …': "Change that line, or name another file.",
  'Cannot pack the link "…" as it …: …; …':
    "Do what the message ends with, or exclude the link in `.ytignore`.",
  "Cannot pack … as …":
    "A secret: move it out of what is packed, exclude it in `.ytignore`, or list it in `pipeline.allow_secrets`.",
  'Cannot look for Python modules as "…" failed: …':
    "Try the interpreter by hand; name another with the argument `python` or `--python`.",
  'Cannot use "…" as … must be a string': "Write the script's name as text.",
  'Cannot pack the stage "…" as its directory must be inside the pipeline directory "…": it leads to "…"':
    "Copy the stage into the pipeline.",
  'Cannot pack the stage "…" of stages.enabled_stages as it has no directory "…": there are no stages':
    "Make `stages/<stage>/`, or correct the list.",
  'Cannot pack the stage "…" of stages.enabled_stages as it has no directory "…": the stages are …':
    "Correct the name in `stages.enabled_stages`.",
  // provider/publication, resource, yt
  'Cannot publish "…" on cluster "…": after it was written it …':
    "Another program writes there, or the cluster lost data: run `up` again; nothing was published.",
  'Cannot promote from … as its "…" was not written by this tool':
    "Publish the source with this tool first.",
  "Cannot promote from … as no version there has …: …":
    "Pin one of the versions that are listed, or leave the pin out.",
  'Cannot publish to "…" as …':
    "The folder is somebody else's, or nobody's: choose another, or say `adopt: true` to take it over.",
  'Cannot promote "…" on cluster "…" as its piece "…" is altered':
    "Somebody has written to the piece while it was read: run it again; what the archive itself holds is promoted then.",
  'Cannot promote "…" on cluster "…" as it is altered: its SHA-256 is …, recorded is …':
    "Bring the source's own stack up again (`refresh`, then `up`).",
  'Cannot find version "…" in …: …': "Give digits of a version that is listed.",
  'Cannot tell which version "…" is in …, as it fits several: …': "Give more digits.",
  "Cannot keep … versions: keepVersions must be 1 or more": "Set `keepVersions` to 1 or more.",
  'Cannot publish to "…" as "…" …':
    "Remove what stands in the way, or choose another build folder.",
  'Cannot declare an archive without exactly one of "pipeline" and "promoteFrom": both are given':
    "Remove one of the two.",
  'Cannot declare an archive without exactly one of "pipeline" and "promoteFrom": neither is given':
    "Give one of the two.",
  'Cannot pin "sha256" without "promoteFrom": a pin holds a promoted version':
    "Remove `sha256`, or promote from another archive.",
  'Cannot use the argument "…" as it must be …': "Correct the argument.",
  'Cannot look at the build "…": …': "Make it readable, or remove it and run `up`.",
  "Cannot use YT_PROXY_URL_ALIASING_CONFIG as it is no map in YSON or JSON":
    'Write `{hahn="hahn.yt.example.net"}`, or unset it.',
  'Cannot read the settings of YTsaurus\'s client from "…": …':
    "Correct the file, or unset YT_CONFIG_PATH.",
  'Cannot use the value of "…" in …: it is no token':
    "Set it again with `ytcode config set --secret --path`.",
  'Cannot read the token from "…": the file is empty':
    "Write the token into it, or remove the file.",
  'Cannot read the token from "…": …': "Make the file readable, or unset YT_TOKEN_PATH.",
  'Cannot read "…": …': "Make it readable, then run the command again.",
  'Cannot transfer "…" as cluster "…" holds other bytes than went over the wire: … bytes with MD5 … there, … bytes with MD5 … transferred':
    "Run `up` again; nothing was published.",
  "Cannot use an empty name in a Cypress path": "Remove the doubled slash.",
  'Cannot use name "…" in a Cypress path: longer than … bytes': "Shorten it.",
  'Cannot use "…" as …: …': "Write a path such as `//home/me/daily/build`.",
  "the cluster does not answer": "Wait until it does; the version stays kept meanwhile.",
  "Nothing was set: no value was typed": "Type the value, or give it as an argument.",
  'Cannot use "…" for …: …': "Choose a name as the message describes it.",
  'Cannot write in "…": …': "Name a folder that can be written.",
  "Confirmation cancelled, not proceeding with the …":
    "Nothing was done. Run it again, and answer with yes.",
  "Cannot ask whether this is meant as there is no terminal: say it with --yes": "Add `--yes`.",
  'Cannot read the property path "…" in replaceOnChanges':
    'Write it as Pulumi does: `a.b`, `a["b c"]`, `list[0]`, `list[*]`.',
  "Cannot ignore changes of what was added or removed: …":
    "Name the whole list or object in `ignoreChanges`, not a part that is new or gone.",
  'Cannot find "…" in the stack':
    "Give a URN of the stack, as `preview --json` has it, or a pattern with `*`.",
  'Cannot change the … "…" without changing something else in it, such as what an alias repeats: edit it by hand':
    "Edit the file by hand.",
  'Cannot write "…": …': "Name a place that can be written, with room for it.",
  'Cannot change "…": …': "Make the file writable.",
  'Cannot configure the stack: the project\'s default for "…" does not fit: …':
    "Correct `value` or `default` in the project file.",
  'Cannot configure the stack: "…" of the project file is no key: …':
    "Correct the key below `config:` in the project file.",
  'Cannot configure the stack: "…" must be of type …, as the project file "…" says':
    "Set a value of that type with `ytcode config set`.",
  'Cannot read the project file "…": it is gone':
    "Run the command again in the folder of the project.",
  'Cannot decrypt …: it was encrypted with another key than the file\'s "encryptionsalt" names':
    "Set the value again with `ytcode config set --secret`, or restore the file from version control.",
  "Cannot read …: wanted a mapping": "Write keys and values into it.",
  'Cannot … the … "…"…: …': "Correct the file at the line that is named.",
  'Cannot use "…" in "…": wanted a list of the names of packages': "Write a list, such as `[aws]`.",
  'Cannot use "…" in "…": it disables "…", whose default provider runs all dynamic resources, take it from the list':
    "Take it from the list.",
  "Cannot run the program: …":
    "The reason follows the colon: name the program with `main:` in `Pulumi.yaml`.",
  'Cannot find "…" in the configuration of stack "…"':
    "`ytcode config` lists the keys; name the stack with `--stack`.",
  'Cannot set "…": maps with the single key "secure" are secrets':
    "Set it with `--secret`, or choose another key.",
  'Cannot set "…": …': "Correct the key or the path, as the message says.",
  'Cannot use "…": …': "Correct what is named, as the message says.",
  'Cannot use … "…": a …\'s name has only letters, digits, "-", "_" and ".", at most 100':
    "Choose another name.",
  'Cannot use the stack\'s state "…": …; …':
    "Do what the message ends with; `ytcode stack export` shows the state.",
  'Cannot read "…": wanted a line "version: 1"': "Restore the file, or write that line.",
  'Cannot read "…" of the stack\'s history: …':
    "Remove that file: the history tells of the past only.",
  'Cannot read the stack\'s state "…": it was changed after an operation that could not save what it did, which is in "…": compare the two, then remove that file':
    "Compare the two, then remove the second.",
  'Cannot import the state of stack "…": …': "Correct the exported file.",
  'Cannot save the stack\'s state "…": …':
    "Make room, or make the place writable; what was done is kept where the message says, and the next run reads it.",
  'Cannot build in "…" as another process has been building there for an hour: end process …':
    "Look at that process, and end it if it hangs.",
  'Cannot tell whether "…" has changes that are not committed, which "allowDirty: false" does not allow, as git cannot be asked: …':
    "Install git, or make the checkout readable for it.",
  'Cannot pack "…" as it has changes that are not committed, which "allowDirty: false" does not allow: commit …':
    "Commit the files that are named, or leave them out.",
  'Cannot use the stack\'s setting "…" as it must be true or false: it is "…"':
    "Write `true` or `false`.",
};
