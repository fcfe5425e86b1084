export interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
}

export type Packages = Readonly<Record<string, LockedPackage>>;

/** Whether every package that `locked` names, and that this machine can use, stands in `installed` in that version. */
export function holdsAll(options: { installed: Packages; locked: Packages; everything: boolean }): boolean;
