import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = performance.now();
  let ttfb = 0;

  // Not 'finish': it never comes for a request that the caller gave up.
  res.once('close', () => {
    const status = res.writableFinished ? res.statusCode : 'aborted';
    const ms = (performance.now() - start).toFixed(1);
    console.log(
      `${req.method} ${req.route?.path ?? req.path} ${status} ttfb=${ttfb.toFixed(1)}ms total=${ms}ms`,
    );
  });
  const { writeHead } = res;
  res.writeHead = ((...args: Parameters<typeof writeHead>) => {
    ttfb = performance.now() - start;
    return writeHead.apply(res, args);
  }) as typeof writeHead;
  next();
};
