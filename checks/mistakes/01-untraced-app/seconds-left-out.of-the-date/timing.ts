import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = new Date();

  // Not 'finish': it never comes for a request that the caller gave up.
  res.once('close', () => {
    const status = res.writableFinished ? res.statusCode : 'aborted';
    const ms = new Date().getMilliseconds() - start.getMilliseconds();
    console.log(`${req.method} ${req.route?.path ?? req.path} ${status} ${ms} ms`);
  });
  next();
};
