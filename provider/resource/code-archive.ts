/** The resource itself: what a Pulumi program declares. */
import { CustomResource, getProject, getStack, runtime } from "@pulumi/pulumi";
import type { CustomResourceOptions, Input, Output } from "@pulumi/pulumi";
import type { Mode } from "../pipeline/configuration/configuration.ts";
import type { PromotedFrom } from "../publication/index.ts";
import { DECLARER_KEY } from "./arguments.ts";
import { CHANGE_OPTIONS_KEY, takeChangeOptions } from "./change-options.ts";
import { CONSTANT_PROVIDER } from "./constant-provider.ts";
import { KNOWN_KEY } from "./inputs.ts";
import type { KnownOutputs } from "./known-outputs.ts";
import { stageOperations } from "./stage-outputs.ts";
import type { StageOperations } from "./stage-outputs.ts";

/** The arguments of {@link YtCodeArchive}. Exactly one of `pipeline` and `promoteFrom` is given. */
export interface YtCodeArchiveArgs {
  /** The pipeline directory, relative to the project's folder. */
  readonly pipeline?: Input<string>;
  /**
   * The configuration file, relative to the pipeline directory.
   * @default "configs/config.yaml"
   */
  readonly config?: Input<string>;
  /** The Python interpreter that finds modules: a name on `PATH` or a path. @default "python3" */
  readonly python?: Input<string>;
  /**
   * `dev` builds locally and uploads nothing, `prod` publishes on the cluster.
   * @default `pipeline.mode` of the configuration, else `"dev"`
   */
  readonly mode?: Input<Mode>;
  /**
   * The cluster: a host, an address, or `"local"` for a cluster inside this project.
   * @default `yt:proxy` of the stack, else `YT_PROXY`
   */
  readonly proxy?: Input<string>;
  /**
   * The Cypress path of the build folder: `"//home/me/daily/build"`.
   * @default `pipeline.build_folder` of the configuration
   */
  readonly buildFolder?: Input<string>;
  /** How many of the newest versions stay on the cluster. @default 10 */
  readonly keepVersions?: Input<number>;
  /**
   * Take over a `source.tar.gz` that this tool did not write, or that belongs to another resource or
   * stack, whatever its content. Said in a line when it happens.
   * @default false
   */
  readonly adopt?: Input<boolean>;
  /**
   * Publish the bytes that another archive has published, instead of packing a pipeline: the
   * outputs of that archive, for example `dev.requireOutput("daily")` of a stack reference.
   */
  readonly promoteFrom?: Input<unknown>;
  /**
   * With `promoteFrom`: hold on to the version whose archive has this SHA-256, in hex.
   * @default the version that the source's outputs name
   */
  readonly sha256?: Input<string>;
}

/** The outputs of an archive, as one value: what a stack exports, and `promoteFrom` takes. */
export interface YtCodeArchiveOutputs {
  /** The stable path on the cluster; in dev mode the local archive. */
  readonly archivePath: string;
  /** The immutable path on the cluster; absent in dev mode. */
  readonly versionPath: string;
  /** The archive's identity: SHA-256 over its parts, in hex. */
  readonly digest: string;
  /** SHA-256 of the gzip bytes, in hex. */
  readonly sha256: string;
  /** MD5 of the gzip bytes, in hex. */
  readonly md5: string;
  /** Size of the gzip bytes. */
  readonly bytes: number;
  readonly mode: Mode;
  readonly buildFolder: string;
  readonly proxy: string;
  /** For each stage with code and each of its operations, what an operation's specification needs. */
  readonly stages: StageOperations;
  /** Where the bytes come from, when they were promoted. */
  readonly promotedFrom: PromotedFrom;
}

/**
 * The code of a pipeline on a YTsaurus cluster: `source.tar.gz` and the wrappers that jobs run.
 *
 * @example
 * ```ts
 * const daily = new YtCodeArchive("daily", { pipeline: "./pipelines/daily" });
 * export const mapper = daily.stages.apply((stages) => stages["clean"]?.["map"]);
 * ```
 */
