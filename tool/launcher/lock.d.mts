export interface LockOptions {
  readonly dir: string;
  readonly say: (line: string) => void;
  readonly doing?: string;
  readonly pollMs?: number;
  readonly longestWaitMs?: number;
}

export function withLock<T>(options: LockOptions, action: () => T | Promise<T>): Promise<T>;
