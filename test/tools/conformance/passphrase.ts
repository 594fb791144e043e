/** The passphrase of all scenarios, and a salt that was made with it once, so that no run has to make its own. */
export const PASSPHRASE = "conformance";
export const SALT = "v1:rchtnNxPxLo=:v1:z5WelI05Y95Fqc54:iewmh8+YQaJuwbaAdjo9gqWFk75SDA==";
