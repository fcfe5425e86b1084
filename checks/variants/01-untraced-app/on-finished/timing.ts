import { createRequire } from 'node:module';
import type { RequestHandler } from 'express';

// What Express itself uses; it has no types.
const onFinished: (res: unknown, listener: (error: Error | null) => void) => void = createRequire(
  import.meta.url,
)('on-finished');

export const timing: RequestHandler = (req, res, next) => {
  const start = performance.now();
  onFinished(res, () => {
    const status = res.writableEnded ? res.statusCode : 'closed';
    console.log(req.method, req.route?.path ?? req.path, status, performance.now() - start);
  });
  next();
};
