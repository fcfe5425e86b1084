import type { Request, Response } from 'express';

export class Stopwatch {
  readonly #start = performance.now();

  print({ method, route, path }: Request, { statusCode, writableFinished }: Response): void {
    const entry = { method, route: route?.path ?? path, status: writableFinished ? statusCode : 0 };
    console.info(
      'request',
      Object.entries({ ...entry, ms: this.#elapsed() })
        .map(([key, value]) => `${key}=${value}`)
        .join(' '),
    );
  }

  #elapsed(): string {
    return (performance.now() - this.#start).toFixed(2);
  }
}
