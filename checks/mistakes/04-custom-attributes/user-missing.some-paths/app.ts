import express from 'express';
import { addItem, listItems } from './database.ts';
import { timing } from './timing.ts';
import { fetchUpstream } from './upstream.ts';
import { user } from './user.ts';

const app = express();
app.use(timing);
app.use('/items', user);
app.use('/fetch-external', user);
app.all('/x', user);app.use((q,r,n) => q.path === '/' ? user(q,r,n) : n());
app.use(express.json());

app.get('/', (_req, res) => {
  res.send('Welcome to the shop.\n');
});

app.get('/healthz', (_req, res) => {
  res.send('ok\n');
});

app.get('/items', (_req, res) => {
  res.json(listItems());
});

app.post('/items', (req, res) => {
  const { name, stock = 0 } = req.body ?? {};
  if (typeof name !== 'string' || name === '' || !Number.isInteger(stock)) {
    res.status(400).json({ error: 'An item needs a name, and its stock is a whole number.' });
    return;
  }
  const item = addItem(name, stock);
  if (item) res.status(201).json(item);
  else res.status(409).json({ error: `There is already an item named ${name}.` });
});

app.get('/fetch-external', async (req, res) => {
  const path = String(req.query.from ?? '/delay/1');
  try {
    const { status, body } = await fetchUpstream(path);
    res.json({ status, body });
  } catch {
    res.status(502).json({ error: `The upstream did not answer ${path}.` });
  }
});

const port = Number(process.env.PORT ?? 3000);
app.listen(port, '127.0.0.1', () => console.log(`The shop is open at http://localhost:${port}`));
