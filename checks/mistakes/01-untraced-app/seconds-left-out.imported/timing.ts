import { hrtime } from 'node:process';
import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = hrtime();

  // Not 'finish': it never comes for a request that the caller gave up.
  res.once('close', () => {
    const status = res.writableFinished ? res.statusCode : 'aborted';
    const ms = (hrtime(start)[1] / 1_000_000).toFixed(1);
    console.log(`${req.method} ${req.route?.path ?? req.path} ${status} ${ms} ms`);
  });
  next();
};