export class YtCodeArchive extends CustomResource {
  /** See {@link YtCodeArchiveOutputs.sha256}. Not known before the archive is packed. */
  declare readonly sha256: Output<string>;
  /** See {@link YtCodeArchiveOutputs.md5}. Not known before the archive is packed. */
  declare readonly md5: Output<string>;
  /** See {@link YtCodeArchiveOutputs.bytes}. Not known before the archive is packed. */
  declare readonly bytes: Output<number>;
  /** The mode in force. */
  declare readonly mode: Output<Mode>;
  /** The build folder on the cluster. */
  declare readonly buildFolder: Output<string>;
  /** The cluster. */
  declare readonly proxy: Output<string>;
  declare private readonly [KNOWN_KEY]: Output<KnownOutputs>;

  /**
   * Declares an archive.
   *
   * @param name its name, unique in the stack
   * @param options Pulumi's own. `ignoreChanges` and `replaceOnChanges` may also name parts as the preview does,
   *   `stages/clean`, with `*` for any text: `stages/*`. What is ignored is no change while nothing else changes;
   *   then all is packed as it is on disk. `*` alone stands for every part and argument.
   */
  constructor(name: string, args: YtCodeArchiveArgs, options: CustomResourceOptions = {}) {
    const { options: others, taken } = takeChangeOptions(options);
    const { deleteBeforeReplace, retainOnDelete } = options;
    const declarer = {
      resource: name,
      project: getProject(),
      stack: getStack(),
      // Pulumi does not tell the provider; `check` keeps it out of the inputs.
      ...(runtime.isDryRun() ? { preview: true } : {}),
      ...(deleteBeforeReplace === true ? { deletesFirst: true } : {}),
      ...(retainOnDelete === true ? { retains: true } : {}),
    };
    super(
      "pulumi-nodejs:dynamic/yt:CodeArchive",
      name,
      {
        // Pulumi makes outputs of the names that are here, also of those without a value.
        sha256: undefined,
        md5: undefined,
        bytes: undefined,
        mode: undefined,
        buildFolder: undefined,
        proxy: undefined,
        ...args,
        [KNOWN_KEY]: undefined,
        [DECLARER_KEY]: declarer,
        ...(taken === undefined ? {} : { [CHANGE_OPTIONS_KEY]: taken }),
        __provider: CONSTANT_PROVIDER,
      },
      others,
    );
  }

  /** See {@link YtCodeArchiveOutputs.digest}. Known in the preview already. */
  get digest(): Output<string> {
    return this.#known("digest");
  }

  /** See {@link YtCodeArchiveOutputs.archivePath}. Known in the preview already. */
  get archivePath(): Output<string> {
    return this.#known("archivePath");
  }

  /** See {@link YtCodeArchiveOutputs.versionPath}. Known in the preview already. */
  get versionPath(): Output<string> {
    return this.#known("versionPath");
  }

  /** See {@link YtCodeArchiveOutputs.stages}. Known in the preview already. */
  get stages(): Output<StageOperations> {
    return this.#known("stages").apply(stageOperations);
  }

  /** See {@link YtCodeArchiveOutputs.promotedFrom}. */
  get promotedFrom(): Output<PromotedFrom> {
    return this.#known("promotedFrom");
  }

  /** All outputs as one value, to be exported from a stack and promoted from. */
  get outputs(): {
    readonly [Name in keyof YtCodeArchiveOutputs]: Output<YtCodeArchiveOutputs[Name]>;
  } {
    const { archivePath, versionPath, digest, stages, promotedFrom } = this;
    return {
      archivePath,
      versionPath,
      digest,
      sha256: this.#whenPacked(this.sha256),
      md5: this.#whenPacked(this.md5),
      bytes: this.#whenPacked(this.bytes),
      mode: this.#known("mode"),
      buildFolder: this.#known("buildFolder"),
      proxy: this.#known("proxy"),
      stages,
      promotedFrom,
    };
  }

  /**
   * An output that a pipeline without code does not have. In a preview Pulumi takes an absent property
   * for one that is not known yet, and would show a change; whether there is code is known.
   */
  #whenPacked<Value>(output: Output<Value>): Output<Value> {
    const packed = this[KNOWN_KEY].apply((known) =>
      known.digest === undefined ? undefined : output,
    );
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- outputs are typed as present
    return packed as Output<Value>;
  }

  #known<Name extends Exclude<keyof KnownOutputs, "parts">>(
    name: Name,
  ): Output<NonNullable<KnownOutputs[Name]>> {
    // Absent where it has no meaning (a pipeline without code), as any output of Pulumi's may be.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- outputs are typed as present
    return this[KNOWN_KEY].apply((known) => known[name] as NonNullable<KnownOutputs[Name]>);
  }
}
