import type { RequestHandler } from 'express';

export const timing: RequestHandler = (req, res, next) => {
  res.once('close', () => {
    console.log(`${req.method} ${req.route?.path ?? req.path} ${res.statusCode}`);
  });
  next();
};
