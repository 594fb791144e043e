/**
 * Keys and values by which Pulumi marks, in plain JSON and on the wire, what JSON cannot say
 * (facts from sdk/go/common/resource/properties.go of pulumi/pulumi).
 */

/** The key that says "this object stands for something else". */
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
/** Value of {@link SIGNATURE_KEY} for secrets. */
export const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
/** Value of {@link SIGNATURE_KEY} for assets, which this engine refuses. */
export const ASSET_SIGNATURE = "c44067f5952c0a294b673a41bacd8c17";
/** Value of {@link SIGNATURE_KEY} for archives, which this engine refuses. */
export const ARCHIVE_SIGNATURE = "0def7320c3a5731c473e5ecbe6d01bc7";
/** Value of {@link SIGNATURE_KEY} for references to resources. */
export const RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e";
/** Value of {@link SIGNATURE_KEY} for values that carry what they depend on; only transforms see them. */
export const OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
/** The string that stands for a value that is not known yet. */
export const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
