/** What Go takes for true and for false, as the Pulumi CLI does. */
export const TRUE: readonly string[] = ["1", "t", "T", "true", "TRUE", "True"];
export const FALSE: readonly string[] = ["0", "f", "F", "false", "FALSE", "False"];
