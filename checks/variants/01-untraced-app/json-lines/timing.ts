import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  const start = process.hrtime.bigint();

  res.once('close', () => {
    const line = {
      time: new Date().toISOString(),
      method: req.method,
      route: req.route?.path ?? null,
      status: res.statusCode,
      aborted: !res.writableFinished,
      duration_ms: Number(process.hrtime.bigint() - start) / 1e6,
    };
    console.log(JSON.stringify(line));
  });
  next();
};
