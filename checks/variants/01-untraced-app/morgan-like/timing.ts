import { styleText } from 'node:util';
import type { NextFunction, Request, Response } from 'express';

function print(req: Request, res: Response, start: number): void {
  const colour = res.statusCode < 400 ? 'green' : 'red';
  const status = styleText(colour, res.headersSent ? `${res.statusCode}` : '-', { validateStream: false });
  const length = res.getHeader('content-length') ?? '-';
  const ms = (performance.now() - start).toFixed(3);
  process.stdout.write(`${req.method} ${req.originalUrl} ${status} ${ms} ms - ${length}\n`);
}

export function timing(req: Request, res: Response, next: NextFunction): void {
  const start = performance.now();
  res.on('close', () => print(req, res, start));
  next();
}
