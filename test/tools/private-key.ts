/** What looks like a private key and is none; made at run time, so that no file here is taken for one. */
export const PRIVATE_KEY: string = ["-----BEGIN", "PRIVATE KEY-----\nMIIB\n"].join(" ");
