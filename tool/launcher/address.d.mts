/** A sign in a path that means something else in the address of a file, and to vitest every file has an address. */
export function signOfAddress(path: string): string | undefined;
